/** The tag itself in JSX, for who writes `<connector-auth>` instead of the component (React 19). */

import type { ConnectorAuth, ConnectorAuthEventMap } from '../element/index.ts'

/** Handlers as React 19 attaches them to custom elements: `onconnector-auth-connected={(event) => …}`. */
type Handlers = { readonly [K in keyof ConnectorAuthEventMap as `on${K}`]?: (event: ConnectorAuthEventMap[K]) => void }

type Properties =
  | 'baseUrl'
  | 'tokenUrl'
  | 'authToken'
  | 'getAuthToken'
  | 'connectorId'
  | 'connectionId'
  | 'scopes'
  | 'sessionKey'
  | 'storage'
  | 'force'
  | 'theme'
  | 'mode'
  | 'text'

/** The props of `<connector-auth>`, as properties or as attributes. */
export interface ConnectorAuthProps extends Handlers, Partial<Pick<ConnectorAuth, Properties>> {
  readonly 'base-url'?: string
  readonly 'token-url'?: string
  readonly 'connector-id'?: string
  readonly 'connection-id'?: string
  readonly 'session-key'?: string
  readonly ref?: { current: ConnectorAuth | null } | ((element: ConnectorAuth | null) => unknown) | null
  readonly key?: string | number | null
  readonly children?: unknown
  readonly id?: string
  readonly class?: string
  readonly className?: string
  readonly slot?: string
  readonly lang?: string
  readonly hidden?: boolean
}

/** The tag and its props, for {@link JSX.IntrinsicElements}. */
export interface ConnectorAuthElements {
  'connector-auth': ConnectorAuthProps
}

declare module 'react' {
  // oxlint-disable-next-line typescript/no-namespace -- React's own types keep JSX in a namespace.
  namespace JSX {
    interface IntrinsicElements extends ConnectorAuthElements {}
  }
}
