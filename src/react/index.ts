/** Entry `connector-auth/react`: `<ConnectorAuth>` as a React component, with its events as props. */

import { type EventName, createComponent } from '@lit/react'
import * as React from 'react'
import {
  ConnectorAuth as ConnectorAuthElement,
  type ConnectedEvent,
  type ConnectorAuthEvent,
  type FailedEvent,
  type StatusChangeEvent,
  define,
} from '../element/index.ts'

define()

const name = <T extends Event>(event: string) => `connector-auth-${event}` as EventName<T>

/** The element in React: properties as props (`baseUrl`, `getAuthToken`, …), events as `onConnected`, `onFailed`, … */
export const ConnectorAuth = createComponent({
  react: React,
  tagName: 'connector-auth',
  elementClass: ConnectorAuthElement,
  displayName: 'ConnectorAuth',
  events: {
    onReady: name<ConnectorAuthEvent>('ready'),
    onOpen: name<ConnectorAuthEvent>('open'),
    onPopupOpened: name<ConnectorAuthEvent>('popup-opened'),
    onPopupBlocked: name<ConnectorAuthEvent>('popup-blocked'),
    onPopupMaybeClosed: name<ConnectorAuthEvent>('popup-maybe-closed'),
    onReturned: name<ConnectorAuthEvent>('returned'),
    onConnected: name<ConnectedEvent>('connected'),
    onDenied: name<ConnectorAuthEvent>('denied'),
    onCancelled: name<ConnectorAuthEvent>('cancelled'),
    onExpired: name<ConnectorAuthEvent>('expired'),
    onFailed: name<FailedEvent>('failed'),
    onStatusChange: name<StatusChangeEvent>('status-change'),
    onTokenRefreshed: name<ConnectorAuthEvent>('token-refreshed'),
    onNeedsReconnect: name<ConnectorAuthEvent>('needs-reconnect'),
    onDisconnected: name<ConnectorAuthEvent>('disconnected'),
    onStorageDegraded: name<ConnectorAuthEvent>('storage-degraded'),
  },
})

export type { ConnectorAuthElements, ConnectorAuthProps } from './jsx.ts'
export type { ConnectedEvent, ConnectorAuthElement, ConnectorAuthEvent, FailedEvent, StatusChangeEvent }
