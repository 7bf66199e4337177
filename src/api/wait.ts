/** Waits for the end of an attempt that is finished elsewhere. */

import type { AuthSessionStatus } from '../protocol/auth-session.ts'
import { AuthenticationError, ConnectorAuthError, InvalidRequestError, TimeoutError } from '../protocol/errors.ts'
import type { Reason } from '../protocol/reasons.ts'
import { limited } from './limited.ts'

/** Limits of a wait; they end the wait and never the attempt. */
export interface WaitOptions {
  /** Between two questions, where it asks; 2 by default. The element is told. */
  readonly intervalSeconds?: number | undefined
  /** 300 by default; `Infinity` is no limit. */
  readonly timeoutSeconds?: number | undefined
  /** An abort ends the wait. */
  readonly signal?: AbortSignal | undefined
}

type Finished = Extract<AuthSessionStatus, { readonly status: 'ACTIVE' }>

/** Asks again and again how an attempt stands, until it is `ACTIVE`; what may pass on its own does not end the wait.
 *
 * @throws {AuthenticationError} the reason of a failed attempt · as {@link within}
 */
export async function waitForCompletion(
  ask: () => Promise<AuthSessionStatus>,
  options: WaitOptions = {},
): Promise<Finished> {
  const status = await poll(ask, isOver, options)
  if (status.status === 'FAILED') throw failureOf(status)
  return status
}

const isOver = (status: AuthSessionStatus): status is Exclude<AuthSessionStatus, { readonly status: 'INACTIVE' }> =>
  status.status !== 'INACTIVE'

/** Asks until the answer is a last one; what may pass on its own does not end the wait.
 *
 * @param ask - Its signal ends with the wait.
 * @throws as {@link within}
 */
export function poll<T, Last extends T>(
  ask: (ended: AbortSignal) => Promise<T>,
  isLast: (answer: T) => answer is Last,
  options: WaitOptions = {},
): Promise<Last> {
  const { intervalSeconds = 2 } = options
  return within(async (ended) => {
    for (;;) {
      ended.throwIfAborted()
      const answer = await ask(ended).catch(passOver)
      if (answer !== undefined && isLast(answer)) return answer
      await delay(intervalSeconds * 1_000, ended)
    }
  }, options)
}

/** Waits for work within the limits of a wait, and ends its signal with the wait.
 *
 * @throws {TimeoutError} `timeout` · {@link AuthenticationError} `aborted`, or the error of ours with which `signal` was
 *   aborted · {@link InvalidRequestError} `invalid_request` where `timeoutSeconds` is no number of seconds
 */
export async function within<T>(
  work: (ended: AbortSignal) => Promise<T>,
  { timeoutSeconds = 300, signal }: WaitOptions,
): Promise<T> {
  if (!(timeoutSeconds >= 0))
    throw new InvalidRequestError('invalid_request', 'timeoutSeconds must be a number of seconds, or Infinity.')
  const done = new AbortController()
  return limited(timeoutSeconds * 1_000, (limit) => {
    const ended = AbortSignal.any([done.signal, limit, ...(signal ? [signal] : [])])
    const over = new Promise<never>((_, reject) => {
      const end = () => reject(limit.aborted ? tookTooLong() : reasonOf(ended))
      if (ended.aborted) end()
      ended.addEventListener('abort', end)
    })
    return Promise.race([over, work(ended)])
  }).finally(() => done.abort())
}

const tookTooLong = () =>
  new TimeoutError('timeout', 'The wait took too long. The attempt goes on; wait again or cancel it.')

const reasonOf = ({ reason }: AbortSignal): ConnectorAuthError =>
  reason instanceof ConnectorAuthError
    ? reason
    : new AuthenticationError('aborted', 'The wait was aborted. Nothing is lost; wait again.')

/** The error that a failed attempt's status stands for. */
export function failureOf({
  reason,
  message,
  requestId,
}: Omit<Extract<AuthSessionStatus, { readonly status: 'FAILED' }>, 'status'>): ConnectorAuthError {
  return new AuthenticationError(reason as Reason, message, requestId ? { requestId } : {})
}

function passOver(error: unknown): undefined {
  if (!(error instanceof ConnectorAuthError && error.retryable)) throw error
}

/** Lets a time pass, or less where the signal ends. */
export function delay(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal?.addEventListener('abort', end)
    if (signal?.aborted) end()
  })
}
