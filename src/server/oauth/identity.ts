/** Finds out whose account was connected. */

import { type AuthorizationServer, getValidatedIdTokenClaims, processAuthorizationCodeResponse } from 'oauth4webapi'
import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { Account } from '../../protocol/connection.ts'
import type { Egress } from '../egress/egress.ts'
import { type Tokens, at, printable, readBody } from './token-response.ts'

/**
 * Reads the account's stable id and its name, as the record says; undefined where it cannot be had.
 *
 * An ID Token's claims are checked (issuer, audience, expiry, nonce). Its signature is not: it came straight from the
 * token endpoint over TLS (OpenID Connect Core §3.1.3.7, 6).
 */
export async function findAccount(
  send: Egress,
  record: ConnectorRecord,
  clientId: string,
  tokens: Tokens,
  nonce: string,
): Promise<Account | undefined> {
  const { identity } = record
  if (!identity) return undefined
  switch (identity.from) {
    case 'token_response':
      return accountIn(readBody(tokens.raw), identity)
    case 'id_token':
      return accountIn(await idTokenClaims(record, clientId, tokens, nonce), identity)
    case 'userinfo': {
      const headers = { ...identity.headers, authorization: `Bearer ${tokens.accessToken}` }
      const answer = await send({ url: identity.url, method: 'GET', headers })
      return answer.status === 200 ? accountIn(readBody(answer), identity) : undefined
    }
  }
}

function accountIn(
  source: object | undefined,
  paths: { readonly id: string; readonly name: string },
): Account | undefined {
  const id = printable(at(source, paths.id))
  return id ? { id, name: printable(at(source, paths.name)) || id } : undefined
}

async function idTokenClaims(
  record: ConnectorRecord,
  clientId: string,
  tokens: Tokens,
  nonce: string,
): Promise<object | undefined> {
  if (record.issuer === null) return undefined
  const server: AuthorizationServer = { issuer: record.issuer }
  const response = new Response(tokens.raw.text, { status: 200, headers: { 'content-type': 'application/json' } })
  const result = await processAuthorizationCodeResponse(server, { client_id: clientId }, response, {
    expectedNonce: nonce,
  })
  return getValidatedIdTokenClaims(result)
}
