/** Starts an auth session at the backend, with a verifier that never leaves this object. */

import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'
import type { Call } from '../api/call.ts'
import { createAuthSession } from '../api/attempts.ts'
import type { AuthSessionCreated } from '../protocol/auth-session.ts'
import { channelPrefix } from '../protocol/channel.ts'
import { InvalidRequestError, InvalidResponseError } from '../protocol/errors.ts'
import type { SessionRequest } from './options.ts'

/** An auth session with what this page alone knows of it. */
export interface Session extends AuthSessionCreated {
  readonly verifier: string
  /** The channel on which its answer comes. */
  readonly channel: string
  /** When it ends, on the clock of `performance.now()`. */
  readonly deadline: number
}

/** Creates the session (RFC 7636 §4.1 to §4.3).
 *
 * @throws {InvalidRequestError} `insecure_context` · {@link InvalidResponseError} `protocol_mismatch` · whatever the backend answers
 */
export async function createSession(
  call: Call,
  { connectorId, connectionId, scopes, force, ...request }: SessionRequest,
): Promise<Session> {
  if (!isSecureContext)
    throw new InvalidRequestError('insecure_context', 'The page is not secure. Serve it over https, or from localhost.')
  const verifier = generateRandomCodeVerifier()
  const created = await createAuthSession(call, {
    connectorId,
    codeChallenge: await calculatePKCECodeChallenge(verifier),
    connection: request.new ? { new: true } : connectionId ? { id: connectionId } : undefined,
    scopes,
    force,
    framed: self !== top,
  })
  if (!isOpenable(created.redirectUrl))
    throw new InvalidResponseError('protocol_mismatch', 'The authorization URL is not https.')
  return {
    ...created,
    verifier,
    // The same function as for the challenge: base64url(SHA-256(state)).
    channel: channelPrefix + (await calculatePKCECodeChallenge(created.stateKey)),
    deadline: performance.now() + created.expiresInSeconds * 1_000,
  }
}

/** Whether a window may be sent there: https, or http on this machine. */
function isOpenable(url: string): boolean {
  return /^(https:|http:\/\/(localhost|127\.0\.0\.1|\[::1])(:\d+)?\/)/.test(url)
}
