/** Sends one request to the backend and reads its answer. */

import { type ConnectorAuthError, NetworkError, errorOf } from '../protocol/errors.ts'
import type { paths } from '../protocol/paths.ts'
import { problem } from '../protocol/problem.ts'
import type { Reason } from '../protocol/reasons.ts'
import type { Schema } from '../protocol/schema.ts'
import { type ExchangeOptions, exchange, read } from './exchange.ts'

/** Where the backend is and how one speaks for somebody there. */
export interface ApiOptions extends ExchangeOptions {
  /** The backend's public URL; in a page also a path. */
  readonly baseUrl: string
  /** Gives a connect token or an API key; another than the one that the backend has `refused`. */
  readonly getToken: (refused?: string) => string | Promise<string>
}

type Filled<P extends string> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : P

/** A route as `protocol/paths` spells it, with values for its `{name}`s: written out where it is called, so that a browser
 * loads no table. */
export type Path = Filled<(typeof paths)[keyof typeof paths]>

/** The same fields; optional ones may also be there with `undefined`, which JSON leaves out. */
export type Loose<T> = { readonly [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }

/** What goes into a request and, by `answer`, what must come out. */
export interface Input<T> {
  /** Absent: the answer is empty. */
  readonly answer?: Schema<T>
  /** What is undefined is left out. */
  readonly query?: object
  readonly body?: object
}

/** Calls a route.
 *
 * @throws {ConnectorAuthError} what the backend's problem says · {@link NetworkError} `backend_unreachable` ·
 *   `protocol_mismatch`
 */
export type Call = <T>(path: Path, input: Input<T>) => Promise<T>

/** Binds calls to a backend and a credential. */
export function createCall(options: ApiOptions): Call {
  return async (path, input) => {
    const token = await options.getToken()
    return send(options, path, input, token).catch(async (error: unknown) => {
      // Expired or revoked: the token's owner may give another.
      if (!reasonOf(error)?.startsWith('connect_token_')) throw error
      return send(options, path, input, await options.getToken(token))
    })
  }
}

/** The reason of an error of ours; undefined for any other. */
export const reasonOf = (error: unknown): Reason | undefined =>
  (error as Partial<ConnectorAuthError> | undefined)?.reason

async function send<T>(options: ApiOptions, route: Path, { answer, query, body }: Input<T>, token: string): Promise<T> {
  const [method = '', path] = route.split(' ')
  // By way of JSON, which leaves out what is undefined.
  const search = query ? `?${new URLSearchParams(JSON.parse(JSON.stringify(query)))}` : ''
  const [status, text] = await exchange(options, options.baseUrl.replace(/\/$/, '') + path + search, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
    cache: 'no-store',
    credentials: 'omit',
    // Not followed; `error` would say so, but workers know no such word.
    redirect: 'manual',
  })
  if (status >= 200 && status < 300) return answer ? read(answer, text) : (undefined as T)
  throw problemOf(status, text)
}

/** The error that the backend's problem document stands for.
 *
 * @throws {InvalidResponseError} `protocol_mismatch` · {@link NetworkError} `backend_unreachable` where it is none.
 */
export function problemOf(statusCode: number, text: string): ConnectorAuthError {
  const { code, reason, detail, retryable, requestId } = readProblem(statusCode, text)
  // A newer backend may know reasons that this build's list does not; they pass as they are.
  return errorOf(code, reason as Reason, detail, { retryable, requestId, statusCode })
}

function readProblem(statusCode: number, text: string) {
  try {
    return read(problem, text)
  } catch (error) {
    // What stands in front of a backend that is down answers in its own words, or redirects to them.
    if (/^[24]/.test(String(statusCode))) throw error
    const said =
      statusCode < 400 ? 'redirects, which is not followed. Check base-url.' : `answered ${statusCode}. Try again.`
    throw new NetworkError('backend_unreachable', `The backend ${said}`, { statusCode, retryable: true })
  }
}
