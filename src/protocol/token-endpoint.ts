/** How one service's token endpoint differs from RFC 6749: the part of a connector record that speaks of tokens. */

import { type Infer, either, flag, list, object, oneOf, record, text, whole } from './schema.ts'

/** An absolute URL; `{name}` in it stands for an input or a captured value. */
export const urlTemplate = text({ pattern: '^https?://[^\\s\\\\]+$', maxLength: 2_000 })
export const parameters = record(text())

/** A dotted path into a JSON answer, such as `data.tokens.0.value`. */
export const path = text({ pattern: '^[^.\\s]+(\\.[^.\\s]+)*$', maxLength: 200 })

/** Where the values stand in an answer; RFC 6749 §5.1 where absent. */
const tokenMap = object(
  {},
  {
    /** The first of these that holds a token. */
    access: either(path, list(path)),
    refresh: either(path, list(path)),
    type: path,
    scope: path,
    expiry: either(
      path,
      object(
        { path },
        {
          unit: oneOf('seconds', 'milliseconds'),
          /** A point in time (a number since 1970, or a date) instead of a lifetime. */
          absolute: flag,
        },
      ),
    ),
  },
)

export const tokenEndpoint = object(
  {},
  {
    url: urlTemplate,
    method: oneOf('POST', 'GET'),
    /** How parameters travel; `form` where absent, and always the query with GET. */
    body: oneOf('form', 'json', 'query'),
    /**
     * Client authentication (RFC 6749 §2.3.1, RFC 7523 §2.2); `client_secret_basic` where absent. `none` marks a public client.
     */
    auth: oneOf('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'),
    /** Basic without the form-urlencoding that RFC 6749 §2.3.1 asks for: some servers never decode it. */
    rawBasic: flag,
    params: parameters,
    /** Standard parameter name → this service's name for it. */
    rename: parameters,
    /** Standard parameters that this service must not get. */
    omit: list(text({ maxLength: 60 })),
    headers: parameters,
    /** Where a 200 answer hides its error. */
    error: list(path),
    /** The service's own error codes: `dead` ends the grant, `busy` is worth another try. */
    errors: object({}, { dead: list(text({ maxLength: 100 })), busy: list(text({ maxLength: 100 })) }),
    /** Joins the scopes in the answer, where that differs from the request. */
    scopeSeparator: text({ minLength: 1, maxLength: 3 }),
    map: tokenMap,
  },
)
export type TokenEndpoint = Infer<typeof tokenEndpoint>

export const refreshRules = object(
  {},
  {
    /** Another endpoint than the token endpoint. */
    url: urlTemplate,
    /** Whether each refresh answers a new refresh token; `none`: there is no refresh. */
    rotation: oneOf('always', 'sometimes', 'never', 'none'),
    /** How long a token is taken to live when the answer does not say, in seconds. */
    assumedLifetimeSeconds: whole({ minimum: 1 }),
    /** How long the refresh token lives when nobody uses it, in seconds; 30 days where absent. */
    idleLifetimeSeconds: whole({ minimum: 86_400 }),
    /** How long before its end a token is renewed, in seconds; 30 where absent. */
    marginSeconds: whole({ minimum: 0, maximum: 86_400 }),
    params: parameters,
    rename: parameters,
    omit: list(text({ maxLength: 60 })),
    /** Another `grant_type` than `refresh_token`. */
    grantType: text({ maxLength: 100 }),
    /** Which token is presented: some services renew a long-lived access token by itself. */
    present: oneOf('refresh_token', 'access_token'),
  },
)

export type RefreshRules = Infer<typeof refreshRules>

export const revokeRules = object(
  { url: urlTemplate },
  {
    method: oneOf('POST', 'GET', 'DELETE'),
    body: oneOf('form', 'json', 'query', 'none'),
    /** Client authentication; that of the token endpoint where absent. `bearer` presents the access token. */
    auth: oneOf('client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none', 'bearer'),
    token: oneOf('refresh', 'access'),
    /** The parameter that carries the token; `token` where absent (RFC 7009 §2.1). */
    param: text({ maxLength: 60 }),
    params: parameters,
    headers: parameters,
  },
)
