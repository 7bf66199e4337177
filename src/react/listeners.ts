/** The element's events as props. */

import { listenerEvents } from '../element/event-names.ts'
import type { ConnectorAuth, ConnectorAuthListeners } from '../element/index.ts'

/** Whether a prop is a listener of the element's own events. */
export function isListener(prop: string): prop is keyof typeof listenerEvents {
  return prop in listenerEvents
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
  for (const [prop, event] of Object.entries(listenerEvents)) {
    const tell = (happened: Event) => {
      const listener: unknown = Reflect.get(latest(), prop)
      if (typeof listener === 'function') Reflect.apply(listener, undefined, [happened])
    }
    element.addEventListener(event, tell, { signal: lifetime.signal })
  }
  return () => lifetime.abort()
}
