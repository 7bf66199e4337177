/** What the element can show, as one union; the element renders it and knows nothing else. */

import type { AttemptState, Outcome, Reason } from '../client/index.ts'

/** A connection that stands. */
export type Connected = Extract<Outcome, { readonly status: 'connected' }>

export type View =
  /** It is not known yet whether there is a connection. */
  | { readonly name: 'loading' }
  /** The host has not set the element up; `attribute` is the one to mend. */
  | { readonly name: 'fault'; readonly attribute: string }
  | { readonly name: 'idle'; readonly note: 'idle' | 'needsReconnect' | 'denied' | 'cancelled' | 'expired' }
  | { readonly name: 'opening' }
  | { readonly name: 'waiting'; readonly maybeClosed: boolean }
  | { readonly name: 'blocked'; readonly url: string | undefined }
  | { readonly name: 'redeeming' }
  | { readonly name: 'connected'; readonly standing: Connected }
  | { readonly name: 'disconnecting' }
  | {
      readonly name: 'failed'
      readonly failure: Failure
      /** What goes on: a new attempt, or asking again how things stand. */
      readonly next: 'connect' | 'load'
    }

/** The name of what the element shows. */
export type Status = View['name']

/** Why something failed. */
export interface Failure {
  readonly reason: Reason
  readonly message: string
  readonly requestId?: string | undefined
}

/** What to show of an attempt under way. */
export function viewOf(state: Exclude<AttemptState, { phase: 'settled' }>, url: string | undefined): View {
  switch (state.phase) {
    case 'preparing':
      return { name: 'opening' }
    case 'waiting':
      return { name: 'waiting', maybeClosed: state.maybeClosed }
    case 'blocked':
      return { name: 'blocked', url }
    case 'redeeming':
      return { name: 'redeeming' }
  }
}
