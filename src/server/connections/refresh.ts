/** Refreshes a connection's tokens: once, whoever and however many ask. */

import { AuthenticationError, InvalidResponseError, NetworkError } from '../../protocol/errors.ts'
import { type Recorded, aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import { stopwatch } from '../stopwatch.ts'
import { neverSent } from '../egress/egress.ts'
import { landPending } from '../journal/replay.ts'
import type { RefreshOutcome } from '../metrics.ts'
import { refusalOf, tokenReason } from '../oauth/refusal.ts'
import type { TokenAnswer, Tokens } from '../oauth/token-response.ts'
import type { CredentialRow } from '../stores/tables.ts'
import { keepRefresh } from './kept-refresh.ts'
import { landTokens } from './land-tokens.ts'
import { awaitOther, ended, inProgress, releaseLease, takeLease } from './lease.ts'
import { type Renewal, type Renewed, renewalOf } from './renewal.ts'
import { endTokens } from './revocations.ts'
import { type ConnectionRow, grantedScopes } from './rows.ts'
import { type Keepsake, credentialRow, openToken } from './tokens.ts'

/**
 * Gives the connection's row after a refresh: its generation is later than the one that was read.
 *
 * Any number of callers in this process share one call; other processes are kept out by a lease in the row. The call
 * goes on when a caller goes away, or has waited for lease and deadline.
 *
 * @throws {AuthenticationError} `needs_reconnect` (definitive) · `client_registration_refused`
 * @throws {NetworkError} `authorization_server_unavailable` · `authorization_server_busy` · `refresh_in_progress` ·
 *   `storage_unavailable` where new tokens wait in the journal (retryable; the connection stays)
 */
export async function refresh(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  let flight = core.refreshes.get(connection.row_id)
  if (!flight) {
    flight = refreshOnce(core, connection, seen).finally(() => core.refreshes.delete(connection.row_id))
    core.refreshes.set(connection.row_id, flight)
  }
  const { leaseSeconds, tokenEndpointSeconds } = core.settings.limits
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const tooLong = () => reject(inProgress(connection.connector))
    timer = setTimeout(tooLong, (leaseSeconds + tokenEndpointSeconds) * 1_000)
  })
  return Promise.race([flight, late]).finally(() => clearTimeout(timer))
}

async function refreshOnce(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const landed = await landedRow(core, seen)
  if (landed) return landed
  core.pauses.refuse(seen.row_id, connection.connector)
  const renewal = await renewalOf(core, connection, seen)
  // Known before the token is spent: what the answer brings is sealed also where the store is away then.
  await core.sealer.prepare(connection.tenant)
  const flight = { core, connection, seen, renewal, owner: randomHex(128) }
  const sent = await core.pace.run(renewal.server, () => send(flight))
  return sent ? conclude(flight, sent) : awaitOther(core, connection.connector, seen)
}

/** While newer tokens wait in the journal, the stored refresh token is an old one and is not sent. */
async function landedRow(core: Core, seen: CredentialRow): Promise<CredentialRow | undefined> {
  if (!(await landPending(core, seen.row_id))) return undefined
  const row = await credentialRow(core, seen.row_id)
  if (!row) throw ended()
  return row.generation === seen.generation ? undefined : row
}

/** One refresh that owns the lease. */
interface Flight {
  readonly core: Core
  readonly connection: ConnectionRow
  readonly seen: CredentialRow
  readonly renewal: Renewal
  readonly owner: string
}

/**
 * Spends the refresh token under a lease; undefined where another process has it.
 *
 * A call whose outcome is unknown keeps its lease: nobody sends the old token again before lease and grace are over.
 */
async function send(flight: Flight): Promise<Renewed | undefined> {
  const { core, connection, seen, renewal, owner } = flight
  // Its turn came when the process was about to end: nothing new is begun.
  if (core.life.closing) throw inProgress(connection.connector)
  await renewal.prepare()
  // A process that stands still after it has the lease must find out.
  const sinceLease = stopwatch()
  if (!(await takeLease(core, seen, owner))) return undefined
  try {
    return await renewal.renew(sinceLease, (late) => void concludeLate(flight, late))
  } catch (error) {
    core.metrics.countRefresh(connection.connector, 'failed')
    if (!neverSent(error)) throw error
    await releaseLease(core, seen, owner, true)
    core.pauses.failed(seen.row_id)
    throw error
  }
}

/** A host's own function answered after its limit: what it brought is the newest all the same. */
async function concludeLate(flight: Flight, renewed: Renewed): Promise<void> {
  const { core, connection } = flight
  const landing = conclude(flight, renewed)
  core.redemptions.add(landing)
  await landing
    .catch((error: unknown) => core.settings.logger.warn('a late answer', { connector: connection.connector, error }))
    .finally(() => core.redemptions.delete(landing))
}

/** What an answer means for the connection. */
async function conclude(flight: Flight, { result, rescued }: Renewed): Promise<CredentialRow> {
  const { core, connection, seen, renewal } = flight
  core.metrics.countRefresh(connection.connector, outcomeOf(result))
  if (result.kind === 'tokens' || result.kind === 'grant_rejected') core.pauses.succeeded(seen.row_id)
  else core.pauses.failed(seen.row_id)
  if (result.kind === 'tokens') return accept(flight, result.tokens)
  const isNewer = rescued !== '' && rescued !== renewal.refreshToken
  return isNewer && result.kind !== 'grant_rejected' ? keepRescued(flight, rescued) : refused(flight, result)
}

/** An answer without tokens. */
async function refused(
  flight: Flight,
  result: Exclude<TokenAnswer, { readonly kind: 'tokens' }>,
): Promise<CredentialRow> {
  const { core, seen, renewal, owner } = flight
  switch (result.kind) {
    case 'unreadable':
      await releaseLease(core, seen, owner, false)
      throw unusable(renewal)
    case 'grant_rejected':
      return reject(flight, result.error || 'refresh_rejected')
    case 'request_refused':
      await releaseLease(core, seen, owner, true)
      throw refusalOf(
        tokenReason(result.error),
        `${renewal.name} refuses the refresh (${result.error}). Correct the client registration.`,
      )
    case 'refused':
    case 'unavailable':
      await releaseLease(core, seen, owner, !mayHaveActed(result.status))
      throw unavailable(renewal, result.status)
  }
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

/** A server that broke down on the way, or one before it that did not wait for its answer (RFC 9110 §15.6). */
function mayHaveActed(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 503
}

async function accept(flight: Flight, told: Tokens): Promise<CredentialRow> {
  const { connection, renewal } = flight
  const refreshToken = told.refreshToken || renewal.refreshToken
  const tokens = { ...told, refreshToken, details: await renewal.detailsAfter(told) }
  const account = renewal.accountOf(told)
  const foreign = account !== '' && connection.account_id !== '' && account !== connection.account_id
  return foreign ? refuseForeign(flight, tokens) : store(flight, tokens)
}

type NewTokens = Keepsake & { readonly scopes?: readonly string[] | undefined }

/** A late answer that is the only one still counts; one that the store does not take is kept in the journal. */
async function store(flight: Flight, tokens: NewTokens): Promise<CredentialRow> {
  const { core, connection, seen, renewal, owner } = flight
  const granted = grantedScopes(renewal.scopeRules, tokens.scopes, JSON.parse(connection.scopes_granted))
  const generation = Number(seen.generation)
  const idle = renewal.idleAfter(tokens.expiresInSeconds)
  const refreshed = { connection, generation, owner, granted, tokens: { ...tokens, idle } }
  const landing = await landTokens(core, refreshed).catch(async (error: unknown) => {
    throw await keepRefresh(core, refreshed, error)
  })
  // Disconnected meanwhile: what was just granted must not outlive the connection.
  if (landing === 'ended') await endTokens(core, connection, tokens)
  const row = landing === 'ended' ? undefined : await credentialRow(core, seen.row_id)
  if (row) return row
  throw ended()
}

/** The answer cannot be used, but a new refresh token in it is the only one that lives: keep it beside the old access token. */
async function keepRescued(flight: Flight, rescued: string): Promise<never> {
  const { core, connection, seen, renewal } = flight
  const accessToken = await openToken(core, seen, connection.tenant, 'access_token')
  const msLeft = Number(seen.expires_at) === 0 ? 0 : Number(seen.expires_at) - core.settings.now()
  const expiresInSeconds = Math.max(0, Math.floor(msLeft / 1_000))
  const { details } = renewal
  await store(flight, { accessToken, refreshToken: rescued, tokenType: seen.token_type, expiresInSeconds, details })
  throw unusable(renewal)
}

function unusable({ name }: Renewal): InvalidResponseError {
  const message = `${name} answered the refresh with something else than a token.`
  return new InvalidResponseError('invalid_token_response', message)
}

/** Tokens of another account are nobody's here; the ones that stand were replaced at the server. */
async function refuseForeign(flight: Flight, tokens: Keepsake): Promise<CredentialRow> {
  await endTokens(flight.core, flight.connection, tokens)
  return reject(flight, 'account_mismatch')
}

/** A refusal counts only if nobody else has refreshed or taken over meanwhile. */
async function reject({ core, connection, seen, owner }: Flight, why: string): Promise<CredentialRow> {
  const counts = await core.store.db.transaction().execute(async (trx) => {
    const still = await trx
      .updateTable('credential')
      .set({ lease_owner: '', lease_until: 0, keep_alive_at: 0 })
      .where('row_id', '=', seen.row_id)
      .where('generation', '=', seen.generation)
      .where('lease_owner', '=', owner)
      .returning('unanswered')
      .executeTakeFirst()
    if (!still) return false
    // An earlier try may have brought the tokens that nobody has.
    const reason = Number(still.unanswered) > 0 ? 'refresh_outcome_unknown' : why
    const change = { status: 'needs_reconnect', reason, updated_at: core.settings.now() }
    await trx.updateTable('connection').set(change).where('row_id', '=', seen.row_id).execute()
    await record(core, needsReconnectEvent(connection, reason), trx)
    return true
  })
  if (counts) throw needsReconnect(connection)
  await releaseLease(core, seen, owner, true)
  const newer = await credentialRow(core, seen.row_id)
  if (!newer) throw ended()
  if (newer.generation === seen.generation) throw inProgress(connection.connector)
  return newer
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

function unavailable({ name }: Renewal, statusCode: number): NetworkError {
  return new NetworkError(
    'authorization_server_unavailable',
    `${name} answered ${statusCode}. Try again in a moment.`,
    { retryable: true, statusCode },
  )
}
