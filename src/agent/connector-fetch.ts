/** Calls a connector's API for its owner: straight from here, or through the backend's proxy where the record says so. */

import { problemOf } from '../api/call.ts'
import { AuthenticationError, InvalidRequestError, InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'
import type { ConnectorReach } from '../protocol/reach.ts'
import { signalIn } from './authorization-required.ts'
import { bearerErrorOf } from './bearer-error.ts'
import type { Bound } from './bound.ts'
import { type TokenPlace, placeToken } from './place-token.ts'
import { type RetryOptions, retrying } from './retry.ts'
import { isRepeatable } from './repeatable.ts'

/** A request, with what says whose token it carries and how. */
export interface ConnectorFetchInit extends RequestInit {
  readonly connectionId?: string
  readonly scopes?: readonly string[]
  /** The record's proxied host; `api` where absent. */
  readonly alias?: string
  /** Where the token stands, for records with `reach: direct`. */
  readonly tokenIn?: TokenPlace
  /** Throws what the API says of the token (RFC 6750 §3.1) instead of giving the answer; not through the proxy. */
  readonly throwBearerErrors?: boolean
  /** `false`: one try. */
  readonly retry?: RetryOptions | false
}

/** A request before the token is put into it; a hook may change headers and query, never the origin. */
export interface ProtectedRequest {
  readonly connectorId: string
  readonly method: string
  readonly url: URL
  readonly headers: Headers
}
export type ProtectedRequestHook = (request: ProtectedRequest) => void | Promise<void>

interface Which {
  readonly connectionId?: string
  readonly scopes?: readonly string[]
  readonly forceRefresh?: boolean
}

export interface Fetching {
  readonly bound: Bound
  readonly reachOf: (connectorId: string) => Promise<ConnectorReach>
  /** Credentials as the agent gives them: of the backend, else of the host's loader. */
  readonly read: (connectorId: string, wanted: Which) => Promise<AnyCredentials>
  readonly hooks: readonly ProtectedRequestHook[]
  readonly retry: RetryOptions | false
}

/**
 * Sends a request with the connection's credentials, to origins of the connector's record only.
 *
 * @param url - Absolute, or a path: of the record's first API origin, or of the proxy's `alias`.
 * @throws {InvalidRequestError} `url_not_allowed`, nothing was sent · {@link InvalidResponseError} `redirect_refused` ·
 *   {@link NetworkError} `service_unavailable` · `AuthorizationRequiredError`
 */
export async function connectorFetch(
  fetching: Fetching,
  connectorId: string,
  url: string | URL,
  init: ConnectorFetchInit = {},
): Promise<Response> {
  const reach = await fetching.reachOf(connectorId)
  if (reach.reach === 'direct') return fetchDirect(fetching, reach, String(url), init)
  const path = /^\/(?!\/)/.test(String(url))
  const target = targetOf(String(url), path ? 'https://service.invalid' : undefined)
  const { proxyOrigins = {} } = reach
  const alias = path
    ? (init.alias ?? 'api')
    : Object.keys(proxyOrigins).find((name) => proxyOrigins[name] === target.origin)
  if (alias === undefined) throw notAllowed(target.origin)
  return fetchByProxy(fetching, connectorId, alias, target.pathname + target.search, init)
}

async function fetchDirect(
  fetching: Fetching,
  { id, apiOrigins }: ConnectorReach,
  url: string,
  init: ConnectorFetchInit,
) {
  const {
    connectionId,
    scopes,
    alias: _alias,
    tokenIn = 'header',
    retry = fetching.retry,
    throwBearerErrors,
    ...request
  } = init
  const target = targetOf(url, apiOrigins[0])
  const method = (request.method ?? 'GET').toUpperCase()
  const headers = new Headers(request.headers)
  for (const hook of fetching.hooks) await hook({ connectorId: id, method, url: target, headers })
  if (!apiOrigins.includes(target.origin)) throw notAllowed(target.origin)
  const which = { ...(connectionId && { connectionId }), ...(scopes && { scopes }) }
  // Not followed, so that no other origin gets what was meant for this one.
  const sent = { ...request, method, headers, redirect: 'manual' as const }
  const send = (credentials: AnyCredentials) => {
    const placed = placeToken({ url: target, init: sent }, tokenOf(id, credentials), tokenIn)
    return transmit(fetching, placed.url.href, placed.init)
  }
  const sendAll = (credentials: AnyCredentials) => repeated(() => send(credentials), sent, retry)
  const first = await fetching.read(id, which)
  const answer = await sendAll(first)
  const told = (last: Response) => direct(throwBearerErrors ? withoutBearerError(id, last) : last)
  if (answer.status !== 401 || !isRepeatable(request.body)) return told(answer)
  const next = await renewed(fetching, id, which, tokenOf(id, first).value).catch(nothingNewer)
  if (!next) return told(answer)
  await answer.body?.cancel()
  return told(await sendAll(next))
}

/** @throws what the API says of the token */
function withoutBearerError(connectorId: string, answer: Response): Response {
  const error = bearerErrorOf(connectorId, answer)
  if (error) throw error
  return answer
}

/** Another token than the refused one: somebody may have renewed it meanwhile, else it is renewed now. */
async function renewed(fetching: Fetching, id: string, which: Which, refused: string) {
  const kept = await fetching.read(id, which)
  if (tokenOf(id, kept).value !== refused) return kept
  const next = await fetching.read(id, { ...which, forceRefresh: true })
  return tokenOf(id, next).value === refused ? undefined : next
}

/**
 * Sends a request through the backend's proxy, which puts the credentials in and renews them after a 401.
 *
 * @param path - The path at the proxied host, with its query.
 * @throws {InvalidRequestError} `proxy_host_unknown` · `method_not_proxied` · `path_not_allowed` ·
 *   {@link InvalidResponseError} `redirect_refused` · `AuthorizationRequiredError`
 */
export async function fetchByProxy(
  fetching: Fetching,
  connectorId: string,
  alias: string,
  path: string,
  init: ConnectorFetchInit = {},
): Promise<Response> {
  const { bound, hooks } = fetching
  const {
    connectionId,
    scopes: _scopes,
    alias: _alias,
    tokenIn: _place,
    throwBearerErrors: _throw,
    retry = fetching.retry,
    ...request
  } = init
  const target = targetOf(path, 'https://service.invalid')
  const method = (request.method ?? 'GET').toUpperCase()
  const headers = new Headers(request.headers)
  for (const hook of hooks) await hook({ connectorId, method, url: target, headers })
  nameOwner(headers, { ...bound.who, connection: connectionId })
  headers.set('authorization', `Bearer ${bound.apiKey}`)
  const url = `${bound.backend}/api/v1/proxy/${encodeURIComponent(connectorId)}/${encodeURIComponent(alias)}${target.pathname}${target.search}`
  const sent = { ...request, method, headers, redirect: 'manual' as const }
  const answer = await repeated(() => transmit(fetching, url, sent), sent, retry)
  if (!answer.headers.has('connector-auth-proxied'))
    throw signalIn(problemOf(answer.status, await answer.text()), connectorId, { connectionId })
  if (answer.status < 300 || answer.status > 399 || answer.status === 304) return answer
  await answer.body?.cancel()
  throw redirected()
}

const repeated = (send: () => Promise<Response>, init: RequestInit, retry: RetryOptions | false) =>
  retry && isRepeatable(init.body) ? retrying(send, init.method ?? 'GET', retry, init.signal) : send()

function tokenOf(connectorId: string, credentials: AnyCredentials) {
  if ('accessToken' in credentials) return { value: credentials.accessToken, type: credentials.tokenType }
  throw new InvalidRequestError('wrong_method', `${connectorId} has no access token. Use getCredentials().`)
}

/** @throws {InvalidRequestError} `url_not_allowed` */
function targetOf(url: string, base: string | undefined): URL {
  if (!URL.canParse(url, base)) throw notAllowed(url.slice(0, 100))
  const target = new URL(url, base)
  if (target.username || target.password) throw notAllowed('a URL with credentials')
  return target
}

function notAllowed(what: string): InvalidRequestError {
  return new InvalidRequestError(
    'url_not_allowed',
    `${what} is not among the connector's origins. Nothing was sent; see apiOrigins and proxy of its record.`,
  )
}

async function transmit({ bound }: Fetching, url: string, init: RequestInit): Promise<Response> {
  try {
    // Called bare: in a worker `fetch` belongs to nobody.
    const { fetch: send } = bound
    return await send(url, init)
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw new NetworkError('service_unavailable', 'The service cannot be reached from here. Check the network.', {
      cause,
      retryable: true,
    })
  }
}

/** Says whose connection it is; headers that are passed on for somebody else do not. */
function nameOwner(headers: Headers, owner: Readonly<Record<string, string | undefined>>): void {
  const foreign = [...headers.keys()].filter((name) => name.startsWith('connector-auth-'))
  for (const name of foreign) headers.delete(name)
  for (const [name, value] of Object.entries(owner))
    if (value) headers.set(`connector-auth-${name}`, encodeURIComponent(value))
}

/** @throws {InvalidResponseError} `redirect_refused` */
function direct(answer: Response): Response {
  if (answer.status < 300 || answer.status > 399 || answer.status === 304) return answer
  throw redirected()
}

const redirected = () =>
  new InvalidResponseError(
    'redirect_refused',
    'The service redirects, which is not followed: the token is for its own origin. Call the final URL.',
  )

/** The service's own 401 says more than that a refresh failed; who must reconnect is told so. */
function nothingNewer(error: unknown): undefined {
  if (error instanceof AuthenticationError && error.reason === 'needs_reconnect') throw error
  return undefined
}
