/** Stores the tokens of a refresh: a compare-and-swap on what the row was when they were asked for. */

import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import type { CredentialRow } from '../stores/tables.ts'
import type { ConnectionRow } from './rows.ts'
import { type Keepsake, credentialRow, sealTokens } from './tokens.ts'

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

/** What became of them; `overtaken`: later ones stand, `ended`: the connection is gone. */
export type Landing = 'stored' | 'overtaken' | 'ended'

/**
 * Stores them where they are the newest. Whoever has the lease has the last word; an answer that comes after its lease
 * was taken over counts until that word is spoken, and leaves the lease alone.
 */
export async function landTokens(core: Core, refreshed: RefreshedTokens): Promise<Landing> {
  const { connection, generation, owner } = refreshed
  for (;;) {
    const row = await credentialRow(core, connection.row_id)
    if (!row) return 'ended'
    if (row.lease_owner !== owner && Number(row.generation) !== generation) {
      const about = aboutConnection(connection)
      await record(core, { event: 'connection.refreshed', ...about, result: 'failure', reason: 'overtaken' })
      return 'overtaken'
    }
    if (await replace(core, row, refreshed)) return 'stored'
  }
}

/** @returns Whether the row was still what was read. */
async function replace(core: Core, row: CredentialRow, refreshed: RefreshedTokens): Promise<boolean> {
  const { connection, owner, granted, tokens } = refreshed
  const place = { rowId: row.row_id, tenant: connection.tenant, generation: Number(row.generation) + 1 }
  const { lease_owner, lease_until, ...values } = await sealTokens(core, place, tokens)
  const late = row.lease_owner !== owner
  // Where it was taken over the server has seen the old token twice: nobody knows what it makes of that.
  const lease = late ? { unanswered: 1 } : { lease_owner, lease_until }
  return core.store.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('credential')
      .set({ ...values, ...lease })
      .where('row_id', '=', row.row_id)
      .where('generation', '=', row.generation)
      .where('lease_owner', '=', row.lease_owner)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    // A grant that lives says so, also where another process took its own refusal for the last word meanwhile.
    const described = { scopes_granted: JSON.stringify(granted), status: 'active', reason: '' }
    const change = { ...described, updated_at: core.settings.now() }
    await trx.updateTable('connection').set(change).where('row_id', '=', row.row_id).execute()
    await record(core, { event: 'connection.refreshed', ...aboutConnection(connection) }, trx)
    return true
  })
}
