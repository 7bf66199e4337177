/** A React app around the component, for a server to write and a browser to bring to life. */

import { type ReactElement, createElement, useEffect, useRef, useState } from 'react'
import { ConnectorAuth, type ConnectorAuthElement } from '../../src/react/index.ts'

/** What the app was told, in order. */
export const told: string[] = []

const say = (line: string) => void told.push(line)

/** A token source that markup cannot hold, so the element needs its properties to be set. */
async function getAuthToken(): Promise<string> {
  const { token }: { token: string } = await (await fetch('/connect-token', { method: 'POST' })).json()
  return token
}

/** Shows one element; a click on *again* puts a new one in its place, *render* renders with new listeners. */
export function App(): ReactElement {
  const element = useRef<ConnectorAuthElement>(null)
  const [place, setPlace] = useState(0)
  const [renders, setRenders] = useState(0)
  const [headless, setHeadless] = useState(false)
  useEffect(() => say(`ref ${typeof element.current?.connect}`), [place])
  const component = createElement(
    ConnectorAuth,
    {
      key: place,
      ref: element,
      baseUrl: '/connector-auth',
      connectorId: 'acme',
      scopes: ['files.read', 'openid'],
      text: { connect: 'Link' },
      className: 'card',
      hidden: false,
      headless,
      getAuthToken,
      onReady: () => say('ready'),
      onConnected: ({ missingScopes }) => say(`connected ${renders} ${missingScopes.length}`),
      onStatusChange: ({ status }) => say(`status ${status}`),
      ...(renders > 1 ? {} : { onOpen: () => say(`open ${renders}`) }),
    },
    createElement('em', null, 'in the slot'),
  )
  const read = async () => say((await element.current?.getAccessToken()) ? 'token' : 'none')
  return createElement(
    'div',
    null,
    component,
    createElement('button', { onClick: () => setPlace(place + 1) }, 'again'),
    createElement('button', { onClick: () => setRenders(renders + 1) }, 'render'),
    createElement('button', { onClick: () => void read() }, 'read'),
    createElement('button', { onClick: () => setHeadless(!headless) }, 'headless'),
  )
}
