/** What a fake tells of itself: metadata at the address that the issuer's form and the record's kind ask for. */

import { type Fake, knownScopes } from './fake.ts'
import { type FakeReply, json } from './http.ts'
import { decoded, fillUrl } from './template.ts'

/**
 * The path of the metadata document; undefined where the record asks for none.
 *
 * @see RFC 8414 §3.1 (between host and path), OpenID Connect Discovery 1.0 §4 (behind the path)
 */
export function metadataAddress(fake: Fake): { readonly origin: string; readonly path: string } | undefined {
  const { oauth, issuer } = fake.says
  if (!oauth?.discovery || issuer === null) return undefined
  const { origin, pathname } = new URL(fillUrl(issuer, fake.known))
  const path = decoded(pathname).replace(/\/$/, '')
  return oauth.discovery === 'oauth'
    ? { origin, path: `/.well-known/oauth-authorization-server${path}` }
    : { origin, path: `${path}/.well-known/openid-configuration` }
}

/** The metadata document: nothing that the record does not have (RFC 8414 §2). */
export function metadata(fake: Fake): FakeReply {
  const { oauth, issuer, urls, token, pkce, dpop } = fake.says
  const at = (url: string | undefined) => (url === undefined ? undefined : fillUrl(url, fake.known))
  return json(200, {
    issuer: at(issuer ?? ''),
    authorization_endpoint: at(urls.authorize),
    token_endpoint: at(urls.token),
    revocation_endpoint: at(urls.revoke),
    userinfo_endpoint: at(urls.userinfo),
    jwks_uri: at(urls.jwks),
    pushed_authorization_request_endpoint: at(urls.par),
    require_pushed_authorization_requests: urls.par === undefined ? undefined : true,
    device_authorization_endpoint: at(urls.device),
    authorization_response_iss_parameter_supported: oauth?.issuerRequired,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: pkce ? ['S256'] : undefined,
    token_endpoint_auth_methods_supported: [token?.auth ?? 'client_secret_basic'],
    dpop_signing_alg_values_supported: dpop ? ['ES256'] : undefined,
    scopes_supported: knownScopes(fake),
  })
}
