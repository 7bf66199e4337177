/** The React component: markup that a server can write too, and what markup cannot say is set when the page is alive. */
'use client'

import {
  type ForwardRefExoticComponent,
  type HTMLAttributes,
  type ReactNode,
  type RefAttributes,
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react'
import {
  type ConnectorAuthListeners,
  type ConnectorAuthProperties,
  type ConnectorAuth as Element,
  define,
} from '../element/index.ts'
import { listen, readListeners } from './listeners.ts'
import { type Properties, assign, splitProps } from './split-props.ts'

type Own = Omit<ConnectorAuthProperties, 'baseUrl'> & ConnectorAuthListeners

/** The element's properties (`baseUrl`, `getAuthToken`, …), its events (`onConnected`, `onFailed`, …), and what any tag has. */
export interface ConnectorAuthProps extends Own, Omit<HTMLAttributes<Element>, keyof Own | 'baseUrl'> {
  /** Where the backend answers, absolute or as a path. */
  readonly baseUrl: string
  readonly children?: ReactNode
}

/** React 18 warns of a layout effect on a server, where neither kind runs. */
const useBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect

/** `<connector-auth>` in React 18 and 19; a `ref` gives the element with its methods.
 *
 * On a server it is the bare tag, without a credential. The tag is defined when the first one is mounted, so that an element
 * that a server wrote comes alive with all its properties.
 */
export const ConnectorAuth: ForwardRefExoticComponent<ConnectorAuthProps & RefAttributes<Element>> = forwardRef<
  Element,
  ConnectorAuthProps
>(function ConnectorAuth(props, ref) {
  const { attributes, properties } = splitProps(props)
  const element = useRef<Element | null>(null)
  const before = useRef<Properties>({})
  const listeners = useRef<ConnectorAuthListeners>({})
  useImperativeHandle<Element | null, Element | null>(ref, () => element.current, [])
  useBeforePaint(() => {
    define()
    listeners.current = readListeners(props)
    if (element.current) assign(element.current, properties, before.current, attributes)
    before.current = properties
  })
  useBeforePaint(() => (element.current ? listen(element.current, () => listeners.current) : undefined), [])
  return createElement('connector-auth', { ...attributes, ref: element })
})
