/** A service account's session: a token for the client itself, in memory only, fetched anew instead of refreshed. */

import { exchange } from '../api/exchange.ts'
import { anything, object, text } from '../protocol/schema.ts'
import { fit } from '../protocol/fit.ts'
import { AuthenticationError, InvalidRequestError, InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import { type NextPage, type Page, getPages } from './pages.ts'
import { placeToken } from './place-token.ts'
import { type RetryOptions, retrying } from './retry.ts'
import { isRepeatable } from './repeatable.ts'

export interface ClientSessionOptions {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes?: readonly string[]
  /** Basic (the default), or fields of the body (RFC 6749 §2.3.1). */
  readonly auth?: 'client_secret_basic' | 'client_secret_post'
  /** More fields of the token request, such as `audience` or `resource`. */
  readonly params?: Readonly<Record<string, string>>
  /** The only origins that get the token. */
  readonly apiOrigins: readonly string[]
  readonly retry?: RetryOptions | false
  readonly fetch?: typeof fetch
}

/** Calls as the client itself. Nothing is stored anywhere. */
export interface ClientSession {
  getAccessToken(): Promise<string>
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  pages(url: string | URL, next?: NextPage): AsyncGenerator<Page, void>
}

interface Kept {
  readonly value: string
  readonly type: string
  readonly until: number
}

/** Before this many seconds of its end a token is fetched anew. */
const leewaySeconds = 30

/**
 * Makes a session of a service account (client credentials); for servers, never for a browser.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the token URL is not https (loopback excepted).
 * @see RFC 6749 §4.4
 */
export function createClientSession(options: ClientSessionOptions): ClientSession {
  const { tokenUrl, apiOrigins, retry = {}, fetch: send = fetch } = options
  if (!isSecure(tokenUrl))
    throw new InvalidRequestError('invalid_configuration', 'tokenUrl: must be https, or http on 127.0.0.1.')
  let kept: Kept | undefined
  let fetching: Promise<Kept> | undefined
  const fresh = () => (fetching ??= fetchToken(options, send).finally(() => (fetching = undefined)))
  const token = async (refused?: string) => {
    const good = kept && performance.now() < kept.until && kept.value !== refused
    kept = kept && good ? kept : await fresh()
    return kept
  }
  async function call(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const target = URL.canParse(String(url), apiOrigins[0]) ? new URL(url, apiOrigins[0]) : undefined
    if (!target || !apiOrigins.includes(target.origin))
      throw new InvalidRequestError('url_not_allowed', 'The URL is not among apiOrigins. Nothing was sent.')
    const repeatable = isRepeatable(init.body)
    const attempt = async (one: Kept) => {
      const placed = placeToken({ url: target, init: { ...init, redirect: 'manual' } }, one, 'header')
      const go = () => send(placed.url.href, placed.init)
      return retry && repeatable ? retrying(go, init.method ?? 'GET', retry, init.signal) : go()
    }
    const first = await token()
    const answer = await attempt(first)
    if (answer.status !== 401 || !repeatable) return answer
    await answer.body?.cancel()
    return attempt(await token(first.value))
  }
  return {
    getAccessToken: async () => (await token()).value,
    fetch: call,
    pages: (url, next) => getPages(call, url, next),
  }
}

function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]'))
}

async function fetchToken(options: ClientSessionOptions, send: typeof fetch): Promise<Kept> {
  const { tokenUrl, clientId, clientSecret, scopes = [], auth = 'client_secret_basic', params = {} } = options
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...params })
  if (scopes.length > 0) body.set('scope', scopes.join(' '))
  const headers = new Headers({ accept: 'application/json' })
  if (auth === 'client_secret_post') {
    body.set('client_id', clientId)
    body.set('client_secret', clientSecret)
  } else headers.set('authorization', `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`)
  const init = { method: 'POST', headers, body, redirect: 'manual' } as const
  const asked = performance.now()
  const [status, answer] = await exchange({ fetch: send, limitSeconds: 15 }, tokenUrl, init).catch(
    ({ cause }: NetworkError) => {
      throw new NetworkError('authorization_server_unavailable', 'The token endpoint cannot be reached. Try again.', {
        cause,
        retryable: true,
      })
    },
  )
  return readToken(status, answer, asked)
}

/** RFC 6749 §2.3.1 and appendix B. */
const formEncoded = (value: string) => String(new URLSearchParams({ v: value })).slice(2)

const answerShape = object(
  { access_token: text({ minLength: 1, maxLength: 16_384, pattern: '^[\\x21-\\x7e]+$' }) },
  { token_type: text({ maxLength: 64 }), expires_in: anything },
)
const errorShape = object({ error: text({ maxLength: 200 }) })

function readToken(status: number, body: string, asked: number): Kept {
  if (status >= 500 || status === 429)
    throw new NetworkError('authorization_server_unavailable', `The token endpoint answered ${status}. Try again.`, {
      statusCode: status,
      retryable: true,
    })
  const json = parseJson(body)
  if (status >= 400)
    throw new AuthenticationError(
      'client_registration_refused',
      `The token endpoint refuses the client (${errorIn(json) || status}). Check id, secret and scopes.`,
      { statusCode: status },
    )
  try {
    const { access_token, token_type = 'Bearer', expires_in } = fit(answerShape, status < 300 ? json : undefined)
    const seconds = Number(expires_in)
    const lifetime = Number.isFinite(seconds) && seconds > 0 ? seconds : 3_600
    // A token that lives shorter than the leeway is used once.
    return { value: access_token, type: token_type, until: asked + (lifetime - leewaySeconds) * 1_000 }
  } catch {
    throw new InvalidResponseError(
      'invalid_token_response',
      'The token endpoint answered with something else than a token.',
    )
  }
}

function errorIn(json: unknown): string {
  try {
    return fit(errorShape, json).error.replace(/[^\x20-\x7e]/g, '')
  } catch {
    return ''
  }
}

function parseJson(textOf: string): unknown {
  try {
    return JSON.parse(textOf)
  } catch {
    return undefined
  }
}
