/** What the element can show, as one union; the element renders it and knows nothing else. */

import type { Attempt, AttemptState, Connection, Input, Outcome, Problem, Reason } from '../client/index.ts'

/** A connection that stands. */
export type Connected = Extract<Outcome, { readonly status: 'connected' }>

export type View =
  /** It is not known yet whether there is a connection. */
  | { readonly name: 'loading' }
  /** The host has not set the element up; `attribute` is the one to mend. */
  | { readonly name: 'fault'; readonly attribute: string }
  /** `ended`: the connection that needs a reconnect. */
  | { readonly name: 'idle'; readonly note: Note | 'needsReconnect'; readonly ended?: Connection | undefined }
  /** The connectors to choose from. */
  | { readonly name: 'list' }
  /** The accounts of one connector, each in a card of its own; this one adds another. */
  | { readonly name: 'accounts'; readonly note: Note; readonly count: number }
  | { readonly name: 'opening' }
  /** The person is asked for what stands in `fields`. */
  | { readonly name: 'entering'; readonly fields: readonly Input[]; readonly problem: Problem | undefined }
  /** What was typed is being tried; `fields`: those of the form, where there was one. */
  | { readonly name: 'saving'; readonly fields: readonly Input[] | undefined }
  /** `left`: the tab was left for it. */
  | { readonly name: 'waiting'; readonly maybeClosed: boolean; readonly left: boolean }
  /** All is there, and a click must open the window. */
  | { readonly name: 'ready' }
  | { readonly name: 'blocked'; readonly url: string | undefined }
  | { readonly name: 'redeeming' }
  /** `late`: it came about after the attempt had ended here. `note`: how an attempt to change it ended. */
  | {
      readonly name: 'connected'
      readonly standing: Connected
      readonly late?: boolean
      readonly note?: Exclude<Note, 'idle'>
    }
  | { readonly name: 'disconnecting' }
  | {
      readonly name: 'failed'
      readonly failure: Failure
      /** What goes on: the same attempt once more, or asking again how things stand. */
      readonly next: 'again' | 'load'
      /** Whether there is something to go back to. */
      readonly back?: boolean
    }

/** How the last attempt ended, where it brought nothing. */
export type Note = 'idle' | 'denied' | 'cancelled' | 'expired'

/** The name of what the element shows. */
export type Status = View['name']

/** Why something failed. */
export interface Failure {
  readonly reason: Reason
  readonly message: string
  readonly requestId?: string | undefined
}

/** What to show of an attempt under way. */
export function viewOf(state: Exclude<AttemptState, { phase: 'settled' }>, { url, left }: Attempt): View {
  switch (state.phase) {
    case 'entering':
      return { name: 'entering', fields: state.fields, problem: state.problem }
    case 'saving':
      return { name: 'saving', fields: state.fields }
    case 'preparing':
    case 'leaving':
      return { name: 'opening' }
    case 'ready':
      return { name: 'ready' }
    case 'waiting':
      return { name: 'waiting', maybeClosed: state.maybeClosed, left }
    case 'blocked':
      return { name: 'blocked', url }
    case 'redeeming':
      return { name: 'redeeming' }
  }
}
