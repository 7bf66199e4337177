/** What a host says to the client, and what the client tells the host. */

import type { Account, Connection, Scopes } from '../protocol/connection.ts'
import type { InputValues } from '../protocol/inputs.ts'
import type { Reason } from '../protocol/reasons.ts'

export interface ClientOptions {
  /** The backend's public URL, absolute or as a path. */
  readonly baseUrl: string
  /** Where this page's server mints connect tokens: POSTed with cookies, answers {token, expiresInSeconds}. */
  readonly tokenUrl?: string
  /** Gives a connect token, or a JWT that the backend trades for one; preferred to `tokenUrl`. Resolves with nothing where
   * nobody is signed in; a rejection means that the page's server could not be asked. */
  readonly getAuthToken?: () => string | Promise<string>
  /** A connect token to begin with; the others are asked when it has expired. */
  readonly authToken?: string
  /** `indexeddb` by default; `memory` on computers that people share. */
  readonly storage?: 'indexeddb' | 'memory'
  /** Keeps one set of cached credentials apart from another. */
  readonly sessionKey?: string
  /** Where access tokens outlive the page, in place of IndexedDB and `storage`. It gets them as plain text. */
  readonly store?: CredentialStore
  /** Functions of this page that make tokens, by connector id; for connectors of method `custom`. */
  readonly custom?: Readonly<Record<string, BrowserScheme>>
  readonly fetch?: typeof fetch
  /** The wall clock, in milliseconds. */
  readonly now?: () => number
  readonly onEvent?: (event: ClientEvent) => void
}

/** A host's own store of access tokens. What it holds is for this client alone to read; sealing is the host's. */
export interface CredentialStore {
  /** What was saved under a key. */
  load(key: string): string | null | undefined | Promise<string | null | undefined>
  save(key: string, value: string): unknown
  remove(key: string): unknown
}

/** Makes tokens in this browser; they are never posted to the backend. */
export interface BrowserScheme {
  authenticate(request: SchemeRequest): SchemeTokens | Promise<SchemeTokens>
  /** Makes a new token where there was one; `authenticate` where absent. */
  refresh?(request: SchemeRequest & { readonly accessToken: string }): SchemeTokens | Promise<SchemeTokens>
}

/** What a scheme is asked for. */
export interface SchemeRequest {
  readonly connectorId: string
  readonly connectionId: string
  readonly scopes: readonly string[]
  /** Aborted when the person signs out. */
  readonly signal: AbortSignal
}

/** What a scheme gives; a refresh token in it is dropped. */
export interface SchemeTokens {
  readonly accessToken: string
  /** Seconds; an hour where absent. */
  readonly expiresIn?: number
  readonly scopes?: readonly string[]
  readonly tokenType?: string
}

/** What is sent to a connector's API, and with which credentials. */
export interface ConnectorFetchInit extends RequestInit, Which {
  readonly scopes?: readonly string[]
  /** With a path for a URL: the host behind the proxy; `api` where absent. */
  readonly alias?: string
}

/** What an attempt is for. */
export interface ConnectRequest {
  readonly connectorId: string
  readonly connectionId?: string
  readonly scopes?: readonly string[]
  /** Has the person sign in again at the authorization server. */
  readonly force?: boolean
  /** `auto` by default: a popup, and where windows are blocked, this tab if the person wants that · `redirect`: this tab;
   * a framed page is never left, so it gets a popup all the same. */
  readonly mode?: 'auto' | 'popup' | 'redirect'
  /** What the connector asks for, by field name, where the host knows it: then there is no form. */
  readonly inputs?: InputValues
  /** Cancels the attempt. */
  readonly signal?: AbortSignal
}

/** A request for a connection. */
export type SessionRequest = ConnectRequest & {
  /** For another one beside those that exist. */
  readonly new?: boolean
  /** False where nobody can show a form: what is missing then fails with `invalid_input`. */
  readonly form?: boolean
}

/** Which connection is meant; absent: the only one. */
export interface Which {
  readonly connectionId?: string
}

/** Which credentials are meant. */
export interface CredentialsOptions extends Which {
  /** Scopes that the token must have. */
  readonly scopes?: readonly string[]
  readonly forceRefresh?: boolean
  /** Rejects with `scope_not_separable` where the token has more scopes than these. */
  readonly exactScopes?: boolean
}

/** What happened beside a call's own answer; never a credential. */
export type ClientEvent =
  /** Credentials are kept in memory only, from now on. */
  | { readonly type: 'storage_degraded'; readonly cause: unknown }
  /** A function of `custom` gave a refresh token, which no browser may hold. */
  | { readonly type: 'refresh_token_dropped'; readonly connectorId: string }
  | { readonly type: 'token_refreshed'; readonly connectorId: string; readonly connectionId: string }
  | { readonly type: 'needs_reconnect'; readonly connectorId: string; readonly connectionId: string | undefined }
  /** An attempt that had already ended here, by Cancel or by time, has made a connection after all. */
  | { readonly type: 'late_connection'; readonly connectorId: string; readonly connectionId: string }
  /** Another client of this browser has connected or disconnected an account of this person. */
  | { readonly type: 'connections_changed'; readonly connectorId: string }
  /** Here nothing of the person can be read any more; the rest is under way. */
  | { readonly type: 'signed_out' }
  /** `wiped`: what was stored is gone; false where the storage, or the code for it, cannot be had. `revoked`: the backend
   * has ended the connect token, or there was none. */
  | { readonly type: 'sign_out_finished'; readonly revoked: boolean; readonly wiped: boolean }
  /** The host gave a token of another person: attempts and calls ended, and what was kept is wiped. */
  | { readonly type: 'person_changed' }

/** How a connector stands for this person. */
export type ConnectionStatus =
  | { readonly status: 'not_connected' }
  | { readonly status: 'connected'; readonly connection: Connection }
  | { readonly status: 'needs_reconnect'; readonly connection: Connection }

/** How an attempt ended: a closed set. */
export type Outcome =
  | {
      readonly status: 'connected'
      readonly connectorId: string
      readonly connectionId: string
      readonly scopes: Scopes
      readonly missingScopes: readonly string[]
      readonly account: Account | null
      /** Whether an account that was connected before was renewed instead of added. */
      readonly existing: boolean
      /** Since when it stands, ISO 8601; absent where the backend did not tell it. */
      readonly createdAt?: string
    }
  | { readonly status: 'denied' }
  | { readonly status: 'cancelled' }
  | { readonly status: 'expired' }
  | {
      readonly status: 'failed'
      readonly reason: Reason
      readonly message: string
      readonly retryable: boolean
      readonly requestId?: string
    }
