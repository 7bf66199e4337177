/** Stands for an attempt whose code is still being loaded: its window is open already, because only the click could open it. */

import type { AttemptState } from './attempt-machine.ts'
import type { Attempt, AttemptListener } from './attempt.ts'
import { failed } from './failed.ts'
import type { Outcome } from './options.ts'

/** Makes the stand-in. `load` gives the attempt, which the signal cancels. */
export function createComing(blank: Window | null, load: (signal: AbortSignal) => Promise<Attempt>): Attempt {
  const life = new AbortController()
  const { signal } = life
  const listeners: AttemptListener[] = []
  let present: Attempt | undefined
  let outcome: Outcome | undefined
  const coming = load(signal).then((attempt) => {
    present = attempt
    listeners.forEach(attempt.subscribe)
    return attempt.finished
  })
  const cancelled = new Promise<Outcome>((resolve) =>
    signal.addEventListener('abort', () => resolve({ status: 'cancelled' })),
  )
  const finished = Promise.race([coming.catch(failed), cancelled]).then((end) => {
    blank?.close()
    return (outcome = end)
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
      listeners.push(listener)
      return present?.subscribe(listener) ?? (() => listeners.splice(listeners.indexOf(listener), 1))
    },
    enter: (values) => present?.enter(values),
    reopen: () => present?.reopen(),
    leave: () => present?.leave(),
    release: () => present?.release(),
    cancel: () => life.abort(),
  }
}
