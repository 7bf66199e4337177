/** What an attempt knows of its way: where its window goes, and what brings the answer back. */

import type { AttemptStep } from './attempt-machine.ts'

/** An attempt, as its road sees it. */
export interface Traveller {
  /** Tells what happened; false where that changes nothing any more. */
  step(change: AttemptStep): boolean
  /** Ends the attempt with an error. */
  fail(cause: unknown): void
  /** The window, once one was opened. */
  readonly popup: () => Window | null
  /** Aborted at the end. */
  readonly signal: AbortSignal
}

/** A session at the backend whose answer this page can receive. */
export interface Road {
  readonly id: string
  /** The authorization URL. */
  readonly url: string
  /** When it ends, on the clock of `performance.now()`. */
  readonly deadline: number
  /** Listens for the answer until the attempt ends. */
  travel(traveller: Traveller): void
}
