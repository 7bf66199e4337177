/** Reads and moves auth sessions. */

import type { Selectable } from 'kysely'
import type { AuthSessionStatus } from '../../protocol/auth-session.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { currentContext } from '../http/context.ts'
import { atOnce, forgetAll } from '../stores/forget.ts'
import type { Tables } from '../stores/tables.ts'
import type { Owner } from '../tokens/owner.ts'

export type SessionRow = Selectable<Tables['auth_session']>

/** How an attempt ended: what is answered to the same request again. */
export type StoredOutcome = Exclude<AuthSessionStatus, { readonly status: 'INACTIVE' }>

/** An outcome, or that the person is not done yet (device). */
export type RedeemOutcome = StoredOutcome | { readonly status: 'INACTIVE'; readonly expiresInSeconds: number }

/** Who is asking: a page with its connect token, or the host with its API key. */
export type Asker = {
  readonly owner: Owner
  /** The person's own subject, also where the owner is shared; '' where a host means the tenant. */
  readonly subject: string
  /** The only scopes that may be asked for, per connector. */
  readonly scopes: Readonly<Record<string, readonly string[]>>
  /** How a page of ours names the person; '' = by the subject. */
  readonly label: string
} & ({ readonly kind: 'page'; readonly origin: string } | { readonly kind: 'host'; readonly origin: '' })

/** A limit by connector; a name that every object has is no connector's. */
export function scopesFor(
  scopes: Readonly<Record<string, readonly string[]>>,
  connectorId: string,
): readonly string[] | undefined {
  return Object.hasOwn(scopes, connectorId) ? scopes[connectorId] : undefined
}

/**
 * The session with this id, if this asker created it; a host may also see those of its users' pages.
 *
 * @throws {InvalidRequestError} `not_found`; somebody else's session answers like none
 */
export async function requireSession(core: Core, id: string, asker: Asker): Promise<SessionRow> {
  const { owner, subject, kind, origin } = asker
  const query = core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('id', '=', id)
    .where('space', '=', core.settings.space)
    .where('org', '=', owner.org)
    .where('tenant', '=', owner.tenant)
    .where('subject', '=', subject)
    .where('owner', '=', owner.owner)
  const row = await (kind === 'page' ? query.where('origin', '=', origin) : query).executeTakeFirst()
  if (!row) throw new InvalidRequestError('not_found', 'There is no such auth session.')
  return row
}

/** The owner of what a session makes. */
export function ownerOf(row: SessionRow): Owner {
  const owner = row.owner === 'shared' ? 'shared' : 'user'
  return { org: row.org, tenant: row.tenant, subject: owner === 'shared' ? '' : row.subject, owner }
}

/** Names the request in which an attempt failed, as the audit does: whoever asks how it ended is told that one. */
export function namedOutcome(outcome: StoredOutcome): StoredOutcome {
  const requestId = currentContext()?.requestId
  return requestId && outcome.status === 'FAILED' ? { ...outcome, requestId } : outcome
}

/** Moves a session from one status to another, if it is still in the first; tells whether it was. */
export async function moveSession(
  core: Core,
  row: SessionRow,
  from: 'INACTIVE' | 'REDEEMING',
  to: { readonly status: 'REDEEMING' | 'FAILED'; readonly requestHash?: string; readonly outcome?: StoredOutcome },
): Promise<boolean> {
  // Known before the code is spent: what it brings is sealed also where the store is away then.
  if (to.status === 'REDEEMING') await core.sealer.prepare(row.tenant)
  const { outcome, requestHash, status } = to
  const change = {
    status,
    status_at: core.settings.now(),
    ...(requestHash === undefined ? {} : { request_hash: requestHash }),
    ...(outcome === undefined ? {} : { outcome: JSON.stringify(namedOutcome(outcome)) }),
  }
  return core.store.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('auth_session')
      .set(change)
      .where('id', '=', row.id)
      .where('status', '=', from)
      .executeTakeFirst()
    const moved = result.numUpdatedRows === 1n
    if (moved && outcome?.status === 'FAILED') {
      const { reason } = outcome
      const failed = { event: 'auth_session.failed', target: row.id, result: 'failure', reason } as const
      await record(core, { ...failed, ...aboutConnection(row) }, trx)
    }
    return moved
  })
}

/** Forgets attempts an hour after their end: until then late retries get their answer. */
export async function forgetOldSessions(core: Core): Promise<void> {
  const hourAgo = core.settings.now() - 3_600_000
  await forgetAll(() =>
    core.store.db
      .deleteFrom('auth_session')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('auth_session')
          .select('id')
          .where('expires_at', '<', hourAgo)
          .orderBy('expires_at')
          .limit(atOnce),
      )
      .executeTakeFirst(),
  )
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
