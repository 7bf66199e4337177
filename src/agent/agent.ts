/** The SDK for servers and agents: one user's connections, read, made and ended with the host's API key. */

import { type WaitOptions, createCall, disconnect, listConnections } from '../api/index.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'
import { ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'
import {
  type AuthCallback,
  type AuthParams,
  type AuthenticateResult,
  type Authenticating,
  authenticateConnector,
} from './authenticate.ts'
import { signalIn } from './authorization-required.ts'
import { type AuthSession, type InitializeOptions, startAttempt } from './auth-session.ts'
import { requireBackendUrl } from './backend-url.ts'
import { boundTo } from './bound.ts'
import { type ConnectorFetchInit, connectorFetch, fetchByProxy } from './connector-fetch.ts'
import type { AgentOptions, ReadOptions } from './options.ts'
import { type NextPage, type Page, getPages } from './pages.ts'
import { createReaches } from './reach.ts'
import { withReauthorization } from './reauthorize.ts'
import { type SessionActs, type UserSession, type UserSessionOptions, openUserSession } from './user-session.ts'
import { type TokenHooks, type TokenLoader, type TokenSaver, createTokenMemory } from './token-hooks.ts'

/** Acts for one owner. Every method throws a {@link ConnectorAuthError} with a stable `reason`. */
export interface Agent {
  /**
   * Gives valid credentials, refreshed where they must be; null when the user has not connected, and only then. An access
   * token, or for keys and passwords what was typed with the headers and query parameters that carry it.
   */
  getCredentials(connectorId: string, options?: ReadOptions): Promise<AnyCredentials | null>
  /**
   * Gives a valid access token.
   *
   * @throws {AuthorizationRequiredError} `not_connected` · `needs_reconnect` · `scope_not_granted` ·
   *   {@link InvalidRequestError} `wrong_method`
   */
  getAccessToken(connectorId: string, options?: ReadOptions): Promise<string>
  /** Calls the connector's API with its credentials; see {@link connectorFetch}. */
  connectorFetch(connectorId: string, url: string | URL, init?: ConnectorFetchInit): Promise<Response>
  /** Calls a proxied host of the connector's record; see {@link fetchByProxy}. */
  proxy(connectorId: string, alias: string, path: string, init?: ConnectorFetchInit): Promise<Response>
  /** Reads a list page by page; see {@link getPages}. */
  pages(connectorId: string, url: string | URL, next?: NextPage, init?: ConnectorFetchInit): AsyncGenerator<Page, void>
  /** Opens a session with what is connected, else by a sign-in; see {@link openUserSession}. */
  userSession(connectorId: string, options?: UserSessionOptions): Promise<UserSession>
  connections(connectorId?: string): Promise<readonly Connection[]>
  /** Starts an attempt to authorize; open its `redirectUrl`, then wait for its completion. */
  initialize(connectorId: string, options?: InitializeOptions): Promise<AuthSession>
  /** Connects with what the caller has, or starts an attempt and gives its URL. */
  authenticateConnector(connectorId: string, params?: AuthParams): Promise<AuthenticateResult>
  /** Ends a connection, revokes its tokens, and forgets what the host brought for it. */
  deauthenticateConnector(connectorId: string, options?: { readonly connectionId?: string }): Promise<Disconnected>
  /** The same as {@link deauthenticateConnector}. */
  disconnect(connectorId: string, options?: { readonly connectionId?: string }): Promise<Disconnected>
  /** Is asked, with the connector's name, where a connection is missing or has ended. */
  setAuthCallback(callback: AuthCallback | undefined): void
  setTokenLoader(loader: TokenLoader | undefined): void
  setTokenSaver(saver: TokenSaver | undefined): void
  /** Runs `fn`; where a person must authorize, lets them, and runs it once more. */
  withReauthorization<T>(fn: () => T | Promise<T>, options?: WaitOptions): Promise<T>
}

/**
 * Creates an agent for one owner.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where neither a user nor the tenant's shared connections are meant,
 *   or the API key would travel in the clear.
 */
export function createAgent(options: AgentOptions): Agent {
  const { apiKey, fetch: send = fetch, retry = {}, signal } = options
  const baseUrl = requireBackendUrl(options)
  const bound = boundTo({
    call: createCall({ baseUrl, fetch: send, getToken: () => apiKey, signal }),
    who: ownerOf(options),
    backend: baseUrl.replace(/\/+$/, ''),
    apiKey,
    fetch: send,
    signal,
  })
  const hooks: TokenHooks = { loader: options.tokenLoader, saver: options.tokenSaver, updater: options.tokenUpdater }
  const memory = createTokenMemory(hooks)
  const reachOf = createReaches(bound.call)
  const authenticating: Authenticating = {
    bound,
    memory,
    reachOf,
    attempts: new Map(),
    callback: { current: options.authCallback },
    road: async () => (await options.road?.()) ?? {},
    signal: async (required) => options.onAuthorizationRequired?.(required),
  }
  const reauthorizing = {
    ...authenticating,
    heard: () => options.onAuthorizationRequired !== undefined,
    waits: new Map(),
  }
  const read = (connectorId: string, wanted: ReadOptions = {}) => readFor({ bound, memory }, connectorId, wanted)
  const fetching = { bound, reachOf, read, hooks: options.protectedRequest ?? [], retry }
  const end: Agent['disconnect'] = (connectorId, wanted) => endFor({ bound, memory }, connectorId, wanted)
  const token: SessionActs['token'] = async (connectorId, wanted) => {
    const credentials = await read(connectorId, wanted)
    if ('accessToken' in credentials) return credentials.accessToken
    throw new InvalidRequestError('wrong_method', `${connectorId} has no access token. Use getCredentials().`)
  }
  const call: Agent['connectorFetch'] = (connectorId, url, init) => connectorFetch(fetching, connectorId, url, init)
  const acts = { credentials: read, token, fetch: call }
  return {
    getCredentials: (connectorId, wanted) => read(connectorId, wanted).catch(nullWhereNotConnected),
    getAccessToken: (connectorId, wanted = {}) => token(connectorId, wanted),
    connectorFetch: call,
    proxy: (connectorId, alias, path, init) => fetchByProxy(fetching, connectorId, alias, path, init),
    pages: (connectorId, url, next, init) => getPages((page) => call(connectorId, page, init), url, next),
    userSession: (connectorId, wanted) => openUserSession(reauthorizing, acts, connectorId, wanted),
    connections: (connectorId) => listConnections(bound.call, { ...bound.who, connectorId }),
    initialize: (connectorId, wanted) => startAttempt(bound, connectorId, wanted),
    authenticateConnector: (connectorId, params) => authenticateConnector(authenticating, connectorId, params),
    deauthenticateConnector: end,
    disconnect: end,
    setAuthCallback: (callback) => void (authenticating.callback.current = callback),
    setTokenLoader: (loader) => void (hooks.loader = loader),
    setTokenSaver: (saver) => void (hooks.saver = saver),
    withReauthorization: (fn, wait) => withReauthorization(reauthorizing, fn, wait),
  }
}

function ownerOf({ subject, tenant, org, owner = 'user', sessionKey }: AgentOptions): Authenticating['bound']['who'] {
  const faults: string[] = []
  if (owner === 'user' && !subject) faults.push('subject: say whose connections, or owner: shared.')
  if (sessionKey !== undefined && org !== undefined)
    faults.push('sessionKey: takes the place of org; give one of them.')
  if (sessionKey !== undefined && !/^[A-Za-z0-9._-]{1,60}$/.test(sessionKey))
    faults.push('sessionKey: is up to 60 letters, digits, ".", "_" and "-".')
  if (faults.length > 0) throw new InvalidRequestError('invalid_configuration', faults.join(' '))
  return { subject, tenant, org: sessionKey === undefined ? org : `session:${sessionKey}`, owner }
}

type Reading = Pick<Authenticating, 'bound' | 'memory'>

/** The backend's credentials; the host's own token where nothing is connected. */
async function readFor({ bound, memory }: Reading, connectorId: string, wanted: ReadOptions): Promise<AnyCredentials> {
  try {
    const credentials = await bound.read(connectorId, wanted)
    await memory.tell(connectorId, credentials)
    return credentials
  } catch (error) {
    if (!(error instanceof ConnectorAuthError)) throw error
    const wants = error.reason === 'not_connected' || error.reason === 'needs_reconnect'
    // A loader is asked where nothing is connected; what the auth callback brought also stands in for a grant that has ended.
    const own =
      wants && wanted.connectionId === undefined
        ? await memory.own(connectorId, error.reason === 'not_connected')
        : undefined
    if (own) return own
    throw signalIn(error, connectorId, wanted)
  }
}

function nullWhereNotConnected(error: unknown): null {
  if (error instanceof ConnectorAuthError && error.reason === 'not_connected') return null
  throw error
}

async function endFor(
  { bound, memory }: Reading,
  connectorId: string,
  wanted: { readonly connectionId?: string } = {},
): Promise<Disconnected> {
  const held = (await memory.own(connectorId, false)) !== undefined
  memory.forget(connectorId)
  try {
    return await disconnect(bound.call, connectorId, { ...bound.who, ...wanted })
  } catch (error) {
    // What the host brought was never stored: forgetting it is all there is to do.
    if (held && error instanceof ConnectorAuthError && error.reason === 'not_connected')
      return { revocation: 'unsupported' }
    throw error
  }
}
