/** The events of `<connector-auth>`: what happened, to which attempt, and never a credential. */

import type { Reason } from '../client/index.ts'
import type { Status } from './view.ts'

/** What every event tells. */
export interface EventFields {
  readonly connectorId: string
  /** Counts the events of one element, from 1: tells their order in a log. */
  readonly sequence: number
  /** The attempt's id, once the backend has given one. */
  readonly sessionId: string | undefined
  readonly connectionId: string | undefined
}

/** An event of `<connector-auth>`; it bubbles and leaves shadow roots. */
export class ConnectorAuthEvent extends Event implements EventFields {
  declare readonly connectorId: string
  declare readonly sequence: number
  declare readonly sessionId: string | undefined
  declare readonly connectionId: string | undefined

  constructor(name: string, fields: EventFields) {
    super(`connector-auth-${name}`, { bubbles: true, composed: true })
    Object.assign(this, fields)
  }
}

/** An attempt ended with a connection. */
export interface ConnectedEvent extends ConnectorAuthEvent {
  readonly connectionId: string
  /** The scopes that were granted. */
  readonly scopes: readonly string[]
  /** The scopes that were asked for and not granted. */
  readonly missingScopes: readonly string[]
  /** Whether an account that was connected before was renewed instead of added. */
  readonly existing: boolean
}

/** An attempt ended without a connection, by a fault. */
export interface FailedEvent extends ConnectorAuthEvent {
  readonly reason: Reason
  readonly message: string
  readonly retryable: boolean
  /** The backend's id of the request that failed, to quote in a report. */
  readonly requestId: string | undefined
}

/** The browser blocked the window; the attempt goes on. */
export interface PopupBlockedEvent extends ConnectorAuthEvent {
  readonly reason: 'popup_blocked'
}

/** A connection was ended. */
export interface DisconnectedEvent extends ConnectorAuthEvent {
  readonly connectionId: string
  /** What became of the tokens at the authorization server (RFC 7009). */
  readonly revocation: 'revoked' | 'unsupported' | 'failed_will_retry'
}

/** What the element shows changed. */
export interface StatusChangeEvent extends ConnectorAuthEvent {
  readonly status: Status
}

/** Every event by its name. */
export interface ConnectorAuthEventMap {
  /** It is known how things stand. */
  'connector-auth-ready': ConnectorAuthEvent
  'connector-auth-open': ConnectorAuthEvent
  'connector-auth-popup-opened': ConnectorAuthEvent
  'connector-auth-popup-blocked': PopupBlockedEvent
  'connector-auth-popup-maybe-closed': ConnectorAuthEvent
  'connector-auth-returned': ConnectorAuthEvent
  'connector-auth-connected': ConnectedEvent
  'connector-auth-denied': ConnectorAuthEvent
  'connector-auth-cancelled': ConnectorAuthEvent
  'connector-auth-expired': ConnectorAuthEvent
  'connector-auth-failed': FailedEvent
  'connector-auth-status-change': StatusChangeEvent
  'connector-auth-token-refreshed': ConnectorAuthEvent
  'connector-auth-needs-reconnect': ConnectorAuthEvent
  'connector-auth-disconnected': DisconnectedEvent
  'connector-auth-storage-degraded': ConnectorAuthEvent
}

declare global {
  interface HTMLElementEventMap extends ConnectorAuthEventMap {}
}
