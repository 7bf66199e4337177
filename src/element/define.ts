/** Registers `<connector-auth>`; loaded twice, or on a server, it does nothing. */

import { ConnectorAuth } from './connector-auth.ts'

declare global {
  interface HTMLElementTagNameMap {
    'connector-auth': ConnectorAuth
  }
}

/** Registers the element under a tag. The first definition stays: two bundles on one page must not break it.
 *
 * @returns The class that stands behind the tag, from whichever bundle.
 */
export function define(
  tag = 'connector-auth',
  registry: CustomElementRegistry | undefined = globalThis.customElements,
): unknown {
  // A class stands for one tag only, so another tag gets a class of its own.
  if (registry && !registry.get(tag))
    registry.define(tag, registry.getName(ConnectorAuth) ? class extends ConnectorAuth {} : ConnectorAuth)
  return registry?.get(tag)
}
