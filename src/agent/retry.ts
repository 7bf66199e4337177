/** Repeats a request that a service could not serve just now, as often and as late as the service wishes. */

import { delay } from '../api/wait.ts'

/** What is repeated, and when. */
export interface RetryOptions {
  /** 3 by default: 0.5 s, 1 s and 2 s after one another, unless the service says when (RFC 9110 §10.2.3). */
  readonly retries?: number
  readonly backoffSeconds?: number
  /** A longer wish of the service is not followed: its answer is given back. 120 by default. */
  readonly longestWaitSeconds?: number
  /** GET, HEAD, POST, PUT, PATCH and DELETE by default. */
  readonly methods?: readonly string[]
  /** 413, 429, 502, 503 and 504 by default. */
  readonly statuses?: readonly number[]
  /** Whether POST and PATCH are repeated after 502 and 504 too, where the service may have done the work already. */
  readonly repeatUnsafe?: boolean
}

const usual: Required<RetryOptions> = {
  retries: 3,
  backoffSeconds: 0.5,
  longestWaitSeconds: 120,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  statuses: [413, 429, 502, 503, 504],
  repeatUnsafe: false,
}

/**
 * Sends, and sends again while the answer says "later".
 *
 * @param send - One try; its body must be one that can be sent again.
 * @returns The first answer that is not to be repeated, or the last one; a status is never thrown.
 * @throws the reason with which the signal was aborted, at once.
 */
export async function retrying(
  send: () => Promise<Response>,
  method: string,
  options: RetryOptions = {},
  signal?: AbortSignal | null,
): Promise<Response> {
  const rules = { ...usual, ...options }
  for (let tried = 0; ; tried += 1) {
    const answer = await send()
    const seconds = secondsUntilNext(answer, method.toUpperCase(), tried, rules)
    if (seconds === undefined) return answer
    await answer.body?.cancel()
    await delay(seconds * 1_000, signal)
    signal?.throwIfAborted()
  }
}

function secondsUntilNext(
  { status, headers }: Response,
  method: string,
  tried: number,
  rules: Required<RetryOptions>,
): number | undefined {
  if (tried >= rules.retries || !rules.statuses.includes(status) || !rules.methods.includes(method)) return undefined
  // The answer of a gateway does not tell whether the service behind it has done what was asked.
  const unknown = status === 502 || status === 504
  if (unknown && (method === 'POST' || method === 'PATCH') && !rules.repeatUnsafe) return undefined
  const wished = readRetryAfter(headers.get('retry-after'))
  if (wished === undefined) return rules.backoffSeconds * 2 ** tried
  return wished <= rules.longestWaitSeconds ? wished : undefined
}

/** Seconds, or a date; undefined for anything else. */
export function readRetryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1_000)
}
