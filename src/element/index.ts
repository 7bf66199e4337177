/** The element's class, its events and types; importing this registers nothing. */

export type {
  Completion,
  ConnectionStatus,
  Credentials,
  Disconnected,
  Outcome,
  Reason,
  WaitOptions,
} from '../client/index.ts'
export { ConnectorAuthError } from '../protocol/errors.ts'
export type { ReadOptions } from './read-options.ts'
export { ConnectorAuth, type EntryOptions } from './connector-auth.ts'
export { define } from './define.ts'
export {
  type ConnectedEvent,
  ConnectorAuthEvent,
  type ConnectorAuthEventMap,
  type DisconnectedEvent,
  type FailedEvent,
  type PopupBlockedEvent,
  type StatusChangeEvent,
} from './events.ts'
export type {
  ConnectorAuthAttributes,
  ConnectorAuthListeners,
  ConnectorAuthProperties,
  ConnectorAuthTagListeners,
} from './props.ts'
export type { Text } from './text.ts'
export type { Status } from './view.ts'
