/** One attempt to authorize: what creates it, what it answers, how it ends. */

import { account, scopes } from './connection.ts'
import { credentials } from './credentials.ts'
import { codeChallenge, codeVerifier, connectionId, connectorId, scope, sessionId, stateKey } from './ids.ts'
import { type Infer, either, flag, list, nullable, object, oneOf, text, whole } from './schema.ts'

/** Which connection the attempt is for; absent: the only one, or `default` where there is none. */
const wantedConnection = either(object({ id: connectionId }), object({ new: flag }))

export const authSessionRequest = object(
  { connectorId, codeChallenge },
  {
    connection: wantedConnection,
    scopes: list(scope),
    /** Whether the page runs in a frame (`self !== top`). */
    framed: flag,
    /** Ask the person to sign in again at the authorization server, whatever it remembers. */
    force: flag,
  },
)
export type AuthSessionRequest = Infer<typeof authSessionRequest>

export const authSessionCreated = object({
  id: sessionId,
  stateKey,
  road: oneOf('app_callback'),
  /** The authorization URL to open. */
  redirectUrl: text({ maxLength: 16_384 }),
  redirectUri: text(),
  clientId: text({ minLength: 1 }),
  /** The issuer to compare `iss` with (RFC 9207); null: the connector's answers carry none. */
  issuer: nullable(text()),
  /** Whether an answer without `iss` must be refused (RFC 9207 §2.4). */
  issuerRequired: flag,
  expiresInSeconds: whole({ minimum: 0 }),
})
export type AuthSessionCreated = Infer<typeof authSessionCreated>

export const redeemRequest = object({
  verifier: codeVerifier,
  redirectUri: text(),
  /** The callback's query string without `?`: every parameter as it arrived, an error too. */
  callback: text({ maxLength: 8_192 }),
})
export type RedeemRequest = Infer<typeof redeemRequest>

const active = {
  status: oneOf('ACTIVE'),
  connectionId,
  scopes,
  account: nullable(account),
  /** Whether an account that was connected before was renewed instead of added. */
  existing: flag,
}
const failed = object(
  { status: oneOf('FAILED'), reason: text({ maxLength: 64 }), message: text() },
  {
    /** The authorization server's own `error`, where it gave one. */
    error: text({ maxLength: 200 }),
  },
)

/** The result of an attempt; with credentials only where the connect token may read them. */
export const redeemed = either(object(active, { credentials }), failed)
export type Redeemed = Infer<typeof redeemed>

export const authSessionStatus = either(
  object({ status: oneOf('INACTIVE'), expiresInSeconds: whole({ minimum: 0 }) }),
  object(active),
  failed,
)
export type AuthSessionStatus = Infer<typeof authSessionStatus>
