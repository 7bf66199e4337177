/** Runs one attempt: its window and its state; it settles once and never rejects. */

import type { InputValues } from '../protocol/inputs.ts'
import type { AttemptState } from './attempt-machine.ts'
import { type AttemptListener, type Course, createCourse } from './course.ts'
import type { Outcome } from './options.ts'
import { openPopup } from './popup.ts'
import type { Road } from './road.ts'

export type { AttemptListener }

/** One attempt, for whoever shows it. */
export interface Attempt {
  readonly state: AttemptState
  readonly finished: Promise<Outcome>
  /** Listens; the answer ends the listening. */
  subscribe(listener: AttemptListener): () => void
  /** Goes on with what was typed, while it is asked for (`state.phase` is `entering`); in a click, which may open a window. */
  enter(values: InputValues): void
  /** Opens the window, again or after it was blocked; in a click. */
  reopen(): void
  /** Goes on in this tab: where windows are blocked, and where a full-page redirect is begun again. A frame is never left. */
  leave(): void
  /** Ends the attempt here, at once. What the person does in the window may still make a connection. */
  cancel(): void
  /** Lets another view of this page go on with it: `resume()` gives it to the next who asks. */
  release(): void
  /** Whether it goes on in this tab, by a full-page redirect. */
  readonly left: boolean
  /** Undefined until the backend has given it. */
  readonly sessionId: string | undefined
  /** The authorization URL, for a link; undefined until the backend has given it, and on the bridge. */
  readonly url: string | undefined
}

/** An attempt that began before. */
export type Resumed = Attempt & {
  /** Whether it is for another connection beside those that there are. */
  readonly adds: boolean
}

export interface AttemptOptions {
  readonly way: 'window' | 'tab'
  /** `now`: in this click · `later`: somebody opens it · `before`: it was opened by an earlier page, or another one. */
  readonly begin: 'now' | 'later' | 'before'
  /** A blank window that the click has opened already; null where the browser blocked it. */
  readonly blank?: Window | null | undefined
  /** An abort of one of them cancels. */
  readonly signals: readonly (AbortSignal | undefined)[]
  readonly onRelease: () => void
}

/** Starts an attempt on a road that is there, so that the window opens straight at its URL, or that is coming. */
export function createAttempt(road: Road | Promise<Road>, options: AttemptOptions): Attempt {
  const { begin, signals, onRelease } = options
  const course = createCourse(begin === 'before' ? { phase: 'waiting', maybeClosed: false } : { phase: 'preparing' })
  const { step, fail, cancel, signal, finished, subscribe } = course
  let present: Road | undefined
  let asked = begin === 'now'
  let { way, blank: popup } = options

  const act = (clicked: boolean) => {
    if (!present || !asked) return
    if (way === 'window') return void (popup = openWindow(present, { blank: popup, clicked }, course))
    step({ type: 'left' })
    present.leave().catch(fail)
  }
  const reopen = () => {
    if (isOver(course.state)) return
    popup?.close()
    // While the road is still coming, only a blank window can be opened in this click.
    popup = present || way === 'tab' || self !== top ? undefined : openPopup()
    asked = true
    act(true)
    if (course.state.phase === 'blocked') present?.keep?.()
  }
  const enter = (arrived: Road, clicked: boolean) => {
    if (signal.aborted) return
    present = arrived
    course.limit(arrived.deadline - performance.now())
    arrived.travel({ step, fail, popup: () => popup, signal })
    act(clicked)
  }
  signal.addEventListener('abort', () => popup?.close())
  for (const one of signals) onAbort(one, cancel, signal)
  if ('then' in road) road.then((arrived) => enter(arrived, false)).catch(fail)
  else enter(road, true)
  return {
    get state() {
      return course.state
    },
    get left() {
      return way === 'tab'
    },
    get sessionId() {
      return present?.id
    },
    get url() {
      return present?.url
    },
    finished,
    subscribe,
    reopen,
    leave() {
      if (self === top) way = 'tab'
      reopen()
    },
    enter() {},
    cancel,
    release: onRelease,
  }
}

interface Opening {
  readonly blank: Window | null | undefined
  /** Whether this runs in the person's click. */
  readonly clicked: boolean
}

/** Opens a road's window, or sends the blank one of the click on its way. */
function openWindow(road: Road, { blank, clicked }: Opening, { step }: Course): Window | null | undefined {
  if (blank === undefined && !clicked && !road.canOpen()) {
    step({ type: 'click_needed' })
    return undefined
  }
  // A refused window is told when there is a link to show instead.
  const popup = blank === null || blank?.closed ? blank : road.open(blank)
  step({ type: popup === null ? 'popup_blocked' : 'popup_opened' })
  return popup
}

/** Windows no longer matter. */
const isOver = ({ phase }: AttemptState) => phase === 'settled' || phase === 'redeeming'

/** Acts when a signal is aborted, or has been. */
export function onAbort(signal: AbortSignal | undefined, act: () => void, until: AbortSignal): void {
  if (signal?.aborted) act()
  signal?.addEventListener('abort', act, { signal: until })
}
