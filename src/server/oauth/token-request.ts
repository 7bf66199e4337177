/** Calls a connector's token endpoint. */

import type { EgressAnswer, EgressRequest } from '../egress/egress.ts'
import { fillAll, fillHeaders } from '../template.ts'
import { type Authentication, authenticateClient } from './client-authentication.ts'
import type { Contact } from './contact.ts'
import { type ProofSender, sendWithProof } from './dpop.ts'
import { withEachSecret } from './each-secret.ts'
import { type Parameters, nameParameters, resourcesOf, serviceRequest } from './service-request.ts'

/** The grants that a connection uses. */
export type Grant =
  | {
      readonly type: 'authorization_code'
      readonly code: string
      readonly redirectUri: string
      readonly verifier: string
    }
  | {
      readonly type: 'refresh_token'
      readonly refreshToken: string
      /** For services that renew the access token by itself. */
      readonly accessToken: string
    }
  | { readonly type: 'device_code'; readonly deviceCode: string }

/**
 * Sends a token request.
 *
 * @returns The raw answer: its refresh token must be rescued before anything else can fail.
 */
export function requestTokens(sender: ProofSender, contact: Contact, grant: Grant): Promise<EgressAnswer> {
  return withEachSecret(contact, (one) => sendWithProof(sender, () => tokenRequest(one, grant), one.proofKey))
}

/**
 * Writes a token request; apart from its sending, because what goes wrong here has spent nothing.
 *
 * @see RFC 6749 §4.1.3 and §6, RFC 7636 §4.5, RFC 8628 §3.4, RFC 8707 §2
 */
export async function tokenRequest(contact: Contact, grant: Grant): Promise<EgressRequest> {
  const { record, endpoints, values } = contact
  const { token } = record
  const refreshing = grant.type === 'refresh_token'
  const own = refreshing ? (record.refresh ?? {}) : {}
  const fixed = Object.entries(fillAll({ ...token.params, ...own.params }, values))
  const headers = new Headers(fillHeaders(token.headers, values))
  const standard = [...fixed, ...grantParameters(grant, contact), ...resourcesOf(record.resource, values)]
  const parameters = await authenticated(authenticationOf(contact), standard, headers)
  const rules = {
    rename: { ...token.rename, ...own.rename },
    omit: [...(token.omit ?? []), ...(own.omit ?? [])],
  }
  return serviceRequest({
    url: refreshing ? endpoints.refresh : endpoints.token,
    method: token.method ?? 'POST',
    body: token.body ?? 'form',
    parameters: nameParameters(parameters, rules),
    headers,
  })
}

/** How this client authenticates at the authorization server. */
export function authenticationOf({ record, client, endpoints }: Contact): Authentication {
  return {
    method: record.token.auth ?? 'client_secret_basic',
    client,
    issuer: endpoints.issuer,
    rawBasic: record.token.rawBasic,
  }
}

/** Adds what proves the client: to the parameters, or to the headers. */
export async function authenticated(
  authentication: Authentication,
  parameters: Parameters,
  headers: Headers,
): Promise<Parameters> {
  const proof = new URLSearchParams()
  await authenticateClient(authentication, proof, headers)
  return [...parameters, ...proof]
}

function grantParameters(grant: Grant, { record }: Contact): Parameters {
  switch (grant.type) {
    case 'authorization_code':
      return [
        ['grant_type', 'authorization_code'],
        ['code', grant.code],
        ['redirect_uri', grant.redirectUri],
        ...(record.authorize.pkce === false ? [] : [['code_verifier', grant.verifier] as const]),
      ]
    case 'refresh_token':
      return [
        ['grant_type', record.refresh?.grantType ?? 'refresh_token'],
        record.refresh?.present === 'access_token'
          ? ['access_token', grant.accessToken]
          : ['refresh_token', grant.refreshToken],
      ]
    case 'device_code':
      return [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
        ['device_code', grant.deviceCode],
      ]
  }
}
