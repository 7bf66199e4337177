/** Waits for the end of an attempt within limits; loaded by who waits, so that nobody else carries it. */

import type { Connected } from './view.ts'
import {
  AuthenticationError,
  type Completion,
  type Credentials,
  InvalidRequestError,
  type Outcome,
  TimeoutError,
  type WaitOptions,
} from '../client/index.ts'
import { errorOfOutcome } from '../client/outcome.ts'

/** What is waited for. */
export interface Expected {
  /** How it ends; nobody waits any more once the signal is aborted. */
  readonly outcomeUntil: (ended: AbortSignal) => Promise<Outcome>
  readonly readCredentials: (connected: Connected) => Promise<Credentials | null>
}

/** Waits for a connection. The limits end the wait and never the attempt.
 *
 * @param options - `timeoutSeconds`: 300 by default; with `Infinity` only the signal ends the wait.
 * @throws {AuthenticationError} `access_denied` · `cancelled` · `aborted` · the reason of the failure;
 *   {@link TimeoutError} `expired` · `timeout` · {@link InvalidRequestError} `invalid_request`
 */
export function waitForCompletion(
  expected: Expected,
  { timeoutSeconds = 300, signal }: WaitOptions,
): Promise<Completion> {
  const limit = limitOf(timeoutSeconds)
  const life = new AbortController()
  const ended = AbortSignal.any([life.signal, limit, ...(signal ? [signal] : [])])
  const over = new Promise<never>((_, reject) => {
    const end = () =>
      reject(
        limit.aborted
          ? new TimeoutError('timeout', 'The wait took too long. The attempt goes on; wait again or cancel it.')
          : new AuthenticationError('aborted', 'The wait was aborted. Nothing is lost; wait again.'),
      )
    if (ended.aborted) end()
    ended.addEventListener('abort', end)
  })
  return Promise.race([complete(expected, ended), over]).finally(() => life.abort())
}

/** @throws {InvalidRequestError} `invalid_request` */
function limitOf(seconds: number): AbortSignal {
  const milliseconds = seconds * 1_000
  if (!(milliseconds >= 0))
    throw new InvalidRequestError('invalid_request', 'timeoutSeconds must be a number of seconds, or Infinity.')
  // Longer than anybody lives, browsers refuse it.
  return milliseconds > Number.MAX_SAFE_INTEGER ? new AbortController().signal : AbortSignal.timeout(milliseconds)
}

async function complete({ outcomeUntil, readCredentials }: Expected, ended: AbortSignal): Promise<Completion> {
  const end = await outcomeUntil(ended)
  if (end.status !== 'connected') throw errorOfOutcome(end)
  const { connectionId, scopes, missingScopes } = end
  // A page that may not hold the token is connected all the same; getCredentials() tells why it gets none.
  const credentials = await readCredentials(end).catch(() => null)
  return { status: 'ACTIVE', connectionId, scopes: scopes.granted, missingScopes, ...(credentials && { credentials }) }
}
