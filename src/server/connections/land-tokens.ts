/** Stores the tokens of a refresh: a compare-and-swap on the generation that they were asked for with. */

import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
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
  readonly granted: readonly string[]
  readonly tokens: Keepsake
}

/** @returns Whether they were stored: a late answer that is the only one counts, another one does not. */
export async function landTokens(core: Core, { connection, ...refreshed }: RefreshedTokens): Promise<boolean> {
  const place = { rowId: connection.row_id, tenant: connection.tenant, generation: refreshed.generation + 1 }
  const { row_id, ...values } = await sealTokens(core, place, refreshed.tokens)
  return core.store.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('credential')
      .set(values)
      .where('row_id', '=', row_id)
      .where('generation', '=', refreshed.generation)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    // A grant that lives says so, also where another process took its own refusal for the last word meanwhile.
    const described = { scopes_granted: JSON.stringify(refreshed.granted), status: 'active', reason: '' }
    const change = { ...described, updated_at: core.settings.now() }
    await trx.updateTable('connection').set(change).where('row_id', '=', row_id).execute()
    await record(core, { event: 'connection.refreshed', ...aboutConnection(connection) }, trx)
    return true
  })
}
