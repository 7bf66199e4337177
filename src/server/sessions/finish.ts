/** Turns a checked answer into a connection: the code is spent here, whoever goes away meanwhile. */

import { AuthenticationError, ConnectorAuthError, NetworkError } from '../../protocol/errors.ts'
import type { AuthSessionStatus } from '../../protocol/auth-session.ts'
import type { OAuthConnector } from '../../protocol/connector.ts'
import type { Details } from '../connections/details.ts'
import { connectionRows, grantedScopes, scopesOf } from '../connections/rows.ts'
import { endTokens } from '../connections/revocations.ts'
import { idleOf } from '../connections/tokens.ts'
import type { Core } from '../core.ts'
import { currentContext } from '../http/context.ts'
import type { CallbackResponse } from '../oauth/callback-response.ts'
import { captureValues } from '../oauth/capture.ts'
import type { Contact } from '../oauth/contact.ts'
import { findAccount } from '../oauth/identity.ts'
import { sendBound } from '../oauth/dpop.ts'
import { heeded, measured } from '../oauth/measured.ts'
import { authorizationReason, refusalOf, tokenReason } from '../oauth/refusal.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { type TokenAnswer, type Tokens, readBody, readTokenResponse, splitScopes } from '../oauth/token-response.ts'
import { landPending } from '../journal/replay.ts'
import { TokensKept } from '../journal/tokens-kept.ts'
import { type Injection, injectionOf } from '../entered/injection.ts'
import { type Values, placeholdersIn } from '../template.ts'
import { contactOfSession, detailsOfSession } from './contact-of-session.ts'
import { nonceOf } from './create.ts'
import { keepGrant } from './kept-grant.ts'
import { landGrant } from './land-grant.ts'
import { type SessionRow, type StoredOutcome, moveSession, namedOutcome, ownerOf, statusOf } from './rows.ts'

/** Finishes an attempt that is REDEEMING, and gives how it ended. */
export async function finishSession(
  core: Core,
  row: SessionRow,
  contact: Contact,
  response: CallbackResponse,
  verifier: string,
): Promise<StoredOutcome> {
  if (response.kind === 'error') return endSession(core, row, refusal(response))
  return detached(
    core,
    settle(core, row, () => redeemCode(core, row, contact, response, verifier)),
  )
}

/** Keeps a piece of work known to the shutdown. */
export function detached<T>(core: Core, work: Promise<T>): Promise<T> {
  core.redemptions.add(work)
  return work.finally(() => core.redemptions.delete(work))
}

/** Ends the attempt, unless it has ended in another way meanwhile: then that way stands. */
export async function endSession(core: Core, row: SessionRow, outcome: StoredOutcome): Promise<StoredOutcome> {
  if (await moveSession(core, row, 'REDEEMING', { status: 'FAILED', outcome })) return namedOutcome(outcome)
  const now = await core.store.db
    .selectFrom('auth_session')
    .select('outcome')
    .where('id', '=', row.id)
    .executeTakeFirst()
  return now?.outcome ? JSON.parse(now.outcome) : outcome
}

/** The status as it is told; what is told as its end is its end, whatever still runs. */
export async function settledStatus(core: Core, row: SessionRow): Promise<AuthSessionStatus> {
  const status = statusOf(core, row)
  if (row.status !== 'REDEEMING' || status.status !== 'FAILED') return status
  // What it brought may only be waiting for the store.
  await landPending(core, row.id)
  return endSession(core, row, status)
}

function refusal(response: Extract<CallbackResponse, { kind: 'error' }>): StoredOutcome {
  const reason = authorizationReason(response.error)
  return {
    status: 'FAILED',
    reason,
    message:
      reason === 'access_denied'
        ? 'Access was not given.'
        : `The authorization server refused the request: ${response.description || response.error}`,
    error: response.error.slice(0, 200),
  }
}

/** Runs work that connects or throws; what it throws is the attempt's end. */
export async function settle(core: Core, row: SessionRow, work: () => Promise<StoredOutcome>): Promise<StoredOutcome> {
  try {
    return await work()
  } catch (error) {
    // The attempt goes on: its tokens are stored later.
    if (error instanceof TokensKept) throw error
    core.settings.logger.warn('redemption failed', {
      sessionId: row.id,
      requestId: currentContext()?.requestId,
      connector: row.connector,
      ...(error instanceof ConnectorAuthError ? { reason: error.reason } : { reason: 'internal', error }),
    })
    return endSession(core, row, failureOf(error))
  }
}

async function redeemCode(
  core: Core,
  row: SessionRow,
  before: Contact,
  response: Extract<CallbackResponse, { kind: 'code' }>,
  verifier: string,
): Promise<StoredOutcome> {
  const captured = await captureValues(before.record, { callback: response.params }, before.values)
  // The token endpoint itself may be told on the callback.
  const contact = Object.keys(captured).length > 0 ? await contactOfSession(core, row, captured) : before
  const answer = await requestTokens(heeded(core, contact, 'token'), contact, {
    type: 'authorization_code',
    redirectUri: row.redirect_uri,
    code: response.code,
    verifier,
  })
  const tokens = requireTokens(contact, readTokenResponse(contact.record, answer, core.settings.now()))
  const scopes = tokens.scopes ?? scopesOnCallback(contact.record, response.params)
  return connectTokens(core, row, contact, captured, { ...tokens, scopes })
}

/** Some services tell on the callback what was granted, and nowhere else. */
function scopesOnCallback({ callback, authorize }: OAuthConnector, params: URLSearchParams) {
  const name = callback?.scope
  return name === undefined ? undefined : splitScopes(params.get(name), authorize.scope?.separator)
}

/** Makes the connection; tokens that cannot be kept are taken back. */
export async function connectTokens(
  core: Core,
  row: SessionRow,
  contact: Contact,
  captured: Details['captured'],
  tokens: Tokens,
): Promise<StoredOutcome> {
  try {
    return await connect(core, row, contact, captured, tokens)
  } catch (error) {
    if (error instanceof TokensKept) throw error
    await takeBack(core, row, tokens, captured)
    throw error
  }
}

/**
 * Revokes tokens that nobody will use. Not where the person has connections with this connector: many authorization
 * servers end everything between one person and one client at once, and that would end those too.
 */
export async function takeBack(
  core: Core,
  row: SessionRow,
  tokens: Tokens,
  captured: Details['captured'],
): Promise<void> {
  const owner = ownerOf(row)
  const standing = await connectionRows(core, owner, row.connector)
  if (standing.length > 0) return
  const details = { ...(await detailsOfSession(core, row)), captured }
  await endTokens(core, { ...row, ...owner, connection_id: '' }, { ...tokens, details })
}

/** The tokens of an answer, or the error that it means at a first redemption. */
export function requireTokens({ record }: Contact, result: TokenAnswer): Tokens {
  switch (result.kind) {
    case 'tokens':
      return result.tokens
    case 'grant_rejected':
    case 'refused':
      throw new AuthenticationError(
        'redemption_rejected',
        `${record.name} did not accept the code (${result.error || answerStatus(result)}). Start the connection again.`,
      )
    case 'request_refused':
      throw refusalOf(
        tokenReason(result.error),
        `${record.name} refuses our request or registration (${result.error}). Correct client id, secret, redirect URI and record.`,
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

const answerStatus = (result: TokenAnswer) => ('status' in result ? result.status : 'no reason given')

async function connect(
  core: Core,
  row: SessionRow,
  contact: Contact,
  captured: Details['captured'],
  tokens: Tokens,
): Promise<StoredOutcome> {
  const { record } = contact
  const details = await detailsAfter(core, row, contact, captured, tokens)
  const known = { ...contact, values: { ...contact.values, ...details.captured } }
  const account = await accountOf(core, row, known, tokens)
  const requested: readonly string[] = JSON.parse(row.scopes)
  const granted = grantedScopes(record.authorize.scope, tokens.scopes, requested)
  const grant = {
    owner: ownerOf(row),
    connectorId: record.id,
    connectionId: row.connection_id,
    resolved: row.resolved === 1,
    registration: row.registration,
    requested,
    granted,
    account,
    kept: { ...tokens, details, idle: idleOf(record.refresh, tokens.expiresInSeconds) },
  }
  const scopes = scopesOf(requested, granted, record.authorize.scope)
  const brought = { sessionId: row.id, scopes, grant }
  try {
    return await landGrant(core, brought)
  } catch (error) {
    if (!core.store.isFault(error)) throw error
    throw await keepGrant(core, brought, error)
  }
}

/** What the token response tells, and what one more request may tell after it. */
async function detailsAfter(
  core: Core,
  row: SessionRow,
  { record, values, proofKey }: Contact,
  captured: Details['captured'],
  tokens: Tokens,
): Promise<Details> {
  const { accessToken } = tokens
  const sender = measured(core, record.id, 'capture')
  const proof = earlyInjection(record, { ...values, ...captured, accessToken })
  const sources = {
    token: readBody(tokens.raw),
    request: async (url: string, headers: Readonly<Record<string, string>>) => {
      if (proofKey) return sendBound(sender, { url, method: 'GET', headers }, proofKey, accessToken)
      const target = new URL(url)
      for (const [name, value] of Object.entries(proof.query)) target.searchParams.set(name, value)
      return sender.send({ url: target.href, method: 'GET', headers: { ...proof.headers, ...headers } })
    },
  }
  const told = await captureValues(record, sources, { ...values, ...captured })
  return { ...(await detailsOfSession(core, row)), captured: { ...captured, ...told } }
}

/** The record's own way to prove the token, unless that needs what is only being captured: then a bearer token. */
function earlyInjection(record: OAuthConnector, values: Values): Injection {
  const { headers = {}, query = {} } = record.inject ?? {}
  const needed = Object.values({ ...headers, ...query }).flatMap(placeholdersIn)
  const known = needed.every((name) => Object.hasOwn(values, name))
  return known
    ? injectionOf(record, values)
    : { headers: { authorization: `Bearer ${values['accessToken'] ?? ''}` }, query: {} }
}

/** A connection without a known account is worth more than none, so only an ID Token that is wrong ends the attempt. */
async function accountOf(core: Core, row: SessionRow, contact: Contact, tokens: Tokens) {
  const { record } = contact
  const scopes: readonly string[] = JSON.parse(row.scopes)
  // Only an OpenID authorization request carries a nonce; a device's has no place for it (RFC 8628 §3.1).
  const nonce = row.road !== 'device' && scopes.includes('openid') ? nonceOf(core, row.id) : undefined
  try {
    return await findAccount(measured(core, record.id, 'identity'), contact, tokens, nonce)
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
