/** Starts an auth session at the backend, with a verifier and a secret that only this page knows. */

import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'
import type { Call } from '../api/call.ts'
import { createAuthSession } from '../api/attempts.ts'
import type { BridgeStarted, PageSession } from '../protocol/auth-session.ts'
import { channelPrefix } from '../protocol/channel.ts'
import { InvalidRequestError, InvalidResponseError } from '../protocol/errors.ts'
import type { SessionRequest } from './options.ts'

/** What this page alone knows of a session. */
export interface Own {
  /** RFC 7636 §4.1. */
  readonly verifier: string
  /** What binds the window to this page, on the bridge. */
  readonly secret: string
  /** When it ends, on the clock of `performance.now()`. */
  readonly deadline: number
  /** Where the bridge goes on to when the tab was left. */
  readonly returnTo?: string | undefined
}

/** A session whose answer comes back to a page of this origin. */
export type AppSession = Own & {
  readonly created: Exclude<PageSession, BridgeStarted>
  /** The channel on which its answer comes. */
  readonly channel: string
}

/** A session whose answer comes back to the backend. */
export type BridgeSession = Own & { readonly created: BridgeStarted; readonly channel?: undefined }

export type Session = AppSession | BridgeSession

/** Tells the roads apart. */
export const isBridge = (session: Session): session is BridgeSession => session.created.road === 'bridge'

/** Until when a window may be opened at a session that was just created, on the clock of `performance.now()`. */
export const openUntil = ({ created }: Session): number =>
  performance.now() + (created.openWithinSeconds ?? Infinity) * 1_000

/** Creates the session (RFC 7636 §4.1 to §4.3); the backend says which road it takes.
 *
 * @param returnTo - where the bridge goes on to, for a full-page redirect.
 * @throws {InvalidRequestError} `insecure_context` · {@link InvalidResponseError} `protocol_mismatch` · whatever the backend answers
 */
export async function createSession(call: Call, request: SessionRequest, returnTo?: string): Promise<Session> {
  const { connectorId, scopes, force, inputs } = request
  if (!isSecureContext)
    throw new InvalidRequestError('insecure_context', 'The page is not secure. Serve it over https, or from localhost.')
  const verifier = generateRandomCodeVerifier()
  // The same shape: 256 random bits.
  const secret = generateRandomCodeVerifier()
  const created = await createAuthSession(call, {
    connectorId,
    codeChallenge: await calculatePKCECodeChallenge(verifier),
    bindingHash: await calculatePKCECodeChallenge(secret),
    connection: wantedOf(request),
    scopes,
    force,
    inputs,
    framed: self !== top,
    returnTo,
  })
  const deadline = performance.now() + created.expiresInSeconds * 1_000
  return sessionOf(created, { verifier, secret, deadline, returnTo })
}

/** Which connection a request is for, as the backend asks. */
export function wantedOf({ connectionId, new: another }: SessionRequest) {
  if (another) return { new: true }
  return connectionId ? { id: connectionId } : undefined
}

/** A session with what this page alone knows of it, just created or kept from before.
 *
 * @throws {InvalidResponseError} `protocol_mismatch`
 */
export async function sessionOf(created: PageSession, own: Own): Promise<Session> {
  const target = created.road === 'bridge' ? created.startUrl : created.redirectUrl
  if (!isOpenable(target))
    throw new InvalidResponseError('protocol_mismatch', 'The address for the window is not https.')
  if (created.road === 'bridge') return { ...own, created }
  // The same function as for the challenge: base64url(SHA-256(state)).
  return { ...own, created, channel: channelPrefix + (await calculatePKCECodeChallenge(created.stateKey)) }
}

/** Whether a window may be sent there: https, or http on this machine. */
function isOpenable(url: string): boolean {
  return /^(https:|http:\/\/(localhost|[\w.-]+\.localhost|127\.0\.0\.1|\[::1])(:\d+)?\/)/.test(url)
}
