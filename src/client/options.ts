/** What a host says to the client, and what the client tells the host. */

import type { Account, Connection, Scopes } from '../protocol/connection.ts'
import type { Reason } from '../protocol/reasons.ts'

export interface ClientOptions {
  /** The backend's public URL, absolute or as a path. */
  readonly baseUrl: string
  /** Where this page's server mints connect tokens: POSTed with cookies, answers {token, expiresInSeconds}. */
  readonly tokenUrl?: string
  /** Gives a connect token, or a JWT that the backend trades for one; preferred to `tokenUrl`. */
  readonly getAuthToken?: () => string | Promise<string>
  /** A connect token to begin with; the others are asked when it has expired. */
  readonly authToken?: string
  /** `indexeddb` by default; `memory` on computers that people share. */
  readonly storage?: 'indexeddb' | 'memory'
  /** Keeps one set of cached credentials apart from another. */
  readonly sessionKey?: string
  readonly fetch?: typeof fetch
  /** The wall clock, in milliseconds. */
  readonly now?: () => number
  readonly onEvent?: (event: ClientEvent) => void
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
  /** Cancels the attempt. */
  readonly signal?: AbortSignal
}

/** A request for a connection; `new` for another one beside those that exist. */
export type SessionRequest = ConnectRequest & { readonly new?: boolean }

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
  | { readonly type: 'token_refreshed'; readonly connectorId: string; readonly connectionId: string }
  | { readonly type: 'needs_reconnect'; readonly connectorId: string; readonly connectionId: string | undefined }
  /** An attempt that had already ended here, by Cancel or by time, has made a connection after all. */
  | { readonly type: 'late_connection'; readonly connectorId: string; readonly connectionId: string }
  /** `revoked`: the backend has ended the connect token, or there was none. */
  | { readonly type: 'signed_out'; readonly revoked: boolean }

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
