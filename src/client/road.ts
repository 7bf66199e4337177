/** What an attempt knows of its way: how its window gets there, and what brings the answer back. */

import type { AttemptStep } from './attempt-machine.ts'

/** An attempt, as its road sees it. */
export interface Traveller {
  /** Tells what happened; false where that changes nothing any more. */
  step(change: AttemptStep): boolean
  /** Ends the attempt with an error. */
  fail(cause: unknown): void
  /** The window: undefined before one was opened, and where nobody can hold it; null where it was blocked. */
  readonly popup: () => Window | null | undefined
  /** Aborted at the end. */
  readonly signal: AbortSignal
}

/** A session at the backend whose answer this page can receive. */
export interface Road {
  readonly id: string
  /** The authorization URL, for a link; undefined where only a form leads there. */
  readonly url: string | undefined
  /** When it ends, on the clock of `performance.now()`. */
  readonly deadline: number
  /** Until when a window may be opened there: a request that was pushed (RFC 9126 §2.2) is forgotten soon. */
  readonly openUntil: number
  /** Whether `open` can open a window now, without a click. */
  canOpen(): boolean
  /** Opens the window, in a click, or sends a blank one on its way. Null: the browser blocked it. Undefined: it is opened
   * in a way that leaves no handle, and the road itself tells whether it came about. */
  open(blank?: Window): Window | null | undefined
  /** Keeps a record of the attempt. A window that was refused in the person's own click may open by the link that they
   * clicked, which the browser follows itself. */
  keep?(): void
  /** Goes to the authorization server in this tab, once it is sure that the attempt can be taken up after the return.
   *
   * @throws {InvalidRequestError} `storage_unavailable`
   */
  leave(): Promise<void>
  /** Listens for the answer; also after the attempt ended here, until the session's time is up. */
  travel(traveller: Traveller): void
}
