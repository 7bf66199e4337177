/** Stores the tokens of a refresh: a compare-and-swap on the generation that they were asked for with. */

import { type ExpressionBuilder, sql } from 'kysely'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import type { Tables } from '../stores/tables.ts'
import type { ConnectionRow } from './rows.ts'
import { type Keepsake, sealTokens } from './tokens.ts'

/** What one refresh brought. */
export interface RefreshedTokens {
  readonly connection: Pick<
    ConnectionRow,
    'row_id' | 'space' | 'org' | 'tenant' | 'subject' | 'connector' | 'connection_id' | 'registration'
  >
  /** Of the row whose refresh token was sent. */
  readonly generation: number
  /** Of the lease that it was sent under. */
  readonly owner: string
  readonly granted: readonly string[]
  readonly tokens: Keepsake
}

/**
 * What became of them. `held`: another process has taken the lease over and its answer is on the way, so only that one
 * knows which tokens are the newest. `overtaken`: later ones stand. `ended`: the connection is gone.
 */
export type Landing = 'stored' | 'held' | 'overtaken' | 'ended'

/** A late answer counts as long as no other one does. */
export async function landTokens(core: Core, refreshed: RefreshedTokens): Promise<Landing> {
  const { connection, generation, owner, granted } = refreshed
  const place = { rowId: connection.row_id, tenant: connection.tenant, generation: generation + 1 }
  const { row_id, ...values } = await sealTokens(core, place, refreshed.tokens)
  // After a takeover the server has seen the old token twice: nobody knows what it makes of that.
  const unanswered = sql<number>`CASE WHEN lease_owner = ${owner} THEN 0 ELSE 1 END`
  return core.store.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('credential')
      .set({ ...values, unanswered })
      .where('row_id', '=', row_id)
      .where('generation', '=', generation)
      .where((eb) => mayLand(core, owner, eb))
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) {
      const row = await trx
        .selectFrom('credential')
        .select('generation')
        .where('row_id', '=', row_id)
        .executeTakeFirst()
      if (!row) return 'ended'
      if (Number(row.generation) === generation) return 'held'
      const about = aboutConnection(connection)
      await record(core, { event: 'connection.refreshed', ...about, result: 'failure', reason: 'overtaken' }, trx)
      return 'overtaken'
    }
    // A grant that lives says so, also where another process took its own refusal for the last word meanwhile.
    const described = { scopes_granted: JSON.stringify(granted), status: 'active', reason: '' }
    const change = { ...described, updated_at: core.settings.now() }
    await trx.updateTable('connection').set(change).where('row_id', '=', row_id).execute()
    await record(core, { event: 'connection.refreshed', ...aboutConnection(connection) }, trx)
    return 'stored'
  })
}

/** The lease is ours, nobody's, or of somebody whose time is over. */
function mayLand(core: Core, owner: string, eb: ExpressionBuilder<Tables, 'credential'>) {
  return eb.or([eb('lease_owner', 'in', ['', owner]), eb('lease_until', '<', core.store.clock)])
}
