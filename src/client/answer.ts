/** Checks what came back on the channel before anything is done with it. */

import { validateAuthResponse } from 'oauth4webapi'
import { channelMessage } from '../protocol/channel.ts'
import { AuthenticationError } from '../protocol/errors.ts'
import { fit } from '../protocol/fit.ts'
import type { AppSession } from './session.ts'

/** What came back on a redirect URI: the query string, and which one it was (RFC 9700 §4.4.2). */
export interface Answer {
  readonly query: string
  readonly uri: string
}

/** The callback of this attempt; undefined for everything else on the channel. */
export function readAnswer({ created }: AppSession, message: unknown): Answer | undefined {
  try {
    const read = fit(channelMessage, message)
    if (read.type === 'callback' && new URLSearchParams(read.query).get('state') === created.stateKey) return read
  } catch {
    // Anyone on this origin can speak on a channel; what is not ours is not worth a word.
  }
  return undefined
}

/** Checks an answer; one that carries the authorization server's error passes, for the backend to be told.
 *
 * @throws {AuthenticationError} `issuer_mismatch` · `authorization_refused`
 * @see RFC 6749 §4.1.2, RFC 9207 §2.4
 */
export function checkAnswer(
  { issuer, issuerRequired, clientId, stateKey }: AppSession['created'],
  parameters: URLSearchParams,
): void {
  // Some authorization servers send an `iss` that the connector's record says means nothing.
  if (issuer === null) parameters.delete('iss')
  const iss = parameters.get('iss')
  try {
    validateAuthResponse(
      { issuer: issuer ?? '-', authorization_response_iss_parameter_supported: issuerRequired && issuer !== null },
      { client_id: clientId },
      parameters,
      stateKey,
    )
  } catch (cause) {
    if (iss !== issuer && (iss || issuerRequired))
      throw new AuthenticationError(
        'issuer_mismatch',
        'The answer comes from another authorization server. Connect again.',
      )
    if (!parameters.get('error'))
      throw new AuthenticationError('authorization_refused', 'The answer is not one to this request. Connect again.', {
        cause,
      })
  }
}
