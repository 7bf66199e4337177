/** The states of one attempt and what leads from one to the next: pure, so that every order of events can be tried. */

import type { Input } from '../protocol/inputs.ts'
import type { Reason } from '../protocol/reasons.ts'
import type { Outcome } from './options.ts'

/** Why what was typed is asked for again. */
export interface Problem {
  readonly reason: Reason
  /** The backend's, or the service's own. */
  readonly message: string
  /** The field that it is about, where it is about one. */
  readonly field?: string
  readonly requestId?: string
}

/** `entering`: the person is asked for what stands in `fields` · `saving`: what was typed is being tried · `preparing`: no window yet, or a blank one · `ready`: a click must open it, the first one was too long ago · `blocked`:
 * the browser refused the window · `leaving`: this tab goes to the authorization server · `waiting`: the person is there,
 * as far as anyone can know · `redeeming`: the answer is here. */
export type AttemptState =
  | { readonly phase: 'entering'; readonly fields: readonly Input[]; readonly problem?: Problem | undefined }
  /** `fields`: those of the form, where there was one. */
  | { readonly phase: 'saving'; readonly fields?: readonly Input[] | undefined }
  | { readonly phase: 'preparing' }
  | { readonly phase: 'ready' }
  | { readonly phase: 'blocked' }
  | { readonly phase: 'leaving' }
  | { readonly phase: 'waiting'; readonly maybeClosed: boolean }
  | { readonly phase: 'redeeming' }
  | { readonly phase: 'settled'; readonly outcome: Outcome }

/** What can happen to an attempt. `deadline`: the session is over, but an answer that is here is still redeemed ·
 * `overdue`: nothing is waited for any more. */
export type AttemptStep =
  | { readonly type: 'asked'; readonly fields: readonly Input[]; readonly problem?: Problem | undefined }
  | { readonly type: 'entered'; readonly fields?: readonly Input[] | undefined }
  | { readonly type: 'click_needed' }
  | { readonly type: 'popup_opened' }
  | { readonly type: 'popup_blocked' }
  | { readonly type: 'popup_maybe_closed' }
  | { readonly type: 'left' }
  | { readonly type: 'returned' }
  | { readonly type: 'deadline' }
  | { readonly type: 'overdue' }
  | { readonly type: 'settled'; readonly outcome: Outcome }

/** The names of what a listener is told. */
export type AttemptEvent = AttemptStep['type']

/** The state after a step; the same object where the step changes nothing. */
export function next(state: AttemptState, step: AttemptStep): AttemptState {
  if (state.phase === 'settled') return state
  if (step.type === 'settled') return { phase: 'settled', outcome: step.outcome }
  if (step.type === 'overdue') return { phase: 'settled', outcome: { status: 'expired' } }
  if (step.type === 'asked') return { phase: 'entering', fields: step.fields, problem: step.problem }
  if (step.type === 'entered') return { phase: 'saving', fields: step.fields }
  // Once the answer is here, neither windows nor the session's time matter.
  return state.phase === 'redeeming' ? state : nextOfOpen(state, step)
}

function nextOfOpen(
  state: Exclude<AttemptState, { readonly phase: 'settled' | 'redeeming' }>,
  step: Exclude<AttemptStep, { readonly type: 'settled' | 'overdue' | 'asked' | 'entered' }>,
): AttemptState {
  switch (step.type) {
    case 'click_needed':
      return { phase: 'ready' }
    case 'popup_opened':
      return { phase: 'waiting', maybeClosed: false }
    case 'popup_blocked':
      return { phase: 'blocked' }
    case 'popup_maybe_closed': {
      const away = state.phase === 'leaving' || (state.phase === 'waiting' && !state.maybeClosed)
      return away ? { phase: 'waiting', maybeClosed: true } : state
    }
    case 'left':
      return { phase: 'leaving' }
    case 'returned':
      return { phase: 'redeeming' }
    case 'deadline':
      return { phase: 'settled', outcome: { status: 'expired' } }
  }
}
