/** Finishes an attempt: turns what came back on its redirect URI into a connection, once. */

import type { RedeemRequest } from '../../protocol/auth-session.ts'
import { AuthenticationError, ConnectorAuthError, NetworkError } from '../../protocol/errors.ts'
import { connectionRows, grantedScopes, scopesOf } from '../connections/rows.ts'
import { saveGrant } from '../connections/save.ts'
import { type ConfiguredConnector, type Core, requireConnector } from '../core.ts'
import { sha256 } from '../digest.ts'
import { type CallbackResponse, readCallback } from '../oauth/callback-response.ts'
import { findAccount } from '../oauth/identity.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { type Tokens, readTokenResponse } from '../oauth/token-response.ts'
import type { Owner } from '../tokens/owner.ts'
import { nonceOf } from './create.ts'
import {
  type Asker,
  type SessionRow,
  type StoredOutcome,
  moveSession,
  outcomeUnknown,
  redeemingLimitMs,
  requireSession,
} from './rows.ts'

/**
 * Redeems an authorization code, or takes note of the authorization server's error.
 *
 * The same request again gives the same outcome; nothing but a request that passes every check can end the attempt.
 *
 * @throws {ConnectorAuthError} `not_found` · `invalid_request`
 * @throws {AuthenticationError} `session_expired` · `session_consumed` · `redirect_uri_mismatch` · `verifier_mismatch` ·
 *   `state_mismatch` · `issuer_mismatch`
 * @throws {NetworkError} `redeem_in_progress` (retryable)
 * @see RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9207 §2.4, RFC 9700 §2.1
 */
export async function redeemSession(
  core: Core,
  id: string,
  request: RedeemRequest,
  asker: Asker,
): Promise<StoredOutcome> {
  const row = await requireSession(core, id, asker)
  const requestHash = sha256(JSON.stringify([request.verifier, request.redirectUri, request.callback]))
  if (row.status !== 'INACTIVE') return outcomeFor(core, row, requestHash, asker)
  const connector = requireConnector(core.settings, row.connector)
  const response = checkRequest(core, row, request, connector)
  if (!(await moveSession(core, row, 'INACTIVE', { status: 'REDEEMING', requestHash }))) {
    return outcomeFor(core, await requireSession(core, id, asker), requestHash, asker)
  }
  if (response.kind === 'error') return fail(core, row, refusal(response))
  const finished = finish(core, row, connector, { code: response.code, verifier: request.verifier })
  core.redemptions.add(finished)
  return finished.finally(() => core.redemptions.delete(finished))
}

/** Every precondition, before anything is consumed. */
function checkRequest(
  core: Core,
  row: SessionRow,
  request: RedeemRequest,
  { record, client }: ConfiguredConnector,
): CallbackResponse {
  if (Number(row.expires_at) <= core.settings.now())
    throw new AuthenticationError('session_expired', 'The attempt has expired. Start the connection again.')
  if (request.redirectUri !== row.redirect_uri) {
    throw new AuthenticationError(
      'redirect_uri_mismatch',
      'The answer came back on another redirect URI. Start the connection again.',
    )
  }
  if (sha256(request.verifier) !== row.code_challenge) {
    throw new AuthenticationError(
      'verifier_mismatch',
      'The code verifier is not the one of this attempt. Start the connection again.',
    )
  }
  const state = new URLSearchParams(request.callback).get('state') ?? ''
  // The store knows the state by its hash only: a presented value that hashes to it is the state.
  if (sha256(state) !== row.state_hash)
    throw new AuthenticationError(
      'state_mismatch',
      'The answer belongs to another attempt. Start the connection again.',
    )
  return readCallback(record, client.clientId, request.callback, state)
}

/** The stored outcome for the same request; a wait where it is being worked on. */
async function outcomeFor(core: Core, seen: SessionRow, requestHash: string, asker: Asker): Promise<StoredOutcome> {
  if (seen.request_hash !== requestHash)
    throw new AuthenticationError(
      'session_consumed',
      'The attempt was already finished by another answer. Start the connection again.',
    )
  const deadline = Date.now() + core.settings.limits.leaseSeconds * 1_000
  let row = seen
  while (row.status === 'REDEEMING') {
    if (Number(row.status_at) + redeemingLimitMs < core.settings.now()) return fail(core, row, outcomeUnknown)
    if (Date.now() >= deadline)
      throw new NetworkError('redeem_in_progress', 'The same answer is being redeemed. Send it again in a moment.', {
        retryable: true,
      })
    await new Promise((resolve) => setTimeout(resolve, 50))
    row = await requireSession(core, row.id, asker)
  }
  return JSON.parse(row.outcome)
}

/** Ends the attempt, unless it has ended in another way meanwhile: then that way stands. */
async function fail(core: Core, row: SessionRow, outcome: StoredOutcome): Promise<StoredOutcome> {
  if (await moveSession(core, row, 'REDEEMING', { status: 'FAILED', outcome })) return outcome
  const now = await core.store.db
    .selectFrom('auth_session')
    .select('outcome')
    .where('id', '=', row.id)
    .executeTakeFirst()
  return now?.outcome ? JSON.parse(now.outcome) : outcome
}

function refusal(response: Extract<CallbackResponse, { kind: 'error' }>): StoredOutcome {
  const denied = response.error === 'access_denied'
  return {
    status: 'FAILED',
    reason: denied ? 'access_denied' : 'authorization_refused',
    message: denied
      ? 'Access was not given.'
      : `The authorization server refused the request: ${response.description || response.error}`,
    error: response.error.slice(0, 200),
  }
}

/** Runs to its end whoever goes away: the code is spent. */
async function finish(
  core: Core,
  row: SessionRow,
  connector: ConfiguredConnector,
  grant: { code: string; verifier: string },
): Promise<StoredOutcome> {
  try {
    const tokens = await obtainTokens(core, row, connector, grant)
    try {
      return await connect(core, row, connector, tokens)
    } catch (error) {
      await takeBack(core, row, connector, tokens)
      throw error
    }
  } catch (error) {
    core.settings.logger.warn('redemption failed', {
      sessionId: row.id,
      connector: row.connector,
      reason: error instanceof ConnectorAuthError ? error.reason : 'internal',
    })
    return fail(core, row, failureOf(error))
  }
}

/**
 * Revokes tokens that nobody will use. Not where the person has connections with this connector: many authorization
 * servers end everything between one person and one client at once, and that would end those too.
 */
async function takeBack(
  core: Core,
  row: SessionRow,
  { record, client }: ConfiguredConnector,
  tokens: Tokens,
): Promise<void> {
  const standing = await connectionRows(core, ownerOf(row), record.id)
  if (standing.length === 0) await revokeTokens(core.send, record, client, tokens)
}

function ownerOf(row: SessionRow): Owner {
  const owner = row.owner === 'shared' ? 'shared' : 'user'
  return { org: row.org, tenant: row.tenant, subject: owner === 'shared' ? '' : row.subject, owner }
}

async function obtainTokens(
  core: Core,
  row: SessionRow,
  { record, client }: ConfiguredConnector,
  grant: { code: string; verifier: string },
): Promise<Tokens> {
  const answer = await requestTokens(core.send, record, client, {
    type: 'authorization_code',
    redirectUri: row.redirect_uri,
    ...grant,
  })
  const result = readTokenResponse(record, answer)
  switch (result.kind) {
    case 'tokens':
      return result.tokens
    case 'grant_rejected':
    case 'refused':
      throw new AuthenticationError(
        'redemption_rejected',
        `${record.name} did not accept the code (${result.error || answer.status}). Start the connection again.`,
      )
    case 'request_refused':
      throw new AuthenticationError(
        'client_registration_refused',
        `${record.name} refuses our client registration (${result.error}). Correct client id, secret and redirect URI.`,
      )
    case 'unavailable':
      throw new NetworkError(
        'authorization_server_unavailable',
        `${record.name} answered ${result.status}. Start the connection again in a moment.`,
      )
    case 'unreadable':
      throw new AuthenticationError(
        'invalid_token_response',
        `${record.name} answered with something else than a token. Check the connector's record.`,
      )
  }
}

async function connect(
  core: Core,
  row: SessionRow,
  { record, client }: ConfiguredConnector,
  tokens: Tokens,
): Promise<StoredOutcome> {
  const account = await accountOf(core, row, { record, client }, tokens)
  const requested: readonly string[] = JSON.parse(row.scopes)
  const granted = grantedScopes(record, tokens.scopes, requested)
  const grant = {
    owner: ownerOf(row),
    connectorId: record.id,
    connectionId: row.connection_id,
    resolved: row.resolved === 1,
    requested,
    granted,
    account,
    tokens,
  }
  let outcome: StoredOutcome = outcomeUnknown
  await saveGrant(core, grant, async (trx, { connectionId, existing }) => {
    outcome = {
      status: 'ACTIVE',
      connectionId,
      scopes: scopesOf(requested, granted),
      account: account ?? null,
      existing,
    }
    const ended = await trx
      .updateTable('auth_session')
      .set({ status: 'ACTIVE', status_at: core.settings.now(), outcome: JSON.stringify(outcome) })
      .where('id', '=', row.id)
      .where('status', '=', 'REDEEMING')
      .executeTakeFirst()
    // The attempt was given up as unknown meanwhile: its connection must not appear after that was said.
    if (ended.numUpdatedRows === 0n)
      throw new AuthenticationError(
        'redeem_outcome_unknown',
        'The redemption took too long. Start the connection again.',
      )
  })
  return outcome
}

/** A connection without a known account is worth more than none, so only an ID Token that is wrong ends the attempt. */
async function accountOf(core: Core, row: SessionRow, { record, client }: ConfiguredConnector, tokens: Tokens) {
  try {
    return await findAccount(core.send, record, client.clientId, tokens, nonceOf(core, row.id))
  } catch (cause) {
    if (record.identity?.from !== 'id_token') return undefined
    throw new AuthenticationError(
      'invalid_token_response',
      `${record.name} sent an ID Token that does not hold. Start the connection again.`,
      { cause },
    )
  }
}

function failureOf(error: unknown): Extract<StoredOutcome, { status: 'FAILED' }> {
  if (error instanceof ConnectorAuthError) return { status: 'FAILED', reason: error.reason, message: error.message }
  return { status: 'FAILED', reason: 'internal', message: 'The backend made a mistake. Start the connection again.' }
}
