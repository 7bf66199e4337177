/** A page with an element in it, a backend behind it at the network, and windows that only note where they are sent. */

import { HttpResponse } from 'msw'
import { type Backend, problem, startBackend, startWorker, until, worker } from '../client/backend.ts'
import { callBack } from '../client/callback.ts'
import { eventNames } from '../../src/element/event-names.ts'
import { type ConnectorAuth, define } from '../../src/element/index.ts'

define()

const names = eventNames.map((name) => name.replace('connector-auth-', ''))
export const terminal = ['connected', 'denied', 'cancelled', 'expired', 'failed']

/** What an event told; a copy, for an assertion that fails prints what it was given, and an event leads to the whole page. */
export type Told = Pick<Event, 'type' | 'bubbles' | 'composed'> & Readonly<Record<string, unknown>>

const account = { id: 'u1', name: 'ana@example.com' }

export function connectionOf(status: 'active' | 'needs_reconnect' = 'active', connectionId = 'default') {
  return {
    connectorId: 'acme',
    connectionId,
    status,
    reason: null,
    owner: 'user',
    account,
    scopes: { requested: ['read', 'write'], granted: ['read'], missing: ['write'] },
    createdAt: '2026-11-12T12:00:00Z',
    updatedAt: '2026-11-21T00:00:00Z',
  }
}

const connector = {
  id: 'acme',
  name: 'Acme Cloud',
  category: 'files',
  method: 'oauth2',
  reach: 'direct',
  apiOrigins: ['https://api.example'],
  scopes: { default: ['read'], required: [], optional: ['write'] },
  icon: {
    viewBox: '0 0 24 24',
    paths: [{ d: 'M7 19a5 5 0 0 1-.6-9.96 6 6 0 0 1 11.54 1.46A4.3 4.3 0 0 1 17.5 19Z', fill: '#5b5bd6' }],
  },
}

/** A test's page; `close` takes it away. */
export interface TestPage {
  readonly backend: Backend
  /** Where each window was sent, in order. */
  readonly windows: string[]
  blocked: boolean
  readonly told: Told[]
  /** What the backend lists. */
  connections: object[]
  connector: object
  /** Given to every element. */
  text: ConnectorAuth['text']
  /** Puts an element into the page. */
  place(attributes?: Readonly<Record<string, string | undefined>>): ConnectorAuth
  /** Puts an element into the page and waits until it knows how things stand. */
  mount(attributes?: Readonly<Record<string, string | undefined>>): Promise<ConnectorAuth>
  /** The names of the events so far, of these only where given. */
  heard(only?: readonly string[]): string[]
  /** Sends the callback page's answer to the newest attempt. */
  answer(query?: string): Promise<void>
  close(): void
}

const open = window.open
let started: Promise<unknown> | undefined

export async function openPage(): Promise<TestPage> {
  // What loads beside first paint is there before a person has read the first words.
  await Promise.all([(started ??= startWorker()), import('../../src/element/views/later.ts')])
  const backend = startBackend()
  const place = document.createElement('div')
  document.body.append(place)
  const told: Told[] = []
  const hear = (event: Event) => {
    const { type, bubbles, composed } = event
    told.push({ ...Object.fromEntries(Object.entries(event)), type, bubbles, composed })
  }
  for (const name of names) place.addEventListener(`connector-auth-${name}`, hear)
  const page: TestPage = {
    backend,
    windows: [],
    blocked: false,
    told,
    connections: [],
    connector,
    text: undefined,
    place(attributes = {}) {
      const element = document.createElement('connector-auth')
      const all = {
        'base-url': backend.baseUrl,
        'token-url': backend.tokenUrl,
        'connector-id': 'acme',
        storage: 'memory',
        ...attributes,
      }
      for (const [name, value] of Object.entries(all)) if (value !== undefined) element.setAttribute(name, value)
      element.text = page.text
      place.append(element)
      return element
    },
    async mount(attributes = {}) {
      const element = page.place(attributes)
      await until(() => element.status !== 'loading', 'the status')
      await element.updateComplete
      return element
    },
    heard: (only = names) =>
      told.map(({ type }) => type.replace('connector-auth-', '')).filter((name) => only.includes(name)),
    async answer(query = 'code=c1') {
      await until(() => page.windows.length > 0 && backend.sessions.length > 0, 'an attempt')
      await until(() => callBack(backend.sessions.at(-1)?.stateKey ?? '', query), 'the answer')
    },
    close() {
      place.remove()
      // A view in another app's browser has another name for it.
      Reflect.deleteProperty(navigator, 'userAgent')
      worker.resetHandlers()
      window.open = open
    },
  }
  backend.instead.set('/connections', () => HttpResponse.json({ connections: page.connections }))
  backend.instead.set('/connectors', () => HttpResponse.json({ connectors: [page.connector] }))
  window.open = (url) => (page.blocked ? null : fakeWindow(page.windows, String(url)))
  return page
}

/** A click as the person's own; `name` as assistive technology says it. */
export async function click(element: ConnectorAuth, name: string): Promise<void> {
  const found = await untilFound(() => buttons(element).find((button) => nameOf(button) === name), `button ${name}`)
  found.click()
  await element.updateComplete
}

export function buttons(element: ConnectorAuth): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>('button:enabled, a') ?? [])]
}

export const nameOf = (button: HTMLElement) => button.ariaLabel ?? button.textContent?.trim() ?? ''

export const message = (element: ConnectorAuth) => element.shadowRoot?.querySelector('[role=status]')?.textContent ?? ''

export { problem, until }

async function untilFound<T>(find: () => T | undefined, what: string): Promise<T> {
  await until(find, what)
  return find() as T
}

function fakeWindow(windows: string[], url: string): Window {
  windows.push(url)
  const fake = {
    closed: false,
    opener: window,
    document: { body: {} },
    location: { replace: (to: string) => windows.push(to) },
    close() {},
  }
  return fake as unknown as Window
}
