/** What may be set on `<connector-auth>`, as types: for JSX, for templates, for wrappers. */

import type { LitElement } from 'lit'
import type { ConnectorAuth } from './connector-auth.ts'
import type { ConnectorAuthEventMap } from './events.ts'

type Own = Exclude<keyof ConnectorAuth, keyof LitElement | 'status'>

type Settable = {
  [K in Own]: ConnectorAuth[K] extends (...parameters: never[]) => unknown ? never : K
}[Own]

/** The element's properties that a host sets, none of them required. */
export type ConnectorAuthProperties = { -readonly [K in Settable]?: ConnectorAuth[K] | undefined }

type Kebab<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Kebab<Rest>}`
    : `-${Lowercase<First>}${Kebab<Rest>}`
  : Name

/** A value that can stand in markup. */
type InMarkup<T> =
  Extract<T, string | boolean> extends infer Plain ? (Plain extends boolean ? boolean | '' : Plain) : never

/** The same as attributes: `base-url`, `connector-id`, …; only what can be said in markup. */
export type ConnectorAuthAttributes = {
  [K in Settable as [InMarkup<ConnectorAuth[K]>] extends [never] ? never : Kebab<K>]?:
    | InMarkup<ConnectorAuth[K]>
    | undefined
}

type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Name>

/** A listener for each event, by the name that a component's property for it has: `onConnected`, `onPopupBlocked`, … */
export type ConnectorAuthListeners = {
  [K in keyof ConnectorAuthEventMap as K extends `connector-auth-${infer Name}` ? `on${Pascal<Name>}` : never]?:
    | ((event: ConnectorAuthEventMap[K]) => void)
    | undefined
}

/** A listener for each event, by the name that a custom element's property for it has: `onconnector-auth-connected`, … */
export type ConnectorAuthTagListeners = {
  [K in keyof ConnectorAuthEventMap as `on${K}`]?: ((event: ConnectorAuthEventMap[K]) => void) | undefined
}
