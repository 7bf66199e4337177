/** The tag itself in JSX, for who writes `<connector-auth>` instead of the component. */

import type { HTMLAttributes, RefAttributes } from 'react'
import type {
  ConnectorAuth,
  ConnectorAuthAttributes,
  ConnectorAuthEventMap,
  ConnectorAuthProperties,
} from '../element/index.ts'

/** Handlers as React 19 attaches them to custom elements: `onconnector-auth-connected={(event) => …}`. */
type Handlers = { [K in keyof ConnectorAuthEventMap as `on${K}`]?: (event: ConnectorAuthEventMap[K]) => void }

/** The props of `<connector-auth>`: attributes in React 18 and 19, properties and handlers in 19. */
export interface ConnectorAuthTagProps
  extends Omit<HTMLAttributes<ConnectorAuth>, keyof ConnectorAuthProperties>,
    RefAttributes<ConnectorAuth>,
    ConnectorAuthAttributes,
    Omit<ConnectorAuthProperties, keyof ConnectorAuthAttributes>,
    Handlers {
  /** The same as `className`; React 18 knows only this one on a custom element. */
  class?: string
}

/** The tag and its props, for {@link JSX.IntrinsicElements}. */
export interface ConnectorAuthElements {
  'connector-auth': ConnectorAuthTagProps
}

declare module 'react' {
  // oxlint-disable-next-line typescript/no-namespace -- React's own types keep JSX in a namespace.
  namespace JSX {
    interface IntrinsicElements extends ConnectorAuthElements {}
  }
}
