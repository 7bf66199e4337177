/** What an agent is made with. */

import type { AuthCallback } from './authenticate.ts'
import type { AuthorizationRequired } from './authorization-required.ts'
import type { InitializeOptions } from './auth-session.ts'
import type { ProtectedRequestHook } from './connector-fetch.ts'
import type { RetryOptions } from './retry.ts'
import type { TokenLoader, TokenSaver, TokenUpdater } from './token-hooks.ts'

export interface AgentOptions {
  /** The backend's public URL: https, or http on this machine. */
  readonly baseUrl: string
  /** Permits plain http to another machine, such as inside a private network; the API key then travels in the clear. */
  readonly allowHttp?: boolean
  /** An API key (`cak_…`); never in a browser. */
  readonly apiKey: string
  /** Whose connections: the host's id of the user; not needed for the tenant's `shared` ones. */
  readonly subject?: string
  readonly tenant?: string
  readonly org?: string
  readonly owner?: 'user' | 'shared'
  /** Keeps the owner's connections of this name apart from the others; letters, digits, `.`, `_` and `-`. Not beside `org`. */
  readonly sessionKey?: string
  readonly fetch?: typeof fetch
  /** Ends the agent: what it asks of the backend, and every wait, rejects. */
  readonly signal?: AbortSignal
  /** Is told where a person must authorize; also makes {@link Agent.withReauthorization} wait for them. */
  readonly onAuthorizationRequired?: (required: AuthorizationRequired) => void | Promise<void>
  /** How attempts run that the agent starts by itself: the typed code where absent. A function is asked for each attempt. */
  readonly road?: () =>
    | Pick<InitializeOptions, 'receiver' | 'returnUrl' | 'road'>
    | Promise<Pick<InitializeOptions, 'receiver' | 'returnUrl' | 'road'>>
  readonly authCallback?: AuthCallback
  readonly tokenLoader?: TokenLoader
  readonly tokenSaver?: TokenSaver
  readonly tokenUpdater?: TokenUpdater
  /** Look at a request before its token is put in, one after another in this order. */
  readonly protectedRequest?: readonly ProtectedRequestHook[]
  /** How calls to services are repeated; `false`: never. */
  readonly retry?: RetryOptions | false
}

export interface ReadOptions {
  /** Which connection, where there are several. */
  readonly connectionId?: string
  /** Scopes that the token must have. */
  readonly scopes?: readonly string[]
  readonly forceRefresh?: boolean
}
