/** Waits for the end of an attempt that is finished elsewhere. */

import type { AuthSessionStatus } from '../protocol/auth-session.ts'
import { AuthenticationError, ConnectorAuthError, TimeoutError } from '../protocol/errors.ts'
import type { Reason } from '../protocol/reasons.ts'

/** Limits of a wait; they end the wait and never the attempt. */
export interface WaitOptions {
  /** 2 by default. */
  readonly intervalSeconds?: number | undefined
  /** 300 by default; `Infinity` is no limit. */
  readonly timeoutSeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
}

type Finished = Extract<AuthSessionStatus, { readonly status: 'ACTIVE' }>

/** Asks again and again how an attempt stands, until it is `ACTIVE`; what may pass on its own does not end the wait.
 *
 * @throws {AuthenticationError} the reason of a failed attempt, `aborted` · {@link TimeoutError} `timeout`
 */
export async function waitForCompletion(
  ask: () => Promise<AuthSessionStatus>,
  options: WaitOptions = {},
): Promise<Finished> {
  const { intervalSeconds = 2, timeoutSeconds = 300, signal } = options
  const limit = limitOf(timeoutSeconds)
  const ended = signal ? AbortSignal.any([signal, limit]) : limit
  // One listener for the whole wait, so that nothing is left behind by its rounds.
  const over = new Promise<undefined>((resolve) => ended.addEventListener('abort', () => resolve(undefined)))
  while (!ended.aborted) {
    const status = await Promise.race([over, ask().catch(passOver)])
    if (status?.status === 'ACTIVE') return status
    if (status?.status === 'FAILED') throw failureOf(status)
    await delay(intervalSeconds * 1_000, ended)
  }
  if (limit.aborted)
    throw new TimeoutError('timeout', 'The wait took too long. The attempt goes on; wait again or cancel it.')
  throw reasonOfEnd(ended)
}

/** What a wait rejects with that was aborted: an error of ours says more than that. */
export const reasonOfEnd = ({ reason }: AbortSignal): ConnectorAuthError =>
  reason instanceof ConnectorAuthError
    ? reason
    : new AuthenticationError('aborted', 'The wait was aborted. Nothing is lost; wait again.')

/** Ends after so many seconds; `Infinity` is no limit. */
export const limitOf = (seconds: number): AbortSignal =>
  seconds === Infinity ? new AbortController().signal : AbortSignal.timeout(seconds * 1_000)

/** The error that a failed attempt's status stands for. */
export function failureOf({
  reason,
  message,
}: {
  readonly reason: string
  readonly message: string
}): ConnectorAuthError {
  return new AuthenticationError(reason as Reason, message)
}

function passOver(error: unknown): undefined {
  if (!(error instanceof ConnectorAuthError && error.retryable)) throw error
}

/** Lets a time pass, or less where the signal ends. The timer keeps a process alive, as `AbortSignal.timeout` does not. */
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
