/** The states of one attempt and what leads from one to the next: pure, so that every order of events can be tried. */

import type { Outcome } from './options.ts'

/** `preparing`: no window yet, or a blank one · `blocked`: the browser refused the window · `waiting`: the window is open,
 * as far as anyone can know · `redeeming`: the answer is here. */
export type AttemptState =
  | { readonly phase: 'preparing' }
  | { readonly phase: 'blocked' }
  | { readonly phase: 'waiting'; readonly maybeClosed: boolean }
  | { readonly phase: 'redeeming' }
  | { readonly phase: 'settled'; readonly outcome: Outcome }

/** What can happen to an attempt. */
export type AttemptStep =
  | { readonly type: 'popup_opened' }
  | { readonly type: 'popup_blocked' }
  | { readonly type: 'popup_maybe_closed' }
  | { readonly type: 'returned' }
  | { readonly type: 'settled'; readonly outcome: Outcome }

/** The names of what a listener is told. */
export type AttemptEvent = AttemptStep['type']

/** The state after a step; the same object where the step changes nothing. */
export function next(state: AttemptState, step: AttemptStep): AttemptState {
  if (state.phase === 'settled') return state
  if (step.type === 'settled') return { phase: 'settled', outcome: step.outcome }
  // Once the answer is here, windows no longer matter.
  if (state.phase === 'redeeming') return state
  switch (step.type) {
    case 'popup_opened':
      return { phase: 'waiting', maybeClosed: false }
    case 'popup_blocked':
      return { phase: 'blocked' }
    case 'popup_maybe_closed':
      return state.phase === 'waiting' && !state.maybeClosed ? { phase: 'waiting', maybeClosed: true } : state
    case 'returned':
      return { phase: 'redeeming' }
  }
}
