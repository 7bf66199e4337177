/** A connector: the record that describes one third-party service, and what of it a browser may see. */

import { connectorId, scope } from './ids.ts'
import { input } from './inputs.ts'
import { type AuthMethod, icon, publicFields, publicLooks } from './public-connector.ts'
import { proxyOrigins } from './reach.ts'
import { type Infer, type Schema, either, flag, list, nullable, object, oneOf, record, text } from './schema.ts'
import { parameters, path, refreshRules, revokeRules, tokenEndpoint, urlTemplate } from './token-endpoint.ts'

/** A connector as it is listed: with the fields of its form. */
const listedConnector = object(publicFields, { ...publicLooks, inputs: list(input), proxyOrigins })
export type ListedConnector = Infer<typeof listedConnector>
export const listedConnectors = object({ connectors: list(listedConnector, { maxItems: 2_000 }) })

const scopeRules = object(
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
    /** Scopes that contain others: `write` → [`read`]. */
    implies: record(list(scope)),
  },
)

export type ScopeRules = Infer<typeof scopeRules>

const authorize = object(
  {},
  {
    /** Absent only with `discovery`. */
    url: urlTemplate,
    /** Fixed parameters of the authorization request. */
    params: parameters,
    /** Standard parameter name → this service's name for it. */
    rename: parameters,
    /** Standard parameters that this service must not get. */
    omit: list(text({ maxLength: 60 })),
    scope: scopeRules,
    /** Whether the authorization server checks PKCE; the challenge is sent unless false (RFC 7636). */
    pkce: flag,
    /** What asks for a new sign-in; `prompt=login` where absent. */
    force: parameters,
    /** Parameters go behind a `#`, for a service whose page reads them there. */
    fragment: flag,
    /** Parameters whose value is written as it stands, but for what would end it. */
    raw: list(text({ maxLength: 60 })),
  },
)

const callback = object(
  {},
  {
    /** The callback parameter that carries the code, where it is not `code`. */
    code: text({ maxLength: 60 }),
    /** The callback parameter that tells the granted scopes, where the token response does not. */
    scope: text({ maxLength: 60 }),
  },
)

/** Where the account's stable id and its name for people come from: the ID Token's claims, a request, or the token response. */
const identity = either(
  object({ from: oneOf('id_token'), id: path, name: path }),
  object(
    { from: oneOf('userinfo'), id: path, name: path },
    {
      /** Absent only with `discovery`. */
      url: urlTemplate,
      headers: parameters,
      method: oneOf('GET', 'POST'),
      /** A JSON body, such as a GraphQL query. */
      body: text(),
    },
  ),
  object({ from: oneOf('token_response'), id: path, name: path }),
  /** Templates over captured values, where those name the account. */
  object({ from: oneOf('captured'), id: text({ maxLength: 200 }), name: text({ maxLength: 200 }) }),
)

/** A value that is kept with the connection: from the callback's query, the token response, or one request after it. */
const captured = object(
  { from: oneOf('callback', 'token_response', 'request'), path },
  {
    /** With `from: request`: a GET with the access token. */
    url: urlTemplate,
    headers: parameters,
    /** A regular expression that the whole value must match (its first group is the value, where it has one); required where it becomes part of a host. */
    pattern: text({ maxLength: 300 }),
    optional: flag,
    /** Whether a browser may read it among the credentials' `extra`. */
    expose: oneOf('page'),
  },
)

/** How a request to the service proves who asks: templates over inputs, captured values and `accessToken`. */
const inject = object({}, { headers: parameters, query: parameters })

/** The request that tells whether what was typed is right. */
const verify = object(
  { url: urlTemplate },
  {
    method: oneOf('GET', 'POST'),
    headers: parameters,
    /** A JSON body. */
    body: text(),
    /** A 2xx answer is right where absent. */
    expect: object({}, { status: list(text({ pattern: '^[1-5]\\d\\d$' })), path }),
    /** Whose account it is. */
    account: object({ id: path, name: path }),
    /** Where a refusal says why. */
    message: list(path),
  },
)

const proxyHost = object(
  { origin: text({ pattern: '^https?://[^/\\s\\\\]+$' }) },
  {
    methods: list(oneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE')),
    /** Path prefixes; every path where absent. */
    paths: list(text({ pattern: '^/[^?#\\s\\\\]*$' })),
    headers: parameters,
  },
)

const common = {
  id: connectorId,
  name: text({ minLength: 1, maxLength: 80 }),
  category: text({ maxLength: 40 }),
  /** Origins that the access token may be sent to. */
  apiOrigins: list(text({ pattern: '^https?://[^/\\s\\\\]+$' })),
  /** Whether a browser may hold the token (the API allows cross-origin calls), or calls go through the proxy only. */
  reach: oneOf('direct', 'proxy'),
  /** `docs 2026-11-21` or `live 2026-11-21`: what this record was held against, and when. */
  checked: text({ pattern: '^(docs|live) \\d{4}-\\d{2}-\\d{2}$' }),
  sources: list(urlTemplate),
}

const commonOptional = {
  /** What the person types before or instead of a consent page. */
  inputs: list(input),
  capture: record(captured),
  inject,
  /** Hosts that the proxy may call, by alias; `api` is the usual one. */
  proxy: record(proxyHost),
  /** Up to two letters, for lack of an icon. */
  monogram: text({ maxLength: 2 }),
  icon,
  /** The page where a client id or key is made. */
  clientPage: urlTemplate,
}

export const oauth2Record = object(
  {
    ...common,
    method: oneOf('oauth2'),
    /** The authorization server's identifier (RFC 8414, RFC 9207); null: it answers with none that can be checked. */
    issuer: nullable(urlTemplate),
    authorize,
    token: tokenEndpoint,
  },
  {
    ...commonOptional,
    /** Read endpoints and abilities from the issuer's metadata (RFC 8414, OpenID Connect Discovery). */
    discovery: oneOf('oauth', 'openid'),
    /** Whether every answer must carry `iss` (RFC 9207 §2.4). */
    issuerRequired: flag,
    callback,
    refresh: refreshRules,
    revoke: revokeRules,
    identity,
    /** Pushed authorization requests (RFC 9126). */
    par: object({}, { url: urlTemplate }),
    /** The API that the token is for (RFC 8707). */
    resource: list(urlTemplate),
    /** Sender-constrained tokens (RFC 9449); their key stays here, so `reach` is `proxy`. */
    dpop: flag,
    /** Device authorization (RFC 8628). */
    device: object({}, { url: urlTemplate }),
  },
)
export type OAuthConnector = Infer<typeof oauth2Record>

/** Service accounts: the client itself is the account (RFC 6749 §4.4). */
export const clientCredentialsRecord = object(
  { ...common, method: oneOf('client_credentials'), issuer: nullable(urlTemplate), token: tokenEndpoint },
  { ...commonOptional, scope: scopeRules, refresh: refreshRules, resource: list(urlTemplate), verify },
)
export type ClientCredentialsConnector = Infer<typeof clientCredentialsRecord>

/** A key, a user name and password, or a token that the person types. */
export const enteredRecord = object(
  { ...common, method: oneOf('api_key', 'basic', 'bearer') },
  { ...commonOptional, verify },
)
export type EnteredConnector = Infer<typeof enteredRecord>

/** Credentials that are posted for a token: parameters and headers are templates over the inputs. */
export const twoStepRecord = object(
  { ...common, method: oneOf('two_step'), token: tokenEndpoint },
  { ...commonOptional, refresh: refreshRules, verify },
)
export type TwoStepConnector = Infer<typeof twoStepRecord>

/** A scheme that a function of the host performs. */
const customRecord = object({ ...common, method: oneOf('custom') }, { ...commonOptional, refresh: refreshRules })

const records: Readonly<Record<AuthMethod, Schema<ConnectorRecord>>> = {
  oauth2: oauth2Record,
  client_credentials: clientCredentialsRecord,
  api_key: enteredRecord,
  basic: enteredRecord,
  bearer: enteredRecord,
  two_step: twoStepRecord,
  custom: customRecord,
}

export type { AuthMethod }

/** The schema of a method's records, so that a fault is told in that method's words. */
export function recordSchema(method: AuthMethod): Schema<ConnectorRecord> {
  return records[method]
}

/** A connector record: data, checked by this schema and by the linter. Every field is read by one function. */
export const connectorRecord = either(oauth2Record, clientCredentialsRecord, enteredRecord, twoStepRecord, customRecord)
export type ConnectorRecord = Infer<typeof connectorRecord>
