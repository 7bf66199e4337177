/** The element's events as props. */

import type { ConnectorAuth, ConnectorAuthEventMap, ConnectorAuthListeners } from '../element/index.ts'

/** By the name of the prop. An event that is missing here does not compile. */
const names = {
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

/** Whether a prop is a listener of the element's own events. */
export function isListener(prop: string): prop is keyof typeof names {
  return prop in names
}

/** The listeners among a component's props. */
export function readListeners(props: ConnectorAuthListeners): ConnectorAuthListeners {
  return Object.fromEntries(Object.entries(props).filter(([name]) => isListener(name)))
}

/** Listens to all events, and tells each to the listener of the latest render.
 *
 * @returns What ends it.
 */
export function listen(element: ConnectorAuth, latest: () => ConnectorAuthListeners): () => void {
  const lifetime = new AbortController()
  for (const [prop, event] of Object.entries(names)) {
    const tell = (happened: Event) => {
      const listener: unknown = Reflect.get(latest(), prop)
      if (typeof listener === 'function') Reflect.apply(listener, undefined, [happened])
    }
    element.addEventListener(event, tell, { signal: lifetime.signal })
  }
  return () => lifetime.abort()
}
