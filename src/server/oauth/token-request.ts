/** Calls a connector's token endpoint. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { Egress, EgressAnswer } from '../egress/egress.ts'
import { type Client, authenticateClient } from './client-authentication.ts'

/** The two grants that a connection uses. */
export type Grant =
  | {
      readonly type: 'authorization_code'
      readonly code: string
      readonly redirectUri: string
      readonly verifier: string
    }
  | { readonly type: 'refresh_token'; readonly refreshToken: string }

/**
 * Sends a token request.
 *
 * @returns The raw answer: its refresh token must be rescued before anything else can fail.
 * @see RFC 6749 §4.1.3 and §6, RFC 7636 §4.5
 */
export function requestTokens(
  send: Egress,
  record: ConnectorRecord,
  client: Client,
  grant: Grant,
): Promise<EgressAnswer> {
  const body = new URLSearchParams({ ...record.token.params, ...grantParameters(grant, record) })
  const headers = new Headers({ ...record.token.headers, 'content-type': 'application/x-www-form-urlencoded' })
  authenticateClient(record.token.auth ?? 'client_secret_basic', client, body, headers)
  return send({ url: record.token.url, method: 'POST', headers: Object.fromEntries(headers), body: body.toString() })
}

function grantParameters(grant: Grant, record: ConnectorRecord): Record<string, string> {
  switch (grant.type) {
    case 'authorization_code':
      return {
        grant_type: 'authorization_code',
        code: grant.code,
        redirect_uri: grant.redirectUri,
        ...(record.authorize.pkce === false ? {} : { code_verifier: grant.verifier }),
      }
    case 'refresh_token':
      return { grant_type: 'refresh_token', refresh_token: grant.refreshToken }
  }
}
