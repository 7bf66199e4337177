/** Refreshes a connection's tokens: once, whoever and however many ask. */

import { sql } from 'kysely'
import { AuthenticationError, InvalidResponseError, NetworkError } from '../../protocol/errors.ts'
import { type Recorded, aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import { neverSent } from '../egress/egress.ts'
import { landPending } from '../journal/replay.ts'
import type { RefreshOutcome } from '../metrics.ts'
import type { TokenAnswer } from '../oauth/token-response.ts'
import { keepRefresh } from './kept-refresh.ts'
import { landTokens } from './land-tokens.ts'
import { type Renewal, type Renewed, renewalOf } from './renewal.ts'
import { endTokens } from './revocations.ts'
import { type ConnectionRow, grantedScopes } from './rows.ts'
import { type CredentialRow, type Keepsake, credentialRow, openToken } from './tokens.ts'

/**
 * Gives the connection's row after a refresh: its generation is later than the one that was read.
 *
 * Any number of callers in this process share one call; other processes are kept out by a lease in the row. The call
 * goes on when a caller goes away.
 *
 * @throws {AuthenticationError} `needs_reconnect` (definitive) · `client_registration_refused`
 * @throws {NetworkError} `authorization_server_unavailable` · `refresh_in_progress` · `storage_unavailable` where new
 *   tokens wait in the journal (retryable; the connection stays)
 */
export function refresh(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const running = core.refreshes.get(connection.row_id) as Promise<CredentialRow> | undefined
  if (running) return running
  const flight = refreshOnce(core, connection, seen).finally(() => core.refreshes.delete(connection.row_id))
  core.refreshes.set(connection.row_id, flight)
  return flight
}

async function refreshOnce(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const landed = await landedRow(core, seen)
  if (landed) return landed
  const renewal = await renewalOf(core, connection, seen)
  // Known before the token is spent: what the answer brings is sealed also where the store is away then.
  await core.sealer.prepare(connection.tenant)
  const owner = randomHex(128)
  if (!(await takeLease(core, seen, owner))) return awaitOther(core, connection, seen)
  const flight = { core, connection, seen, renewal, owner }
  const { result, rescued } = await send(flight)
  core.metrics.countRefresh(connection.connector, outcomeOf(result))
  switch (result.kind) {
    case 'tokens':
      return store(flight, {
        ...result.tokens,
        refreshToken: result.tokens.refreshToken || renewal.refreshToken,
        details: await renewal.detailsAfter(result.tokens),
      })
    case 'unreadable':
      return keepRescued(flight, rescued)
    case 'grant_rejected':
      return reject(flight, result.error)
    case 'request_refused':
      await releaseLease(flight)
      throw new AuthenticationError(
        'client_registration_refused',
        `${renewal.name} refuses the refresh (${result.error}). Correct the client registration.`,
      )
    case 'refused':
    case 'unavailable':
      await releaseLease(flight)
      throw unavailable(renewal, result.status)
  }
}

/** While newer tokens wait in the journal, the stored refresh token is an old one and is not sent. */
async function landedRow(core: Core, seen: CredentialRow): Promise<CredentialRow | undefined> {
  if (!(await landPending(core, seen.row_id))) return undefined
  const row = await credentialRow(core, seen.row_id)
  if (!row) throw ended()
  return row.generation === seen.generation ? undefined : row
}

function outcomeOf({ kind }: TokenAnswer): RefreshOutcome {
  switch (kind) {
    case 'tokens':
      return 'refreshed'
    case 'grant_rejected':
      return 'rejected'
    case 'request_refused':
    case 'refused':
    case 'unavailable':
    case 'unreadable':
      return 'failed'
  }
}

/** One refresh that owns the lease. */
interface Flight {
  readonly core: Core
  readonly connection: ConnectionRow
  readonly seen: CredentialRow
  readonly renewal: Renewal
  readonly owner: string
}

/** A call whose outcome is unknown keeps its lease: nobody sends the old token again before lease and grace are over. */
async function send(flight: Flight): Promise<Renewed> {
  try {
    return await flight.renewal.renew()
  } catch (error) {
    flight.core.metrics.countRefresh(flight.connection.connector, 'failed')
    if (neverSent(error)) await releaseLease(flight)
    throw error
  }
}

/** The lease is committed before the refresh token is spent: it also proves that the store can be written. */
async function takeLease(core: Core, seen: CredentialRow, owner: string): Promise<boolean> {
  const { clock, db } = core.store
  const { leaseSeconds, graceSeconds } = core.settings.limits
  const result = await db
    .updateTable('credential')
    .set({ lease_owner: owner, lease_until: sql<number>`${clock} + ${leaseSeconds * 1_000}` })
    .where('row_id', '=', seen.row_id)
    .where('generation', '=', seen.generation)
    .where((eb) =>
      eb.or([eb('lease_owner', '=', ''), eb(sql<number>`lease_until + ${graceSeconds * 1_000}`, '<', clock)]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Only the owner gives a lease back. */
async function releaseLease({ core, seen, owner }: Flight): Promise<void> {
  await core.store.db
    .updateTable('credential')
    .set({ lease_owner: '', lease_until: 0 })
    .where('row_id', '=', seen.row_id)
    .where('lease_owner', '=', owner)
    .execute()
}

/** Another process refreshes, or did when it ended: its result is ours, for as long as its lease runs. */
async function awaitOther(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  for (;;) {
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
  throw new NetworkError(
    'refresh_in_progress',
    `${connection.connector} is being refreshed elsewhere. Try again in a moment.`,
    { retryable: true },
  )
}

type NewTokens = Keepsake & { readonly scopes?: readonly string[] | undefined }

/** A late answer that is the only one still counts; one that the store does not take is kept in the journal. */
async function store({ core, connection, seen, renewal }: Flight, tokens: NewTokens): Promise<CredentialRow> {
  const granted = grantedScopes(renewal.scopeRules, tokens.scopes, JSON.parse(connection.scopes_granted))
  const refreshed = { connection, generation: Number(seen.generation), granted, tokens }
  const swapped = await landTokens(core, refreshed).catch(async (error: unknown) => {
    throw await keepRefresh(core, refreshed, error)
  })
  const row = await credentialRow(core, seen.row_id)
  if (row && (swapped || row.generation !== seen.generation)) return row
  // Disconnected meanwhile: what was just granted must not outlive the connection.
  if (!swapped) await endTokens(core, connection, tokens)
  throw ended()
}

/** The answer cannot be used, but a new refresh token in it is the only one that lives: keep it beside the old access token. */
async function keepRescued(flight: Flight, rescued: string): Promise<never> {
  const { core, connection, seen, renewal } = flight
  if (rescued && rescued !== renewal.refreshToken) {
    const accessToken = await openToken(core, seen, connection.tenant, 'access_token')
    const msLeft = Number(seen.expires_at) === 0 ? 0 : Number(seen.expires_at) - core.settings.now()
    const expiresInSeconds = Math.max(0, Math.floor(msLeft / 1_000))
    const { details } = renewal
    await store(flight, { accessToken, refreshToken: rescued, tokenType: seen.token_type, expiresInSeconds, details })
  } else await releaseLease(flight)
  throw new InvalidResponseError(
    'invalid_token_response',
    `${renewal.name} answered the refresh with something else than a token.`,
  )
}

/** A refusal counts only if nobody else has refreshed meanwhile. */
async function reject({ core, connection, seen, owner }: Flight, error: string): Promise<CredentialRow> {
  const row = await credentialRow(core, seen.row_id)
  if (!row) throw ended()
  if (row.generation !== seen.generation) return row
  await core.store.db.transaction().execute(async (trx) => {
    const still = await trx
      .updateTable('credential')
      .set({ lease_owner: '', lease_until: 0 })
      .where('row_id', '=', seen.row_id)
      .where('generation', '=', seen.generation)
      .where('lease_owner', '=', owner)
      .executeTakeFirst()
    if (still.numUpdatedRows === 0n) return
    const change = { status: 'needs_reconnect', reason: error || 'refresh_rejected', updated_at: core.settings.now() }
    await trx.updateTable('connection').set(change).where('row_id', '=', seen.row_id).execute()
    await record(core, needsReconnectEvent(connection, change.reason), trx)
  })
  throw needsReconnect(connection)
}

/** What the audit is told where only the person can help. */
export function needsReconnectEvent(connection: ConnectionRow, reason: string): Recorded {
  return { event: 'connection.needs_reconnect', ...aboutConnection(connection), result: 'failure', reason }
}

export function needsReconnect(connection: ConnectionRow): AuthenticationError {
  return new AuthenticationError(
    'needs_reconnect',
    `${connection.connector} must be authorized again. Let the user reconnect.`,
  )
}

function ended(): AuthenticationError {
  return new AuthenticationError('not_connected', 'The connection was ended.')
}

function unavailable({ name }: Renewal, statusCode: number): NetworkError {
  return new NetworkError(
    'authorization_server_unavailable',
    `${name} answered ${statusCode}. Try again in a moment.`,
    { retryable: true, statusCode },
  )
}
