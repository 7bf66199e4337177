/** Waits for the end of an attempt within limits; loaded by who waits, so that nobody else carries it. */

import { within } from '../api/wait.ts'
import type { Connected } from './view.ts'
import type { Completion, Credentials, Outcome, WaitOptions } from '../client/index.ts'
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
export function waitForCompletion(expected: Expected, options: WaitOptions): Promise<Completion> {
  return within((ended) => complete(expected, ended), options)
}

async function complete({ outcomeUntil, readCredentials }: Expected, ended: AbortSignal): Promise<Completion> {
  const end = await outcomeUntil(ended)
  if (end.status !== 'connected') throw errorOfOutcome(end)
  const { connectionId, scopes, missingScopes } = end
  // A page that may not hold the token is connected all the same; getCredentials() tells why it gets none.
  const credentials = await readCredentials(end).catch(() => null)
  return { status: 'ACTIVE', connectionId, scopes: scopes.granted, missingScopes, ...(credentials && { credentials }) }
}
