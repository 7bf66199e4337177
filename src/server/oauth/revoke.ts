/** Ends a token at its authorization server. */

import type { EgressRequest } from '../egress/egress.ts'
import { fillAll, fillHeaders } from '../template.ts'
import type { Contact } from './contact.ts'
import { type ProofSender, sendWithProof } from './dpop.ts'
import { withEachSecret } from './each-secret.ts'
import { type Parameters, serviceRequest } from './service-request.ts'
import { authenticated, authenticationOf } from './token-request.ts'
import { at, readBody } from './token-response.ts'

/**
 * What became of it: `unsupported` where the server has no way, `failed` where another try may help, `access_token_dead`
 * where the access token that proves the caller has ended, which says nothing of the grant.
 */
export type RevocationResult = 'revoked' | 'unsupported' | 'failed' | 'access_token_dead'

interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/**
 * Revokes the refresh token, or the access token where the record says so or there is no other.
 *
 * @returns `revoked` for an unknown token as well: it is dead either way (RFC 7009 §2.2).
 * @see RFC 7009 §2.1
 */
export async function revokeTokens(
  sender: ProofSender,
  contact: Contact,
  tokens: TokenPair,
): Promise<RevocationResult> {
  const { revoke: url } = contact.endpoints
  if (url === undefined || (!tokens.accessToken && !tokens.refreshToken)) return 'unsupported'
  try {
    const answer = await withEachSecret(contact, (one) =>
      sendWithProof(sender, () => revocationRequest(one, url, tokens), one.proofKey),
    )
    const body = readBody(answer)
    const accepted = answer.status >= 200 && answer.status <= 299 && at(body, 'ok') !== false
    // Some servers answer 400 invalid_request or invalid_token for a token that is dead already.
    const dead = answer.status === 400 && ['invalid_request', 'invalid_token'].includes(String(at(body, 'error')))
    if (accepted || dead) return 'revoked'
    return presentsAccessToken(contact) && saysDead(answer.status, at(body, 'error')) ? 'access_token_dead' : 'failed'
  } catch {
    return 'failed'
  }
}

/** Whether the access token is what is presented, as the credential or as what is to be ended. */
function presentsAccessToken({ record: { revoke } }: Contact): boolean {
  return revoke?.auth === 'bearer' || revoke?.token === 'access'
}

/** A 401, or how Slack says it in a 200. */
function saysDead(status: number, error: unknown): boolean {
  return status === 401 || ['token_revoked', 'token_expired', 'invalid_auth'].includes(String(error))
}

async function revocationRequest(contact: Contact, url: string, tokens: TokenPair): Promise<EgressRequest> {
  const revoke = contact.record.revoke ?? { url }
  const refresh = revoke.token !== 'access' && tokens.refreshToken !== ''
  const token = refresh ? tokens.refreshToken : tokens.accessToken
  const headers = new Headers(fillHeaders(revoke.headers, contact.values))
  const own: Parameters = [
    ...Object.entries(fillAll(revoke.params, contact.values)),
    [revoke.param ?? 'token', token],
    // A hint that the server does not know it must ignore (RFC 7009 §2.2.1); one with names of its own never sees it.
    ...(revoke.param === undefined ? [['token_type_hint', refresh ? 'refresh_token' : 'access_token'] as const] : []),
  ]
  if (revoke.auth === 'bearer') headers.set('authorization', `Bearer ${tokens.accessToken}`)
  const standard = authenticationOf(contact)
  const parameters =
    revoke.auth === 'bearer'
      ? own
      : await authenticated({ ...standard, method: revoke.auth ?? standard.method }, own, headers)
  return serviceRequest({ url, method: revoke.method ?? 'POST', body: revoke.body ?? 'form', parameters, headers })
}
