/** Asks the backend how far an attempt on the bridge is, as soon as that changes: nothing else reaches this page. */

import { askProgress } from '../api/attempts.ts'
import type { Call } from '../api/call.ts'
import { delay } from '../api/wait.ts'
import type { Progress } from '../protocol/auth-session.ts'
import { ConnectorAuthError } from '../protocol/errors.ts'

export interface PollOptions {
  readonly sessionId: string
  /** Ends this poll, also when the page is put away. */
  readonly signal: AbortSignal
  /** Makes calls that wait longer than the backend holds one. */
  readonly makeCall: (signal: AbortSignal) => Call
  readonly onProgress: (progress: Progress) => void
}

const pauseMilliseconds = 2_000
const lock = 'connector-auth:poll'

/** Polls until the answer has returned or the attempt has ended; what may pass on its own does not end it.
 *
 * Browsers open six connections to a host, so one of a browser's attempts waits at the backend; the others ask now and then.
 */
export async function pollProgress({ sessionId, signal, makeCall, onProgress }: PollOptions): Promise<void> {
  const call = makeCall(signal)
  let known: Progress | undefined
  while (!signal.aborted && known !== 'returned' && known !== 'ended') {
    const begin = performance.now()
    const { progress = known, waited } = await askOnce(call, sessionId, known, signal)
    if (signal.aborted) return
    // A later poll of another page ends this one; without locks the two would end each other without a pause.
    const held = waited && performance.now() - begin > pauseMilliseconds / 2
    if (progress !== known && progress) onProgress((known = progress))
    else if (!held) await pause(signal)
  }
}

async function askOnce(call: Call, sessionId: string, known: Progress | undefined, signal: AbortSignal) {
  try {
    return await inTurn(async (first) => {
      const waited = first && known !== undefined
      return { progress: await askProgress(call, sessionId, waited ? known : undefined), waited }
    })
  } catch (error) {
    if (!signal.aborted && !(error instanceof ConnectorAuthError && error.retryable)) throw error
    return { progress: known, waited: false }
  }
}

/** Tells whether this is the attempt that may wait. The lock is held for one round, so that nobody depends on it. */
async function inTurn<T>(ask: (first: boolean) => Promise<T>): Promise<T> {
  let asking: Promise<T> | undefined
  try {
    await navigator.locks.request(lock, { ifAvailable: true }, (held) => (asking = ask(!!held)))
  } catch {
    // No locks in this browser, or none in a frame whose storage is blocked; what the question came to is told below.
  }
  return asking ?? ask(true)
}

/** A person who comes back to the page wants to know now. */
function pause(signal: AbortSignal): Promise<unknown> {
  const done = new AbortController()
  const back = new Promise((resolve) => {
    for (const event of ['focus', 'online']) addEventListener(event, resolve, { signal: done.signal })
    signal.addEventListener('abort', resolve, { signal: done.signal })
  })
  return Promise.race([back, delay(pauseMilliseconds)]).finally(() => done.abort())
}
