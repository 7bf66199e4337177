/** Entry `connector-auth/svelte`: the tag's types in Svelte's markup, and nothing at run time.
 *
 * `import type {} from 'connector-auth/svelte'` once in an app; `import 'connector-auth'` registers the tag.
 */

import type { HTMLAttributes } from 'svelte/elements'
import type {
  ConnectorAuth,
  ConnectorAuthAttributes,
  ConnectorAuthProperties,
  ConnectorAuthTagListeners,
} from '../element/index.ts'

/** Set as a property, scopes may be a list. */
type Written = Omit<ConnectorAuthAttributes, 'scopes'>

/** Attributes, properties and events of the tag: `onconnector-auth-connected={(event) => …}`. */
export interface ConnectorAuthTag
  extends Omit<HTMLAttributes<ConnectorAuth>, keyof ConnectorAuthProperties>,
    Written,
    Omit<ConnectorAuthProperties, keyof Written>,
    ConnectorAuthTagListeners {}

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'connector-auth': ConnectorAuthTag
  }
}
