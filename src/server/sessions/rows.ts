/** Reads and moves auth sessions. */

import type { Selectable } from 'kysely'
import type { AuthSessionStatus } from '../../protocol/auth-session.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import type { Tables } from '../stores/tables.ts'
import type { ConnectGrant } from '../tokens/connect-token.ts'

export type SessionRow = Selectable<Tables['auth_session']>

/** How an attempt ended: what is answered to the same request again. */
export type StoredOutcome = Exclude<AuthSessionStatus, { readonly status: 'INACTIVE' }>

/** Who is asking, as far as a session must have been created by the same. */
export interface Asker {
  readonly grant: ConnectGrant
  /** The page's origin. */
  readonly origin: string
}

/**
 * The session with this id, if this asker created it.
 *
 * @throws {InvalidRequestError} `not_found`; somebody else's session answers like none
 */
export async function requireSession(core: Core, id: string, asker: Asker): Promise<SessionRow> {
  const { grant, origin } = asker
  const row = await core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('id', '=', id)
    .where('space', '=', core.settings.space)
    .where('org', '=', grant.org)
    .where('tenant', '=', grant.tenant)
    .where('subject', '=', grant.tokenSubject)
    .where('owner', '=', grant.owner)
    .where('origin', '=', origin)
    .executeTakeFirst()
  if (!row) throw new InvalidRequestError('not_found', 'There is no such auth session.')
  return row
}

/** Moves a session from one status to another, if it is still in the first; tells whether it was. */
export async function moveSession(
  core: Core,
  row: SessionRow,
  from: 'INACTIVE' | 'REDEEMING',
  to: { readonly status: 'REDEEMING' | 'FAILED'; readonly requestHash?: string; readonly outcome?: StoredOutcome },
): Promise<boolean> {
  const result = await core.store.db
    .updateTable('auth_session')
    .set({
      status: to.status,
      status_at: core.settings.now(),
      ...(to.requestHash === undefined ? {} : { request_hash: to.requestHash }),
      ...(to.outcome === undefined ? {} : { outcome: JSON.stringify(to.outcome) }),
    })
    .where('id', '=', row.id)
    .where('status', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** After this long a redemption that never ended is taken for dead. */
export const redeemingLimitMs = 30_000

export const outcomeUnknown: StoredOutcome = {
  status: 'FAILED',
  reason: 'redeem_outcome_unknown',
  message: 'The backend stopped while the code was redeemed. Start the connection again.',
}

/** A session's status as the protocol tells it; while a code is redeemed it shows as INACTIVE. */
export function statusOf(core: Core, row: SessionRow): AuthSessionStatus {
  if (row.status === 'ACTIVE' || row.status === 'FAILED') return JSON.parse(row.outcome)
  if (row.status === 'REDEEMING' && Number(row.status_at) + redeemingLimitMs < core.settings.now())
    return outcomeUnknown
  const leftMs = Number(row.expires_at) - core.settings.now()
  if (leftMs <= 0 && row.status === 'INACTIVE') {
    return {
      status: 'FAILED',
      reason: 'session_expired',
      message: 'The attempt has expired. Start the connection again.',
    }
  }
  return { status: 'INACTIVE', expiresInSeconds: Math.max(0, Math.floor(leftMs / 1_000)) }
}
