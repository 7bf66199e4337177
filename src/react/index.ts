/** Entry `connector-auth/react`: `<ConnectorAuth>` as a React component, with its events as props. */
'use client'

export type { ConnectedEvent, ConnectorAuthEvent, FailedEvent, StatusChangeEvent } from '../element/index.ts'
export type { ConnectorAuth as ConnectorAuthElement } from '../element/index.ts'
export { ConnectorAuth, type ConnectorAuthProps } from './connector-auth.ts'
export type { ConnectorAuthElements, ConnectorAuthTagProps } from './jsx.ts'
