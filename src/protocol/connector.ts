/** A connector: the record that describes one third-party service, and what of it a browser may see. */

import { connectorId, scope } from './ids.ts'
import { icon } from './public-connector.ts'
import { type Infer, either, flag, list, nullable, object, oneOf, record, text, whole } from './schema.ts'

export { type PublicConnector, connectors } from './public-connector.ts'

const url = text({ pattern: '^https?://[^\\s\\\\]+$', maxLength: 2_000 })
const parameters = record(text())

const authorize = object(
  { url },
  {
    /** Fixed parameters of the authorization request. */
    params: parameters,
    scope: object(
      { default: list(scope) },
      {
        /** Joins scope names; a space where absent (RFC 6749 §3.3). */
        separator: text({ minLength: 1, maxLength: 3 }),
        /** Always asked for, whatever a caller says. */
        required: list(scope),
        /** What a caller may add. */
        optional: list(scope),
        /** Granted without being named in the answer. */
        untold: list(scope),
      },
    ),
    /** Whether the authorization server checks PKCE; the challenge is sent unless false (RFC 7636). */
    pkce: flag,
    /** What asks for a new sign-in; `prompt=login` where absent. */
    force: parameters,
  },
)

const token = object(
  { url },
  {
    /** Client authentication (RFC 6749 §2.3.1); `client_secret_basic` where absent. */
    auth: oneOf('client_secret_basic', 'client_secret_post', 'none'),
    params: parameters,
    headers: parameters,
    /** Where a 200 answer hides its error. */
    error: list(text({ maxLength: 100 })),
    /** Joins the scopes in the answer, where that differs from the request. */
    scopeSeparator: text({ minLength: 1, maxLength: 3 }),
    /** Where the values stand in the answer, as dotted paths; RFC 6749 §5.1 where absent. */
    map: object({}, { access: text(), refresh: text(), expiry: text(), scope: text() }),
  },
)

const refresh = object(
  {},
  {
    /** Whether each refresh answers a new refresh token. */
    rotation: oneOf('always', 'sometimes', 'never', 'none'),
    /** How long a token is taken to live when the answer does not say, in seconds. */
    assumedLifetimeSeconds: whole({ minimum: 1 }),
  },
)

const revoke = object(
  { url },
  { auth: oneOf('client_secret_basic', 'client_secret_post', 'none', 'bearer'), token: oneOf('refresh', 'access') },
)

/** Where the account's stable id and its name for people come from: the ID Token's claims, a request, or the token response. */
const identity = either(
  object({ from: oneOf('id_token'), id: text(), name: text() }),
  object({ from: oneOf('userinfo'), url, id: text(), name: text() }, { headers: parameters }),
  object({ from: oneOf('token_response'), id: text(), name: text() }),
)

/** A connector record: data, checked by this schema and by the linter. Every field is read by one function. */
export const connectorRecord = object(
  {
    id: connectorId,
    name: text({ minLength: 1, maxLength: 80 }),
    category: text({ maxLength: 40 }),
    method: oneOf('oauth2'),
    /** The authorization server's identifier (RFC 8414, RFC 9207); null: it answers with none that can be checked. */
    issuer: nullable(url),
    authorize,
    token,
    /** Origins that the access token may be sent to. */
    apiOrigins: list(text({ pattern: '^https?://[^/\\s\\\\]+$' })),
    /** Whether a browser may hold the token (the API allows cross-origin calls), or calls go through the proxy only. */
    reach: oneOf('direct', 'proxy'),
    /** `docs 2026-11-21` or `live 2026-11-21`: what this record was held against, and when. */
    checked: text({ pattern: '^(docs|live) \\d{4}-\\d{2}-\\d{2}$' }),
    sources: list(url),
  },
  {
    /** Whether every answer must carry `iss` (RFC 9207 §2.4). */
    issuerRequired: flag,
    refresh,
    revoke,
    identity,
    /** Up to two letters, for lack of an icon. */
    monogram: text({ maxLength: 2 }),
    icon,
    /** The page where a client id is made. */
    clientPage: url,
  },
)
export type ConnectorRecord = Infer<typeof connectorRecord>
