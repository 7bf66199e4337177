/** Ends a token at its authorization server. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { Disconnected } from '../../protocol/connection.ts'
import type { Egress, EgressRequest } from '../egress/egress.ts'
import { type Client, authenticateClient } from './client-authentication.ts'
import { at, readBody } from './token-response.ts'

/**
 * Revokes the refresh token, or the access token where the record says so or there is no other.
 *
 * @returns `revoked` for an unknown token as well: it is dead either way (RFC 7009 §2.2).
 * @see RFC 7009 §2.1
 */
export async function revokeTokens(
  send: Egress,
  record: ConnectorRecord,
  client: Client,
  tokens: { readonly accessToken: string; readonly refreshToken: string },
): Promise<Disconnected['revocation']> {
  if (!record.revoke) return 'unsupported'
  try {
    const answer = await send(revocationRequest(record, record.revoke, client, tokens))
    const body = readBody(answer)
    const accepted = answer.status >= 200 && answer.status <= 299 && at(body, 'ok') !== false
    // Some servers answer 400 invalid_request or invalid_token for a token that is dead already.
    const dead = answer.status === 400 && ['invalid_request', 'invalid_token'].includes(String(at(body, 'error')))
    return accepted || dead ? 'revoked' : 'failed'
  } catch {
    return 'failed'
  }
}

function revocationRequest(
  record: ConnectorRecord,
  revoke: NonNullable<ConnectorRecord['revoke']>,
  client: Client,
  tokens: { readonly accessToken: string; readonly refreshToken: string },
): EgressRequest {
  const refresh = revoke.token !== 'access' && tokens.refreshToken !== ''
  const token = refresh ? tokens.refreshToken : tokens.accessToken
  const body = new URLSearchParams({ token, token_type_hint: refresh ? 'refresh_token' : 'access_token' })
  const headers = new Headers({ 'content-type': 'application/x-www-form-urlencoded' })
  const auth = revoke.auth ?? record.token.auth ?? 'client_secret_basic'
  if (auth === 'bearer') headers.set('authorization', `Bearer ${token}`)
  else authenticateClient(auth, client, body, headers)
  return { url: revoke.url, method: 'POST', headers: Object.fromEntries(headers), body: body.toString() }
}
