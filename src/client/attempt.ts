/** Runs one attempt: its window and its state; it settles once and never rejects. */

import type { ConnectorAuthError } from '../protocol/errors.ts'
import { type AttemptEvent, type AttemptState, type AttemptStep, next } from './attempt-machine.ts'
import type { Outcome } from './options.ts'
import { openPopup } from './popup.ts'
import type { Road } from './road.ts'

/** Hears what happened to an attempt, and the state that came of it. */
export type AttemptListener = (event: AttemptEvent, state: AttemptState) => void

/** One attempt, for whoever shows it. */
export interface Attempt {
  readonly state: AttemptState
  readonly finished: Promise<Outcome>
  /** Listens; the answer ends the listening. */
  subscribe(listener: AttemptListener): () => void
  /** Opens the window, again or after it was blocked; in a click. */
  reopen(): void
  /** Ends the attempt here, at once. What the person does in the window may still make a connection. */
  cancel(): void
  /** Undefined until the backend has given it. */
  readonly sessionId: string | undefined
  /** The authorization URL, for a link; undefined until the backend has given it. */
  readonly url: string | undefined
}

/** Starts an attempt on a road that is there, so that the window opens straight at its URL, or that is coming.
 *
 * `reopen()` opens the window; an abort of one of the signals cancels.
 */
export function createAttempt(road: Road | Promise<Road>, signals: readonly (AbortSignal | undefined)[]): Attempt {
  const life = new AbortController()
  const listeners = new Set<AttemptListener>()
  let state: AttemptState = { phase: 'preparing' }
  let popup: Window | null = null
  let present: Road | undefined
  let asked = false
  let finish: (outcome: Outcome) => void
  const finished = new Promise<Outcome>((resolve) => (finish = resolve))
  const step = (change: AttemptStep): boolean => {
    const after = next(state, change)
    if (after === state) return false
    state = after
    // Told after the click's own task, so that whoever starts an attempt can subscribe to its first event.
    queueMicrotask(() => listeners.forEach((listener) => listener(change.type, after)))
    if (after.phase === 'settled') {
      life.abort()
      popup?.close()
      finish(after.outcome)
    }
    return true
  }
  const fail = (cause: unknown) => step({ type: 'settled', outcome: failed(cause) })
  const cancel = () => step({ type: 'settled', outcome: { status: 'cancelled' } })
  const enter = (road: Road) => {
    if (life.signal.aborted) return
    present = road
    road.travel({ step, fail, popup: () => popup, signal: life.signal })
    if (!popup?.closed) popup?.location.replace(road.url)
    // A refused window is told when there is a link to show instead.
    if (asked) step({ type: popup ? 'popup_opened' : 'popup_blocked' })
  }
  if (road instanceof Promise) road.then(enter).catch(fail)
  else enter(road)
  for (const signal of signals) onAbort(signal, cancel, life)
  return {
    get state() {
      return state
    },
    get sessionId() {
      return present?.id
    },
    get url() {
      return present?.url
    },
    finished,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reopen() {
      if (state.phase === 'settled' || state.phase === 'redeeming') return
      popup?.close()
      popup = openPopup(present?.url)
      asked = true
      if (present) step({ type: popup ? 'popup_opened' : 'popup_blocked' })
    },
    cancel,
  }
}

function onAbort(signal: AbortSignal | undefined, act: () => void, life: AbortController): void {
  if (signal?.aborted) act()
  signal?.addEventListener('abort', act, life)
}

/** The outcome that an error stands for. */
export function failed(cause: unknown): Outcome {
  const { reason = 'internal', retryable = false, requestId, message } = cause as Partial<ConnectorAuthError>
  if (reason === 'access_denied') return { status: 'denied' }
  if (reason === 'session_expired') return { status: 'expired' }
  return { status: 'failed', reason, message: String(message), retryable, ...(requestId && { requestId }) }
}
