/** Turns a checked answer into a connection: the code is spent here, whoever goes away meanwhile. */

import { AuthenticationError, ConnectorAuthError, NetworkError } from '../../protocol/errors.ts'
import type { OAuthConnector } from '../../protocol/connector.ts'
import type { Details } from '../connections/details.ts'
import { connectionRows, grantedScopes, scopesOf } from '../connections/rows.ts'
import type { Core } from '../core.ts'
import type { CallbackResponse } from '../oauth/callback-response.ts'
import { captureValues } from '../oauth/capture.ts'
import type { Contact } from '../oauth/contact.ts'
import { findAccount } from '../oauth/identity.ts'
import { measured } from '../oauth/measured.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { type TokenAnswer, type Tokens, readBody, readTokenResponse } from '../oauth/token-response.ts'
import { TokensKept } from '../journal/tokens-kept.ts'
import { injectionOf } from '../entered/injection.ts'
import { type Values, placeholdersIn } from '../template.ts'
import { contactOfSession, detailsOfSession } from './contact-of-session.ts'
import { nonceOf } from './create.ts'
import { keepGrant } from './kept-grant.ts'
import { landGrant } from './land-grant.ts'
import { type SessionRow, type StoredOutcome, moveSession, ownerOf } from './rows.ts'

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

/** Runs work that connects or throws; what it throws is the attempt's end. */
export async function settle(core: Core, row: SessionRow, work: () => Promise<StoredOutcome>): Promise<StoredOutcome> {
  try {
    return await work()
  } catch (error) {
    // The attempt goes on: its tokens are stored later.
    if (error instanceof TokensKept) throw error
    core.settings.logger.warn('redemption failed', {
      sessionId: row.id,
      connector: row.connector,
      reason: error instanceof ConnectorAuthError ? error.reason : 'internal',
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
  const answer = await requestTokens(measured(core, contact.record.id, 'token'), contact, {
    type: 'authorization_code',
    redirectUri: row.redirect_uri,
    code: response.code,
    verifier,
  })
  const tokens = requireTokens(contact, readTokenResponse(contact.record, answer, core.settings.now()))
  return connectTokens(core, row, contact, captured, tokens)
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
    await takeBack(core, row, contact, tokens)
    throw error
  }
}

/**
 * Revokes tokens that nobody will use. Not where the person has connections with this connector: many authorization
 * servers end everything between one person and one client at once, and that would end those too.
 */
async function takeBack(core: Core, row: SessionRow, contact: Contact, tokens: Tokens): Promise<void> {
  const standing = await connectionRows(core, ownerOf(row), contact.record.id)
  if (standing.length === 0) await revokeTokens(measured(core, contact.record.id, 'revoke'), contact, tokens)
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
    kept: { ...tokens, details },
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
  { record, values }: Contact,
  captured: Details['captured'],
  tokens: Tokens,
): Promise<Details> {
  const sources = {
    token: readBody(tokens.raw),
    request: {
      send: measured(core, record.id, 'capture').send,
      headers: earlyInjection(record, { ...values, ...captured, accessToken: tokens.accessToken }),
    },
  }
  const told = await captureValues(record, sources, { ...values, ...captured })
  return { ...(await detailsOfSession(core, row)), captured: { ...captured, ...told } }
}

/** The record's own way to prove the token, unless that needs what is only being captured: then a bearer token. */
function earlyInjection(record: OAuthConnector, values: Values): Readonly<Record<string, string>> {
  const needed = Object.values(record.inject?.headers ?? {}).flatMap(placeholdersIn)
  const known = needed.every((name) => Object.hasOwn(values, name))
  return known ? injectionOf(record, values).headers : { authorization: `Bearer ${values['accessToken'] ?? ''}` }
}

/** A connection without a known account is worth more than none, so only an ID Token that is wrong ends the attempt. */
async function accountOf(core: Core, row: SessionRow, contact: Contact, tokens: Tokens) {
  const { record } = contact
  try {
    return await findAccount(measured(core, record.id, 'identity'), contact, tokens, nonceOf(core, row.id))
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
