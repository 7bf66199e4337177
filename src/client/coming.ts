/** Stands for an attempt whose code is still being loaded: its window is open already, because only the click could open it. */

import { aborted } from '../api/exchange.ts'
import type { AttemptState } from './attempt-machine.ts'
import type { Attempt, AttemptListener } from './attempt.ts'
import { failed } from './failed.ts'
import type { Outcome } from './options.ts'

/** Makes the stand-in.
 *
 * @param load - gives the attempt, which the signal cancels.
 * @param signals - an abort of one of them cancels.
 */
export function createComing(
  blank: Window | null | undefined,
  load: (signal: AbortSignal) => Promise<Attempt>,
  signals: readonly (AbortSignal | undefined)[],
): Attempt {
  const life = new AbortController()
  const signal = AbortSignal.any([life.signal, ...signals.filter((one) => one !== undefined)])
  const listeners = new Set<AttemptListener>()
  // Each in a step of its own: one that throws does not keep the others from hearing.
  const tell: AttemptListener = (...told) =>
    listeners.forEach((listener) => queueMicrotask(() => listeners.has(listener) && listener(...told)))
  let present: Attempt | undefined
  let released = false
  let outcome: Outcome | undefined
  const coming = load(signal).then((attempt) => {
    present = attempt
    attempt.subscribe(tell)
    if (released) attempt.release()
    return attempt.finished
  })
  const cancelled = aborted(signal).catch((): Outcome => ({ status: 'cancelled' }))
  const finished = Promise.race([coming.catch(failed), cancelled]).then((end) => {
    outcome = end
    blank?.close()
    // Once it is here, it tells of its end itself.
    if (!present) tell('settled', { phase: 'settled', outcome })
    return end
  })
  return {
    get state(): AttemptState {
      if (outcome) return { phase: 'settled', outcome }
      return present?.state ?? { phase: 'preparing' }
    },
    get left() {
      return !!present?.left
    },
    get sessionId() {
      return present?.sessionId
    },
    get url() {
      return present?.url
    },
    finished,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    enter: (values) => present?.enter(values),
    reopen: () => present?.reopen(),
    leave: () => present?.leave(),
    release: () => (present ? present.release() : (released = true)),
    cancel: () => life.abort(),
  }
}
