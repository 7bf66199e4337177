/** Entry `connector-auth/svelte`: the tag's types in Svelte's markup, and nothing at run time.
 *
 * `import type {} from 'connector-auth/svelte'` once in an app; `import 'connector-auth'` registers the tag.
 */

import type { HTMLAttributes } from 'svelte/elements'
import type {
  ConnectorAuth,
  ConnectorAuthAttributes,
  ConnectorAuthEventMap,
  ConnectorAuthProperties,
} from '../element/index.ts'

/** `onconnector-auth-connected={(event) => …}` */
type Handlers = { [K in keyof ConnectorAuthEventMap as `on${K}`]?: (event: ConnectorAuthEventMap[K]) => void }

/** Attributes, properties and events of the tag. */
export interface ConnectorAuthTag
  extends Omit<HTMLAttributes<ConnectorAuth>, keyof ConnectorAuthProperties>,
    ConnectorAuthAttributes,
    Omit<ConnectorAuthProperties, keyof ConnectorAuthAttributes>,
    Handlers {}

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'connector-auth': ConnectorAuthTag
  }
}
