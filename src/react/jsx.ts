/** The tag itself in JSX, for who writes `<connector-auth>` instead of the component. */

import type { HTMLAttributes, RefAttributes } from 'react'
import type {
  ConnectorAuth,
  ConnectorAuthAttributes,
  ConnectorAuthProperties,
  ConnectorAuthTagListeners,
} from '../element/index.ts'

/** The props of `<connector-auth>`: attributes in React 18 and 19, properties and listeners in 19
 * (`onconnector-auth-connected={(event) => …}`). */
export interface ConnectorAuthTagProps
  extends Omit<HTMLAttributes<ConnectorAuth>, keyof ConnectorAuthProperties>,
    RefAttributes<ConnectorAuth>,
    ConnectorAuthAttributes,
    Omit<ConnectorAuthProperties, keyof ConnectorAuthAttributes>,
    ConnectorAuthTagListeners {
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
