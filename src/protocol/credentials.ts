/** What a connection yields. */

import { connectionId, scope } from './ids.ts'
import { type Infer, anything, either, list, nullable, object, record, text, whole } from './schema.ts'

/** Credentials as they leave the backend: an access token and what belongs to it, never a refresh token. */
export const credentials = object({
  connectionId,
  accessToken: text({ minLength: 1, maxLength: 16_384 }),
  /** As the authorization server spells it, usually `Bearer`. */
  tokenType: text({ maxLength: 64 }),
  /** Seconds that are left now; null when the authorization server did not say. */
  expiresInSeconds: nullable(whole({ minimum: 0 })),
  /** The scopes that the token has. */
  scopes: list(scope),
  /** Connector-specific values that the connector's record exposes. */
  extra: record(anything),
})
export type Credentials = Infer<typeof credentials>

/** What was typed, and how a request carries it; for servers only, a page never gets it. */
const enteredCredentials = object({
  connectionId,
  values: record(text({ maxLength: 16_384 })),
  /** Headers and query parameters that prove who asks. */
  headers: record(text({ maxLength: 32_768 })),
  query: record(text({ maxLength: 16_384 })),
  extra: record(anything),
})
export type EnteredCredentials = Infer<typeof enteredCredentials>

/** Either kind: `'accessToken' in credentials` tells which. */
export const anyCredentials = either(credentials, enteredCredentials)
export type AnyCredentials = Infer<typeof anyCredentials>
