/** Seals a connection's tokens for the row and generation that they stand in, and opens them there. */

import type { Insertable, Selectable } from 'kysely'
import type { Core } from '../core.ts'
import type { Tables } from '../stores/tables.ts'

export type CredentialRow = Selectable<Tables['credential']>

interface Place {
  readonly rowId: string
  readonly tenant: string
  readonly generation: number
}

const context = (place: Place, column: string) => ['credential', place.rowId, column, place.generation]

/** What is stored of tokens; `expires_at` 0 = unknown. */
export async function sealTokens(
  core: Core,
  place: Place,
  tokens: {
    readonly accessToken: string
    readonly refreshToken: string
    readonly tokenType: string
    readonly expiresInSeconds: number | undefined
  },
): Promise<Insertable<Tables['credential']>> {
  return {
    row_id: place.rowId,
    generation: place.generation,
    access_token: await core.sealer.seal(tokens.accessToken, place.tenant, context(place, 'access_token')),
    refresh_token: await core.sealer.seal(tokens.refreshToken, place.tenant, context(place, 'refresh_token')),
    token_type: tokens.tokenType,
    expires_at: tokens.expiresInSeconds === undefined ? 0 : core.settings.now() + tokens.expiresInSeconds * 1_000,
    lease_owner: '',
    lease_until: 0,
  }
}

export function openToken(
  core: Core,
  row: CredentialRow,
  tenant: string,
  column: 'access_token' | 'refresh_token',
): Promise<string> {
  const place = { rowId: row.row_id, tenant, generation: Number(row.generation) }
  return core.sealer.open(row[column], tenant, context(place, column))
}

export function credentialRow(core: Core, rowId: string): Promise<CredentialRow | undefined> {
  return core.store.db.selectFrom('credential').selectAll().where('row_id', '=', rowId).executeTakeFirst()
}
