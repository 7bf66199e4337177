/** Seals a connection's tokens for the row and generation that they stand in, and opens them there. */

import type { Insertable } from 'kysely'
import type { RefreshRules } from '../../protocol/token-endpoint.ts'
import type { Core } from '../core.ts'
import { prepare } from '../stores/prepared.ts'
import type { CredentialRow, Tables } from '../stores/tables.ts'
import { type Details, readDetails, writeDetails } from './details.ts'

interface Place {
  readonly rowId: string
  readonly tenant: string
  readonly generation: number
}

type SealedColumn = 'access_token' | 'refresh_token' | 'details'

const context = (place: Place, column: SealedColumn) => ['credential', place.rowId, column, place.generation]

/** What a connection keeps; `accessToken` '' where only what was typed is kept. */
export interface Keepsake {
  readonly accessToken: string
  readonly refreshToken: string
  readonly tokenType: string
  readonly expiresInSeconds: number | undefined
  readonly details: Details
  /** Absent: it lives for ever, or nothing can be renewed. */
  readonly idle?: Idle | undefined
}

/** How long a token lives that nobody uses. */
export interface Idle {
  readonly seconds: number
  /** What is presented for new tokens, and ages. */
  readonly presents: 'refresh_token' | 'access_token'
}

/** What is stored of tokens; `expires_at` 0 = unknown. */
export async function sealTokens(
  core: Core,
  place: Place,
  tokens: Keepsake,
): Promise<Insertable<Tables['credential']>> {
  const seal = (text: string, column: SealedColumn) => core.sealer.seal(text, place.tenant, context(place, column))
  return {
    row_id: place.rowId,
    generation: place.generation,
    access_token: await seal(tokens.accessToken, 'access_token'),
    refresh_token: await seal(tokens.refreshToken, 'refresh_token'),
    details: await seal(writeDetails(tokens.details), 'details'),
    token_type: tokens.tokenType,
    expires_at: tokens.expiresInSeconds === undefined ? 0 : core.settings.now() + tokens.expiresInSeconds * 1_000,
    lease_owner: '',
    lease_until: 0,
    received_at: core.settings.now(),
    keep_alive_at: keepAliveAt(core.settings.now(), tokens),
    unanswered: 0,
  }
}

/** About half of its life: weeks of faults may pass before the token is lost. Spread, so that few are due at once. */
function keepAliveAt(now: number, { refreshToken, idle }: Keepsake): number {
  if (!idle || (idle.presents === 'refresh_token' && !refreshToken)) return 0
  return Math.round(now + idle.seconds * 1_000 * (0.4 + 0.2 * Math.random()))
}

const usualIdleSeconds = 30 * 86_400

/** What ages, as far as the record knows; where it does not, services end refresh tokens after a month or later. */
export function idleOf(rules: RefreshRules | undefined, expiresInSeconds: number | undefined): Idle | undefined {
  if (rules?.rotation === 'none') return undefined
  if (rules?.present !== 'access_token')
    return { seconds: rules?.idleLifetimeSeconds ?? usualIdleSeconds, presents: 'refresh_token' }
  return expiresInSeconds === undefined ? undefined : { seconds: expiresInSeconds, presents: 'access_token' }
}

/** How many access tokens of one process are kept open: those that are read over and over. */
const maxOpened = 1_000

/** An access token is opened once a generation, row and text; a refresh token each time it is needed. */
export async function openToken(
  core: Core,
  row: CredentialRow,
  tenant: string,
  column: 'access_token' | 'refresh_token',
): Promise<string> {
  if (column === 'refresh_token') return open(core, row, tenant, column)
  const key = `${row.row_id}.${row.generation}.${tenant}.${row.access_token}`
  const known = core.opened.get(key)
  if (known !== undefined) return known
  const token = await open(core, row, tenant, column)
  // The oldest goes first: a map keeps the order of its keys.
  const [oldest] = core.opened.keys()
  if (core.opened.size >= maxOpened && oldest !== undefined) core.opened.delete(oldest)
  core.opened.set(key, token)
  return token
}

export async function openDetails(core: Core, row: CredentialRow, tenant: string): Promise<Details> {
  return readDetails(await open(core, row, tenant, 'details'))
}

function open(core: Core, row: CredentialRow, tenant: string, column: SealedColumn): Promise<string> {
  const place = { rowId: row.row_id, tenant, generation: Number(row.generation) }
  return core.sealer.open(row[column], tenant, context(place, column))
}

export async function credentialRow(core: Core, rowId: string): Promise<CredentialRow | undefined> {
  const [row] = await credentialByRow(core.store, { rowId })
  return row
}

const credentialByRow = prepare(['rowId'], (db, value) =>
  db.selectFrom('credential').selectAll().where('row_id', '=', value('rowId')),
)
