/** Parts a component's props: what stands in the markup, on a server too, and what is set on the element. */

import { ConnectorAuth as Element } from '../element/index.ts'
import { isListener } from './listeners.ts'

/** Values by name. */
export type Properties = Readonly<Record<string, unknown>>

interface Split {
  readonly attributes: Properties
  readonly properties: Properties
}

/** Parts props. A string is an attribute where the element has one for it, and other values of the element are properties.
 *
 * A connect token is never written into markup, where a cache and a saved page would keep it.
 */
export function splitProps(props: object): Split {
  const attributes: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || isListener(name)) continue
    const declared = Element.properties[name]
    const attribute = declared?.attribute ?? name
    if (!declared) Object.assign(attributes, foreign(name, value))
    else if (typeof value !== 'string' || attribute === false || name === 'authToken') properties[name] = value
    else attributes[attribute === true ? name : attribute] = value
  }
  return { attributes, properties }
}

/** What any tag may have. React 18 would write `class` and `hidden` of a custom element as `classname` and `hidden="false"`. */
function foreign(name: string, value: unknown): Properties {
  if (name === 'className') return { class: value }
  return value === false && !/^(aria|data)-/.test(name) ? {} : { [name]: value }
}

/** Sets what changed since the last render and unsets what went. The same token again is not a new one: its person may have
 * signed out meanwhile. */
export function assign(element: Element, now: Properties, before: Properties, attributes: Properties): void {
  for (const name of Object.keys(before)) {
    const attribute = Element.properties[name]?.attribute
    const written = typeof attribute === 'string' ? attribute : name
    // A list that became a string has been set by its attribute.
    if (!(name in now) && !(written in attributes)) Reflect.set(element, name, undefined)
  }
  for (const [name, value] of Object.entries(now)) if (value !== before[name]) Reflect.set(element, name, value)
}
