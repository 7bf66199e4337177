/** The course of one attempt: runs its state machine, tells who listens, and sees to it that it ends in time. */

import { type AttemptEvent, type AttemptState, type AttemptStep, next } from './attempt-machine.ts'
import { failed } from './failed.ts'
import type { Outcome } from './options.ts'

/** Hears what happened to an attempt, and the state that came of it. */
export type AttemptListener = (event: AttemptEvent, state: AttemptState) => void

export interface Course {
  readonly state: AttemptState
  /** Resolves once, with how it ended, after every listener was told. */
  readonly finished: Promise<Outcome>
  /** Aborted at the end. */
  readonly signal: AbortSignal
  /** Tells what happened; false where that changes nothing any more. */
  step(change: AttemptStep): boolean
  /** Ends it with an error. */
  fail(cause: unknown): void
  cancel(): void
  /** Listens; the answer ends the listening. */
  subscribe(listener: AttemptListener): () => void
  /** Sets the time anew that is left until the session is over. */
  limit(milliseconds: number): void
}

/** How long an attempt waits for its session; the session then says its own time. */
const longestMilliseconds = 600_000
/** What an answer that came in the last moment may take. */
const graceMilliseconds = 30_000

/** Begins a course; without a `longest` time it lasts until somebody ends it. */
export function createCourse(start: AttemptState, longest = longestMilliseconds): Course {
  const life = new AbortController()
  const listeners = new Set<AttemptListener>()
  let finish: (outcome: Outcome) => void
  const finished = new Promise<Outcome>((resolve) => (finish = resolve))
  let state = start
  let timers: ReturnType<typeof setTimeout>[] = []
  const step = (change: AttemptStep): boolean => {
    const after = next(state, change)
    if (after === state) return false
    state = after
    // Told after the click's own task, so that whoever starts an attempt can subscribe to its first event.
    // Each in a step of its own: one that throws does not keep the others from hearing.
    const tell = () => {
      listeners.forEach((listener) => queueMicrotask(() => listener(change.type, after)))
      // In the same queue: the end is heard last, also by who only waits for it.
      if (after.phase === 'settled') queueMicrotask(() => finish(after.outcome))
    }
    queueMicrotask(tell)
    if (after.phase === 'settled') {
      timers.forEach(clearTimeout)
      life.abort()
    }
    return true
  }
  const limit = (milliseconds: number) => {
    timers.forEach(clearTimeout)
    // Browsers take it for no time at all.
    if (milliseconds === Infinity) return
    timers = [
      setTimeout(step, milliseconds, { type: 'deadline' }),
      setTimeout(step, milliseconds + graceMilliseconds, { type: 'overdue' }),
    ]
  }
  limit(longest)
  return {
    get state() {
      return state
    },
    finished,
    signal: life.signal,
    step,
    fail: (cause) => step({ type: 'settled', outcome: failed(cause) }),
    cancel: () => step({ type: 'settled', outcome: { status: 'cancelled' } }),
    limit,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
