/** Finds out whose account was connected. */

import {
  type AuthorizationServer,
  expectNoNonce,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
} from 'oauth4webapi'
import type { Account } from '../../protocol/connection.ts'
import type { OAuthConnector } from '../../protocol/connector.ts'
import { fillHeaders, fillText, fillUrl } from '../template.ts'
import { injectionOf } from '../entered/injection.ts'
import type { Contact } from './contact.ts'
import { type ProofSender, sendBound } from './dpop.ts'
import { type Tokens, at, printable, readBody } from './token-response.ts'

/**
 * Reads the account's stable id and its name, as the record says; undefined where it cannot be had.
 *
 * An ID Token's claims are checked (issuer, audience, expiry, nonce). Its signature is not: it came straight from the
 * token endpoint over TLS (OpenID Connect Core §3.1.3.7, 6).
 *
 * @param nonce - The authorization request's; undefined where it had none, and so must the ID Token.
 */
export async function findAccount(
  sender: ProofSender,
  contact: Contact,
  tokens: Tokens,
  nonce: string | undefined,
): Promise<Account | undefined> {
  const { identity } = contact.record
  if (!identity) return undefined
  switch (identity.from) {
    case 'token_response':
      return accountIn(readBody(tokens.raw), identity)
    case 'captured': {
      const id = fillText(identity.id, contact.values)
      return { id, name: fillText(identity.name, contact.values) || id }
    }
    case 'id_token':
      return accountIn(await idTokenClaims(contact, tokens, nonce), identity)
    case 'userinfo':
      return userinfo(sender, contact, identity, tokens)
  }
}

async function userinfo(
  sender: ProofSender,
  contact: Contact,
  identity: Extract<NonNullable<OAuthConnector['identity']>, { readonly from: 'userinfo' }>,
  { accessToken }: Tokens,
): Promise<Account | undefined> {
  const { values, endpoints, proofKey, record } = contact
  if (endpoints.userinfo === undefined) return undefined
  const all = { ...values, accessToken }
  const { headers, query } = proofKey ? { headers: {}, query: {} } : injectionOf(record, all)
  const url = new URL(fillUrl(endpoints.userinfo, all))
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const request = {
    url: url.href,
    method: identity.method ?? 'GET',
    headers: {
      ...headers,
      ...(identity.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...fillHeaders(identity.headers, all),
    },
    ...(identity.body === undefined ? {} : { body: identity.body }),
  }
  const answer = proofKey ? await sendBound(sender, request, proofKey, accessToken) : await sender.send(request)
  return answer.status === 200 ? accountIn(readBody(answer), identity) : undefined
}

/** The account at two paths of an answer; undefined where there is no id. */
export function accountIn(
  source: object | undefined,
  paths: { readonly id: string; readonly name: string },
): Account | undefined {
  const id = printable(at(source, paths.id))
  return id ? { id, name: printable(at(source, paths.name)) || id } : undefined
}

async function idTokenClaims(
  { endpoints, client }: Contact,
  tokens: Tokens,
  nonce: string | undefined,
): Promise<object | undefined> {
  if (endpoints.issuer === null) return undefined
  const server: AuthorizationServer = { issuer: endpoints.issuer }
  const idToken = at(readBody(tokens.raw), 'id_token')
  if (idToken === undefined) return undefined
  // The ID Token alone is judged here: what else the answer has was read by the record's rules.
  const response = Response.json({ access_token: tokens.accessToken, token_type: 'bearer', id_token: idToken })
  const result = await processAuthorizationCodeResponse(server, { client_id: client.clientId }, response, {
    expectedNonce: nonce ?? expectNoNonce,
  })
  return getValidatedIdTokenClaims(result)
}
