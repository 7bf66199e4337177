/** Uses refresh tokens that nobody uses, before they age out. */

import { sql } from 'kysely'
import type { Core } from '../core.ts'
import { requireConnector } from '../connectors/find.ts'
import { refresh } from './refresh.ts'
import { canRenew } from './renewal.ts'
import { credentialRow } from './tokens.ts'

/** How many one replica looks at in one turn. */
const aTurn = 500
/** How many it renews at once: whoever waits for a token comes first. */
const atOnce = 5
/** How long one replica owns the task: whoever finds it due again after that takes it over. */
const takenMs = 600_000
/** Until the next try after a fault. */
const againMs = 3_600_000
/** What was never planned (rows of an older version) is spread over this time. */
const plannedWithinMs = 15 * 86_400_000

/**
 * Renews the tokens of connections whose refresh token is due. Any number of replicas may do so at once: each task is
 * taken by a conditional update, and taken over where its owner ended.
 *
 * @returns How many this process took on.
 */
export async function keepAlive(core: Core): Promise<number> {
  if (!core.settings.keepAlive) return 0
  const due = await dueConnections(core)
  const next = due.values()
  let taken = 0
  const work = async () => {
    for (const { keep_alive_at, ...connection } of next) {
      if (core.life.closing) return
      if (!(await moveOn(core, connection.row_id, keep_alive_at, takenMs))) continue
      taken += 1
      await renewOne(core, connection)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return taken
}

function dueConnections(core: Core) {
  return (
    core.store.db
      .selectFrom('credential')
      // SQLite walks through the left table of a cross join first, by the index that has what is due in its order.
      .crossJoin('connection')
      .selectAll('connection')
      .select('credential.keep_alive_at')
      .whereRef('connection.row_id', '=', 'credential.row_id')
      // As the index says it, word by word.
      .where(sql<boolean>`keep_alive_at > 0`)
      .where('keep_alive_at', '<=', core.settings.now())
      .where('connection.space', '=', core.settings.space)
      .orderBy('keep_alive_at')
      .limit(aTurn)
      .execute()
  )
}

type Due = Parameters<typeof refresh>[1]

async function renewOne(core: Core, connection: Due): Promise<void> {
  const row = await credentialRow(core, connection.row_id)
  if (!row) return
  const taken = Number(row.keep_alive_at)
  try {
    const { record } = await requireConnector(core, connection.connector, connection.registration)
    // What only the person can mend has nothing to keep alive; a reconnect sets a new time.
    if (connection.status === 'needs_reconnect' || !canRenew(core, record, row)) return await stop(core, row)
    if (Number(row.received_at) > 0) await refresh(core, connection, row)
    else await moveOn(core, row.row_id, taken, plannedWithinMs * Math.random())
  } catch (error) {
    core.settings.logger.warn('a connection could not be kept alive', { connector: connection.connector, error })
    await moveOn(core, row.row_id, taken, againMs * (0.5 + Math.random()))
  }
}

/** @returns Whether nobody else has moved it. */
async function moveOn(core: Core, rowId: string, from: number, ms: number): Promise<boolean> {
  const result = await core.store.db
    .updateTable('credential')
    .set({ keep_alive_at: Math.round(core.settings.now() + ms) })
    .where('row_id', '=', rowId)
    .where('keep_alive_at', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

async function stop(core: Core, { row_id, keep_alive_at }: { row_id: string; keep_alive_at: number }): Promise<void> {
  await core.store.db
    .updateTable('credential')
    .set({ keep_alive_at: 0 })
    .where('row_id', '=', row_id)
    .where('keep_alive_at', '=', keep_alive_at)
    .execute()
}
