/** One attempt to authorize: what creates it, what it answers, how it ends. */

import { account, scopes } from './connection.ts'
import { credentials } from './credentials.ts'
import {
  codeChallenge,
  codeVerifier,
  connectionId,
  connectorId,
  groupName,
  scope,
  sessionId,
  stateKey,
  subject,
} from './ids.ts'
import { inputValues } from './inputs.ts'
import { type Infer, either, flag, list, nullable, object, oneOf, text, whole } from './schema.ts'

/** Which connection the attempt is for; absent: the only one, or `default` where there is none. */
export const wantedConnection = either(object({ id: connectionId }), object({ new: flag }))

/** Whose attempt it is, where an API key asks. */
const owner = { tenant: groupName, org: groupName, subject, owner: oneOf('user', 'shared') }

/** The host's registration of its own, for one call: it becomes a sealed registration of the space. */
const client = object(
  { clientId: text({ minLength: 1, maxLength: 500 }) },
  { clientSecret: text({ maxLength: 4_000 }) },
)

export const authSessionRequest = object(
  { connectorId },
  {
    /** S256 of the verifier that the caller keeps; on the host-callback and typed-code roads the backend keeps one. */
    codeChallenge,
    connection: wantedConnection,
    scopes: list(scope),
    /** What the person typed before: a subdomain, a region. */
    inputs: inputValues,
    /** Whether the page runs in a frame (`self !== top`). */
    framed: flag,
    /** Ask the person to sign in again at the authorization server, whatever it remembers. */
    force: flag,
    /** Bridge: SHA-256 of the binding secret, base64url. */
    bindingHash: codeChallenge,
    /** Bridge without a popup: where the callback goes on to, on the page's own origin. */
    returnTo: text(),
    ...owner,
    client,
    /** Host callback: one of the registered return URLs. */
    returnUrl: text(),
    /** Loopback: `http://127.0.0.1:<port>/…` or `http://[::1]:<port>/…` (RFC 8252 §7.3). */
    redirectUri: text(),
    /** Without a return URL or redirect URI: the person types a code (the default), or enters one at the service (RFC 8628). */
    road: oneOf('typed_code', 'device'),
  },
)
export type AuthSessionRequest = Infer<typeof authSessionRequest>

/** What a browser gets on the app-callback road; a process on the loopback road gets the same. */
export const authSessionCreated = object(
  {
    id: sessionId,
    stateKey,
    road: oneOf('app_callback', 'loopback'),
    /** The authorization URL to open. */
    redirectUrl: text({ maxLength: 16_384 }),
    redirectUri: text(),
    clientId: text({ minLength: 1 }),
    /** The issuer to compare `iss` with (RFC 9207); null: the connector's answers carry none. */
    issuer: nullable(text()),
    /** Whether an answer without `iss` must be refused (RFC 9207 §2.4). */
    issuerRequired: flag,
    expiresInSeconds: whole({ minimum: 0 }),
  },
  {
    /** How soon the authorization URL must be opened, where that is sooner (RFC 9126 §2.2). */
    openWithinSeconds: whole({ minimum: 0 }),
  },
)

const started = { id: sessionId, expiresInSeconds: whole({ minimum: 0 }) }
const soon = { openWithinSeconds: whole({ minimum: 0 }) }

/** The bridge gives no authorization URL: the popup gets it for the binding secret (`startUrl`). */
const bridgeStarted = object(
  { ...started, road: oneOf('bridge'), redirectUrl: nullable(text()), startUrl: text() },
  soon,
)
export type BridgeStarted = Infer<typeof bridgeStarted>

/** What a page gets: the backend chooses the road. */
export const pageSession = either(authSessionCreated, bridgeStarted)
export type PageSession = Infer<typeof pageSession>

const hostStarted = object(
  { ...started, road: oneOf('host_callback', 'typed_code'), redirectUrl: text({ maxLength: 16_384 }) },
  soon,
)
const deviceStarted = object(
  { ...started, road: oneOf('device'), userCode: text(), verificationUri: text(), intervalSeconds: whole() },
  { verificationUriComplete: text() },
)

export const authSessionAnswer = either(authSessionCreated, bridgeStarted, hostStarted, deviceStarted)
export type AuthSessionAnswer = Infer<typeof authSessionAnswer>

export const redeemRequest = object(
  {},
  {
    verifier: codeVerifier,
    /** Where the answer came back; on the bridge the backend knows. */
    redirectUri: text(),
    /** The callback's query string without `?`: every parameter as it arrived, an error too. On the bridge the parked one counts. */
    callback: text({ maxLength: 8_192 }),
    ...owner,
  },
)
export type RedeemRequest = Infer<typeof redeemRequest>

/** What finishes the host-callback and typed-code roads: the code that the callback gave, from the host's own signed-in request. */
export const completeRequest = object({ completionCode: text({ minLength: 1, maxLength: 100 }) }, owner)

/** How far an attempt on the bridge is. */
export const progress = object({ progress: oneOf('pending', 'started', 'returned', 'ended') })
export type Progress = Infer<typeof progress>['progress']
export const progressQuery = object({}, { after: oneOf('pending', 'started', 'returned') })
export const sessionQuery = object({}, owner)

const active = {
  status: oneOf('ACTIVE'),
  connectionId,
  scopes,
  account: nullable(account),
  /** Whether an account that was connected before was renewed instead of added. */
  existing: flag,
}
/** Since when the connection stands: one that is renewed keeps its day. ISO 8601 in UTC; older backends do not tell it. */
const since = { createdAt: text() }
const failed = object(
  { status: oneOf('FAILED'), reason: text({ maxLength: 64 }), message: text() },
  {
    /** The authorization server's own `error`, where it gave one. */
    error: text({ maxLength: 200 }),
    /** The request in which it failed, to quote in a report; absent where it failed in none. Older backends do not tell it. */
    requestId: text({ maxLength: 64 }),
  },
)

/** The result of an attempt; with credentials only where the connect token may read them. */
export const redeemed = either(object(active, { credentials, ...since }), failed)
export type Redeemed = Infer<typeof redeemed>

/** On the device road the person may not be done yet. */
export const redeemedAnswer = either(
  object(active, { credentials, ...since }),
  failed,
  object({ status: oneOf('INACTIVE'), expiresInSeconds: whole({ minimum: 0 }) }),
)

/** A connection that was made without an attempt: what was typed is its credential. */
export const entered = object(active, since)

export const authSessionStatus = either(
  object({ status: oneOf('INACTIVE'), expiresInSeconds: whole({ minimum: 0 }) }),
  object(active, since),
  failed,
)
export type AuthSessionStatus = Infer<typeof authSessionStatus>
