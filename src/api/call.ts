/** Sends one request to the backend and reads its answer. */

import { type ConnectorAuthError, InvalidResponseError, NetworkError, errorOf } from '../protocol/errors.ts'
import { fit } from '../protocol/fit.ts'
import type { paths } from '../protocol/paths.ts'
import { problem } from '../protocol/problem.ts'
import type { Reason } from '../protocol/reasons.ts'
import type { Schema } from '../protocol/schema.ts'

/** Where the backend is and how one speaks for somebody there. */
export interface ApiOptions {
  /** The backend's public URL; in a page also a path. */
  readonly baseUrl: string
  readonly fetch?: typeof fetch | undefined
  /** Gives a connect token or an API key; `fresh` after the backend has refused the last one. */
  readonly getToken: (fresh: boolean) => string | Promise<string>
  /** Ends every call that is under way; its reason is what they reject with. */
  readonly signal?: AbortSignal | undefined
  /** How long an answer may take; 20 by default. */
  readonly limitSeconds?: number | undefined
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
 *   {@link InvalidResponseError} `protocol_mismatch`
 */
export type Call = <T>(path: Path, input: Input<T>) => Promise<T>

/** Binds calls to a backend and a credential. */
export function createCall(options: ApiOptions): Call {
  return (path, input) => {
    const go = async (fresh: boolean) => send(options, path, input, await options.getToken(fresh))
    return go(false).catch((error: unknown) => {
      // Expired or revoked: the token's owner may give another.
      if (!reasonOf(error)?.startsWith('connect_token_')) throw error
      return go(true)
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
    redirect: 'error',
  })
  if (status < 400) return answer ? read(answer, text) : (undefined as T)
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

/** Fetches a text, within the limit; from the host's token endpoint too.
 *
 * @throws {NetworkError} `backend_unreachable`, or the reason with which `options.signal` was aborted.
 */
export async function exchange(
  options: Pick<ApiOptions, 'fetch' | 'signal' | 'limitSeconds'>,
  url: string,
  init: RequestInit,
): Promise<[number, string]> {
  const { signal, limitSeconds = 20 } = options
  const limit = AbortSignal.timeout(limitSeconds * 1_000)
  try {
    const ended = signal ? AbortSignal.any([signal, limit]) : limit
    const answer = async (): Promise<[number, string]> => {
      const response = await (options.fetch ?? fetch)(url, { ...init, signal: ended })
      return [response.status, await response.text()]
    }
    // A `fetch` of the host's own may not know of signals.
    return await Promise.race([answer(), aborted(ended)])
  } catch (cause) {
    signal?.throwIfAborted()
    throw new NetworkError('backend_unreachable', 'The backend cannot be reached. Check base-url and the network.', {
      cause,
      retryable: true,
    })
  }
}

/** Rejects when the signal ends, with its reason. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })
}

/** Reads an answer; what the protocol does not know is dropped.
 *
 * @throws {InvalidResponseError} `protocol_mismatch`; it does not quote the answer, which may hold a token.
 */
export function read<T>(schema: Schema<T>, text: string): T {
  try {
    return fit(schema, JSON.parse(text))
  } catch {
    throw new InvalidResponseError('protocol_mismatch', "The backend's answer is not of this protocol. Check base-url.")
  }
}

function readProblem(statusCode: number, text: string) {
  try {
    return read(problem, text)
  } catch (error) {
    // What stands in front of a backend that is down answers in its own words.
    if (statusCode < 500) throw error
    throw new NetworkError('backend_unreachable', `The backend answered ${statusCode}. Try again.`, {
      statusCode,
      retryable: true,
    })
  }
}
