/** The names of the element's events, for who listens to all of them; nothing that a page loads for a button needs it. */

import type { ConnectorAuthEventMap } from './events.ts'
import type { ConnectorAuthListeners } from './props.ts'

/** Each event by the name of a component's property for it. An event that is missing here does not compile. */
export const listenerEvents = {
  onReady: 'connector-auth-ready',
  onOpen: 'connector-auth-open',
  onPopupOpened: 'connector-auth-popup-opened',
  onPopupBlocked: 'connector-auth-popup-blocked',
  onPopupMaybeClosed: 'connector-auth-popup-maybe-closed',
  onReturned: 'connector-auth-returned',
  onConnected: 'connector-auth-connected',
  onDenied: 'connector-auth-denied',
  onCancelled: 'connector-auth-cancelled',
  onExpired: 'connector-auth-expired',
  onFailed: 'connector-auth-failed',
  onStatusChange: 'connector-auth-status-change',
  onTokenRefreshed: 'connector-auth-token-refreshed',
  onNeedsReconnect: 'connector-auth-needs-reconnect',
  onDisconnected: 'connector-auth-disconnected',
  onStorageDegraded: 'connector-auth-storage-degraded',
} as const satisfies Record<keyof ConnectorAuthListeners, keyof ConnectorAuthEventMap>

/** All of them. */
export const eventNames: readonly (keyof ConnectorAuthEventMap)[] = Object.values(listenerEvents)
