/** Asks about connections and ends them; what is kept follows what is found. */

import { type Call, reasonOf } from '../api/call.ts'
import { disconnect, listConnections } from '../api/routes.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { CredentialCache } from './credential-cache.ts'
import type { ConnectionStatus, Which } from './options.ts'

/** How a connector stands.
 *
 * @throws {InvalidRequestError} `connection_ambiguous`
 */
export async function readStatus(
  call: Call,
  cache: CredentialCache,
  connectorId: string,
  { connectionId }: Which = {},
): Promise<ConnectionStatus> {
  const all = await listConnections(call, { connectorId })
  const status = statusOf(connectionId ? all.filter((one) => one.connectionId === connectionId) : all)
  // Ended elsewhere: what is kept here must not outlive it.
  if (status.status !== 'connected') cache.forget(connectorId)
  return status
}

/** Ends a connection. */
export async function endConnection(
  call: Call,
  cache: CredentialCache,
  connectorId: string,
  { connectionId }: Which = {},
): Promise<Disconnected> {
  try {
    return await disconnect(call, connectorId, { connectionId })
  } finally {
    // Also where the answer was lost: it may have been ended.
    cache.forget(connectorId)
    cache.tell(connectorId)
  }
}

/** Turns `not_connected` into null, and nothing else. */
export function nullWhereNotConnected(error: unknown): null {
  if (reasonOf(error) !== 'not_connected') throw error
  return null
}

function statusOf([connection, ...more]: readonly Connection[]): ConnectionStatus {
  if (more.length) throw new InvalidRequestError('connection_ambiguous', 'Several connections fit. Name one by its id.')
  if (!connection) return { status: 'not_connected' }
  return { status: connection.status === 'active' ? 'connected' : connection.status, connection }
}
