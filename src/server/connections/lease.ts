/** The lease that one refresh holds on its connection: whoever has it may spend the refresh token. */

import { sql } from 'kysely'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { stopwatch } from '../stopwatch.ts'
import type { CredentialRow } from '../stores/tables.ts'

/**
 * Takes the lease; one that was lost is taken over after its time and grace. It is committed before the refresh token
 * is spent, which also proves that the store can be written.
 */
export async function takeLease(core: Core, seen: CredentialRow, owner: string): Promise<boolean> {
  const { clock, db } = core.store
  const { leaseSeconds, graceSeconds } = core.settings.limits
  const [leaseMs, graceMs] = [leaseSeconds * 1_000, graceSeconds * 1_000]
  const result = await db
    .updateTable('credential')
    .set({
      lease_owner: owner,
      lease_until: sql<number>`${clock} + ${leaseMs}`,
      // Whoever lost it may have sent the refresh token.
      unanswered: sql<number>`unanswered + CASE WHEN lease_owner = '' THEN 0 ELSE 1 END`,
    })
    .where('row_id', '=', seen.row_id)
    .where('generation', '=', seen.generation)
    .where((eb) =>
      eb.or([
        eb('lease_owner', '=', ''),
        eb(sql<number>`lease_until + ${graceMs}`, '<', clock),
        // Taken when the clock was ahead: nobody has it.
        eb('lease_until', '>', sql<number>`${clock} + ${leaseMs + graceMs}`),
      ]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Gives the lease back; only its owner can.
 *
 * @param answered - Whether it is known what became of the refresh token.
 */
export async function releaseLease(
  core: Core,
  { row_id }: Pick<CredentialRow, 'row_id'>,
  owner: string,
  answered: boolean,
): Promise<void> {
  await core.store.db
    .updateTable('credential')
    .set((eb) => ({ lease_owner: '', lease_until: 0, unanswered: eb('unanswered', '+', answered ? 0 : 1) }))
    .where('row_id', '=', row_id)
    .where('lease_owner', '=', owner)
    .execute()
}

/**
 * Waits for another process that refreshes, or did when it ended: its result is ours, for as long as its lease runs.
 *
 * @throws {NetworkError} `refresh_in_progress`
 */
export async function awaitOther(core: Core, name: string, seen: CredentialRow): Promise<CredentialRow> {
  const waited = stopwatch()
  while (waited() <= core.settings.limits.leaseSeconds * 1_000) {
    const row = await core.store.db
      .selectFrom('credential')
      .selectAll()
      .select(sql<number>`CASE WHEN lease_until > ${core.store.clock} THEN 1 ELSE 0 END`.as('running'))
      .where('row_id', '=', seen.row_id)
      .executeTakeFirst()
    if (!row) throw ended()
    if (row.generation !== seen.generation) return row
    if (row.lease_owner === '' || Number(row.running) === 0) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw inProgress(name)
}

export function inProgress(name: string): NetworkError {
  return new NetworkError('refresh_in_progress', `${name} is being refreshed. Try again in a moment.`, {
    retryable: true,
  })
}

export function ended(): AuthenticationError {
  return new AuthenticationError('not_connected', 'The connection was ended.')
}
