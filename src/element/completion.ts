/** Waits for the end of an attempt within limits; loaded by who waits, so that nobody else carries it. */

import type { Connected } from './view.ts'
import {
  AuthenticationError,
  type Completion,
  type Credentials,
  type Outcome,
  TimeoutError,
  type WaitOptions,
} from '../client/index.ts'
import { errorOfOutcome } from '../client/outcome.ts'

/** What is waited for. */
export interface Expected {
  readonly outcome: Promise<Outcome>
  readonly readCredentials: (connected: Connected) => Promise<Credentials | null>
}

/** Waits for a connection. The limits end the wait and never the attempt.
 *
 * @throws {AuthenticationError} `access_denied` · `cancelled` · `aborted` · the reason of the failure;
 *   {@link TimeoutError} `expired` · `timeout`
 */
export function waitForCompletion(
  expected: Expected,
  { timeoutSeconds = 300, signal }: WaitOptions,
): Promise<Completion> {
  const limit = AbortSignal.timeout(timeoutSeconds * 1_000)
  const ended = signal ? AbortSignal.any([signal, limit]) : limit
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
  return Promise.race([complete(expected), over])
}

async function complete({ outcome, readCredentials }: Expected): Promise<Completion> {
  const end = await outcome
  if (end.status !== 'connected') throw errorOfOutcome(end)
  const { connectionId, scopes, missingScopes } = end
  // A page that may not hold the token is connected all the same; getCredentials() tells why it gets none.
  const credentials = await readCredentials(end).catch(() => null)
  return { status: 'ACTIVE', connectionId, scopes: scopes.granted, missingScopes, ...(credentials && { credentials }) }
}
