/** Finishes an attempt with what came back on its redirect URI, once. */

import type { RedeemRequest } from '../../protocol/auth-session.ts'
import { AuthenticationError, InvalidRequestError, NetworkError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { type CallbackResponse, readCallback } from '../oauth/callback-response.ts'
import type { Contact } from '../oauth/contact.ts'
import { landPending } from '../journal/replay.ts'
import { contactOfSession } from './contact-of-session.ts'
import { pollDevice } from './device.ts'
import { endSession, finishSession } from './finish.ts'
import {
  type Asker,
  type RedeemOutcome,
  type SessionRow,
  type StoredOutcome,
  moveSession,
  outcomeUnknown,
  redeemingLimitMs,
  requireSession,
} from './rows.ts'
import { openParked } from './sealed.ts'

/**
 * Redeems an authorization code, or takes note of the authorization server's error.
 *
 * The same request again gives the same outcome; nothing but a request that passes every check can end the attempt.
 *
 * @throws {ConnectorAuthError} `not_found` · `invalid_request` · `wrong_road`
 * @throws {AuthenticationError} `session_expired` · `session_consumed` · `redirect_uri_mismatch` · `verifier_mismatch` ·
 *   `state_mismatch` · `issuer_mismatch` · `answer_not_there`
 * @throws {NetworkError} `redeem_in_progress` (retryable)
 * @see RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9207 §2.4, RFC 9700 §2.1
 */
export async function redeemSession(
  core: Core,
  id: string,
  request: RedeemRequest,
  asker: Asker,
): Promise<RedeemOutcome> {
  const row = await requireSession(core, id, asker)
  requireRoad(row, asker)
  // Where the answer came back to the backend, the place was compared then; anywhere else only the caller knows it.
  const known = row.road === 'bridge' ? row.redirect_uri : ''
  const { verifier = '', redirectUri = known, callback = '' } = request
  if (row.road === 'device') return pollDevice(core, row)
  const requestHash = sha256(JSON.stringify([verifier, redirectUri, callback]))
  if (row.status !== 'INACTIVE') return outcomeFor(core, row, requestHash, asker)
  const contact = await contactOfSession(core, row)
  checkRequest(core, row, { verifier, redirectUri })
  const query = row.road === 'bridge' ? await parkedQuery(core, row) : callback
  const response = readAnswer(row, contact, query)
  if (!(await moveSession(core, row, 'INACTIVE', { status: 'REDEEMING', requestHash }))) {
    return outcomeFor(core, await requireSession(core, id, asker), requestHash, asker)
  }
  return finishSession(core, row, contact, response, verifier)
}

/** A page redeems what its browser brought; a host what its own process received. */
function requireRoad(row: SessionRow, asker: Asker): void {
  const roads = asker.kind === 'page' ? ['app_callback', 'bridge'] : ['loopback', 'device']
  if (roads.includes(row.road)) return
  throw new InvalidRequestError('wrong_road', `An attempt on the road ${row.road} is not finished by this request.`)
}

/** Every precondition but the answer itself, before anything is consumed. */
export function checkRequest(
  core: Core,
  row: SessionRow,
  request: { readonly verifier: string; readonly redirectUri: string },
): void {
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
}

/** What the bridge's callback left here. */
export async function parkedQuery(core: Core, row: SessionRow): Promise<string> {
  const query = await openParked(core, row)
  if (query) return query
  throw new AuthenticationError('answer_not_there', 'No answer has come back, or it came too long ago. Start again.')
}

/** Checks state and issuer of an answer. */
export function readAnswer(row: SessionRow, contact: Contact, query: string): CallbackResponse {
  const state = new URLSearchParams(query).get('state') ?? ''
  // The store knows the state by its hash only: a presented value that hashes to it is the state.
  if (sha256(state) !== row.state_hash)
    throw new AuthenticationError(
      'state_mismatch',
      'The answer belongs to another attempt. Start the connection again.',
    )
  return readCallback(contact, query, state)
}

/** The stored outcome for the same request; a wait where it is being worked on. */
export async function outcomeFor(
  core: Core,
  seen: SessionRow,
  requestHash: string,
  asker: Asker,
): Promise<StoredOutcome> {
  if (seen.request_hash !== requestHash)
    throw new AuthenticationError(
      'session_consumed',
      'The attempt was already finished by another answer. Start the connection again.',
    )
  const deadline = performance.now() + core.settings.limits.leaseSeconds * 1_000
  let row = seen
  while (row.status === 'REDEEMING') {
    if (await landPending(core, row.id)) row = await requireSession(core, row.id, asker)
    if (row.status !== 'REDEEMING') break
    if (Number(row.status_at) + redeemingLimitMs < core.settings.now()) return endSession(core, row, outcomeUnknown)
    if (performance.now() >= deadline)
      throw new NetworkError('redeem_in_progress', 'The same answer is being redeemed. Send it again in a moment.', {
        retryable: true,
      })
    await new Promise((resolve) => setTimeout(resolve, 50))
    row = await requireSession(core, row.id, asker)
  }
  return JSON.parse(row.outcome)
}
