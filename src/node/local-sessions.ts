/** The session keys of a laptop's store: which there are, and the end of one with all that it holds. */

import type { Agent } from '../agent/index.ts'
import type { Store } from '../server/index.ts'

/** An agent's session key stands in its connections' org, behind this. */
const prefix = 'session:'

/** The session keys that hold a connection, in the order of the alphabet. */
export async function sessionKeysIn({ db }: Store): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('connection')
    .select('org')
    .where('org', 'like', `${prefix}%`)
    .distinct()
    .orderBy('org')
    .execute()
  return rows.map(({ org }) => org.slice(prefix.length))
}

/** Ends every connection of an agent, and revokes its tokens. @returns How many there were. */
export async function endAll(agent: Agent): Promise<number> {
  const connections = await agent.connections()
  for (const { connectorId, connectionId } of connections) await agent.disconnect(connectorId, { connectionId })
  return connections.length
}
