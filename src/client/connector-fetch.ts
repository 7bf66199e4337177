/** Calls a connector's API: straight from the page, or through the backend's proxy where the record says so. */

import { problemOf } from '../api/call.ts'
import { aborted } from '../api/exchange.ts'
import { AuthenticationError, InvalidRequestError, InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import type { ConnectorReach } from '../protocol/reach.ts'
import type { GetToken } from './connect-token.ts'
import type { ReadKept } from './credential-reader.ts'
import type { ConnectorFetchInit, CredentialsOptions } from './options.ts'

export interface Fetching {
  readonly fetch: typeof fetch
  /** The backend's absolute URL. */
  readonly backend: string
  readonly getToken: GetToken
  readonly read: ReadKept
  /** Ends every call. */
  readonly signal: AbortSignal
  readonly reachOf: (connectorId: string) => Promise<ConnectorReach>
}

/**
 * Sends a request with the connection's credentials, to origins of the connector's record only.
 *
 * A 401 renews the token and sends the request once more, where its body can be sent again; the proxy does so by itself.
 *
 * @param url - Absolute, or a path: of the record's first API origin, or of the proxy's `alias`.
 * @throws {InvalidRequestError} `url_not_allowed`, nothing was sent · `unknown_connector` · {@link InvalidResponseError}
 *   `redirect_refused` · {@link NetworkError} `service_unavailable` · {@link AuthenticationError} `not_connected` ·
 *   `needs_reconnect` · the reason of `init.signal`
 */
export async function connectorFetch(
  fetching: Fetching,
  connectorId: string,
  url: string | URL,
  init: ConnectorFetchInit = {},
): Promise<Response> {
  const reach = await fetching.reachOf(connectorId)
  const { connectionId, scopes, alias, ...request } = init
  const which = { ...(connectionId && { connectionId }), ...(scopes && { scopes }) }
  const asked = { reach, url: String(url), which, alias, init: request }
  return reach.reach === 'proxy' ? fetchByProxy(fetching, asked) : fetchDirect(fetching, asked)
}

interface Asked {
  readonly reach: ConnectorReach
  readonly url: string
  readonly which: CredentialsOptions
  readonly alias: string | undefined
  readonly init: RequestInit
}

async function fetchDirect(fetching: Fetching, { reach, url, which, init }: Asked): Promise<Response> {
  const { id, apiOrigins } = reach
  const target = targetOf(url, apiOrigins[0])
  if (!apiOrigins.includes(target.origin)) throw notAllowed(target.origin)
  const { accessToken, tokenType } = (await fetching.read(id, which)).credentials
  // Not followed, so that no other origin gets what was meant for this one.
  const send = (token: string, type: string) =>
    transmit(fetching, target.href, withAuthorization(init, `${schemeOf(type)} ${token}`, { redirect: 'manual' }))
  const answer = await send(accessToken, tokenType)
  if (answer.status !== 401 || !isRepeatable(init)) return direct(answer)
  const next = await fetching.read(id, { ...which, refused: accessToken }).catch(nothingNewer)
  if (!next) return answer
  await answer.body?.cancel()
  return direct(await send(next.credentials.accessToken, next.credentials.tokenType))
}

async function fetchByProxy(fetching: Fetching, { reach, url, which, alias, init }: Asked): Promise<Response> {
  const { id, proxyOrigins = {} } = reach
  const path = /^\/(?!\/)/.test(url)
  const { origin, pathname, search } = targetOf(url, path ? 'https://service.invalid' : undefined)
  const host = path ? (alias ?? 'api') : Object.keys(proxyOrigins).find((name) => proxyOrigins[name] === origin)
  if (!host) throw notAllowed(origin)
  const target = `${fetching.backend.replace(/\/$/, '')}/api/v1/proxy/${id}/${encodeURIComponent(host)}${pathname}${search}`
  const headers = new Headers(init.headers)
  if (which.connectionId) headers.set('connector-auth-connection', which.connectionId)
  const send = async (token: string) =>
    transmit(
      fetching,
      target,
      withAuthorization({ ...init, headers }, `Bearer ${token}`, { redirect: 'error', cache: 'no-store' }),
    )
  const token = await fetching.getToken()
  const answer = await send(token)
  const problem = await problemIn(answer)
  if (!problem) return answer
  if (!problem.reason.startsWith('connect_token_') || !isRepeatable(init)) throw problem
  const second = await send(await fetching.getToken(token))
  const remaining = await problemIn(second)
  if (remaining) throw remaining
  return second
}

/** @throws {InvalidRequestError} `url_not_allowed` */
function targetOf(url: string, base: string | undefined): URL {
  if (!URL.canParse(url, base)) throw notAllowed(url.slice(0, 100))
  const target = new URL(url, base)
  if (target.username || target.password) throw notAllowed('A URL with credentials')
  // A blob: URL has the origin that made it.
  if (!/^https?:$/.test(target.protocol)) throw notAllowed(target.protocol)
  return target
}

function notAllowed(what: string): InvalidRequestError {
  return new InvalidRequestError(
    'url_not_allowed',
    `${what} is not among the connector's origins. Nothing was sent; see apiOrigins and proxy of its record.`,
  )
}

/** Some authorization servers write the scheme small, and some APIs take it with a capital only (RFC 6750 §2.1). */
function schemeOf(tokenType: string): string {
  return tokenType.toLowerCase() === 'bearer' ? 'Bearer' : tokenType
}

function withAuthorization(init: RequestInit, authorization: string, more: RequestInit): RequestInit {
  const headers = new Headers(init.headers)
  headers.set('authorization', authorization)
  return { ...init, headers, mode: 'cors', credentials: 'omit', ...more }
}

async function transmit({ fetch, signal }: Fetching, url: string, init: RequestInit): Promise<Response> {
  const answered = new AbortController()
  try {
    const ended = init.signal ? AbortSignal.any([init.signal, signal]) : signal
    // A `fetch` of the host's own may not know of signals; and the person's signal outlives many calls.
    return await Promise.race([
      fetch(url, { ...init, signal: ended }),
      aborted(AbortSignal.any([ended, answered.signal])),
    ])
  } catch (cause) {
    init.signal?.throwIfAborted()
    signal.throwIfAborted()
    throw new NetworkError(
      'service_unavailable',
      'The service cannot be reached from this page. Check the network and its rules for cross-origin calls.',
      { cause, retryable: true },
    )
  } finally {
    answered.abort()
  }
}

/** @throws {InvalidResponseError} `redirect_refused` */
function direct(answer: Response): Response {
  if (answer.type !== 'opaqueredirect') return answer
  throw redirected()
}

function redirected(): InvalidResponseError {
  return new InvalidResponseError(
    'redirect_refused',
    'The service redirects, which is not followed: the token is for its own origin. Call the final URL.',
  )
}

/** What the backend itself has to say; undefined where the answer is the service's.
 *
 * @throws {InvalidResponseError} `redirect_refused` · `protocol_mismatch`
 */
async function problemIn(answer: Response): Promise<ReturnType<typeof problemOf> | undefined> {
  const { status, headers } = answer
  if (!headers.has('connector-auth-proxied')) return problemOf(status, await answer.text())
  if (status < 300 || status > 399 || status === 304) return undefined
  await answer.body?.cancel()
  throw redirected()
}

const isRepeatable = ({ body }: RequestInit) => !(body instanceof ReadableStream)

/** The service's own 401 says more than that a refresh failed; who must reconnect is told so. */
function nothingNewer(error: unknown): undefined {
  if (error instanceof AuthenticationError && error.reason === 'needs_reconnect') throw error
  return undefined
}
