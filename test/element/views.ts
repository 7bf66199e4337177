/** Every view of the element, brought about in a page with made-up data: what accessibility, languages, layout and pictures
 * are tested with. */

import { HttpResponse } from 'msw'
import { type ConnectorAuth } from '../../src/element/index.ts'
import { createClient } from '../../src/client/index.ts'
import { type TestPage, buttons, connectionOf, problem, until } from './page.ts'

type Attributes = Readonly<Record<string, string | undefined>>

/** Brings an element into one view. */
export type Show = (page: TestPage, attributes?: Attributes) => Promise<ConnectorAuth>

/** Presses the button that goes on. */
async function press(element: ConnectorAuth): Promise<void> {
  const find = () => element.shadowRoot?.querySelector<HTMLElement>('[part~=main]')
  await until(find, 'the main button')
  find()?.click()
  await element.updateComplete
}

async function showAttempt(page: TestPage, attributes?: Attributes): Promise<ConnectorAuth> {
  const element = await page.mount(attributes)
  await press(element)
  await until(() => element.status === 'waiting', 'waiting')
  return element
}

async function endAttempt(page: TestPage, query: string, attributes?: Attributes): Promise<ConnectorAuth> {
  const element = await showAttempt(page, attributes)
  await page.answer(query)
  await until(() => element.status === 'idle' || element.status === 'failed', 'the end')
  return element
}

const many = ['Acme Cloud', 'Birch Mail', 'Cedar Notes', 'Dune Analytics', 'Elm Tickets', 'Fjord CRM', 'Grove Pay'].map(
  (name, index) => ({
    id: index === 0 ? 'acme' : (name.split(' ')[0]?.toLowerCase() ?? ''),
    name,
    category: index % 2 === 0 ? 'files' : 'mail',
    method: 'oauth2',
    reach: 'direct',
    apiOrigins: ['https://api.example'],
    scopes: { default: ['read'], required: [], optional: [] },
  }),
)

/** Without `connector-id`: the list of connectors. */
async function showList(page: TestPage, attributes?: Attributes): Promise<ConnectorAuth> {
  page.connections = [connectionOf()]
  page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: [page.connector, ...many.slice(1)] }))
  const element = page.place({ ...attributes, 'connector-id': undefined })
  await until(() => element.shadowRoot?.querySelectorAll('[part~=row]').length === many.length, 'the rows')
  return element
}

/** Names are made up, so that they are told apart from the element's own words. */
const formConnector = {
  id: 'acme',
  name: 'Acme Cloud',
  category: 'files',
  method: 'api_key',
  reach: 'proxy',
  apiOrigins: [],
  scopes: { default: [], required: [], optional: [] },
  asks: true,
  inputs: [
    { name: 'apiKey', label: '1', secret: true, help: '2' },
    { name: 'site', label: '3', prefix: 'https://', suffix: '.acme.test', format: 'subdomain' },
    { name: 'region', label: '4', enum: ['eu', 'us'], labels: { eu: '5', us: '6' }, default: 'eu', optional: true },
  ],
}

/** Presses the button and waits for the form. */
async function showForm(page: TestPage, attributes?: Attributes, connector: object = formConnector) {
  page.connector = connector
  const element = await page.mount(attributes)
  await until(() => page.heard(['ready']).length, 'the connector')
  await press(element)
  await until(() => element.shadowRoot?.querySelector<HTMLDialogElement>('dialog')?.open, 'the form')
  return element
}

/** By name; each has a page to itself. */
export const views: Readonly<Record<string, Show>> = {
  async loading(page, attributes) {
    page.backend.instead.set('/connections', () => new Promise<Response>(() => undefined))
    return page.place(attributes)
  },
  idle: (page, attributes) => page.mount(attributes),
  fault: (page, attributes) => page.mount({ ...attributes, 'token-url': undefined }),
  async 'in a browser inside another app'(page, attributes) {
    Object.defineProperty(navigator, 'userAgent', { value: 'Instagram 350.0', configurable: true })
    const element = await page.mount(attributes)
    await until(() => element.shadowRoot?.querySelector('input'), 'the link')
    return element
  },
  async opening(page, attributes) {
    page.backend.instead.set('/auth-sessions', () => new Promise<Response>(() => undefined))
    const element = await page.mount(attributes)
    await press(element)
    await until(() => element.status === 'opening', 'opening')
    return element
  },
  waiting: showAttempt,
  async 'left for the service'(page, attributes) {
    // A page that is left is not the test's own: the record of one that was.
    const client = createClient({ baseUrl: page.backend.baseUrl, tokenUrl: page.backend.tokenUrl, storage: 'memory' })
    client.start({ connectorId: 'acme' }).release()
    const pendingNames = () => Object.keys(sessionStorage).filter((name) => name.includes(page.backend.baseUrl))
    await until(() => pendingNames().length > 0, 'the record')
    for (const name of pendingNames()) {
      const record = JSON.parse(sessionStorage.getItem(name) ?? '')
      const left = JSON.stringify({ ...record, left: true })
      // Another id, whatever it began with.
      sessionStorage.setItem(
        name,
        left.replace(/as_([0-9a-f])/g, (_, digit) => (digit === '0' ? 'as_1' : 'as_0')),
      )
    }
    const element = await page.mount(attributes)
    await until(() => element.status === 'waiting', 'waiting')
    client.close()
    return element
  },
  async blocked(page, attributes) {
    page.blocked = true
    const element = await page.mount(attributes)
    await element.prepare()
    await press(element)
    await until(() => element.status === 'blocked', 'blocked')
    return element
  },
  async redeeming(page, attributes) {
    page.backend.instead.set('/redeem', () => new Promise<Response>(() => undefined))
    const element = await showAttempt(page, attributes)
    await page.answer()
    await until(() => element.status === 'redeeming', 'redeeming')
    return element
  },
  async connected(page, attributes) {
    page.connections = [connectionOf()]
    return page.mount(attributes)
  },
  async permissions(page, attributes) {
    page.connections = [connectionOf()]
    const element = await page.mount(attributes)
    await until(() => element.shadowRoot?.querySelector('summary'), 'the permissions')
    element.shadowRoot?.querySelector('summary')?.click()
    return element
  },
  async 'connected after Cancel'(page, attributes) {
    const element = await showAttempt(page, attributes)
    element.cancel()
    page.connections = [connectionOf()]
    await page.answer()
    await until(() => element.status === 'connected' && buttons(element).length > 1, 'the late connection')
    return element
  },
  async disconnecting(page, attributes) {
    page.connections = [connectionOf()]
    page.backend.instead.set('/disconnect', () => new Promise<Response>(() => undefined))
    const element = await page.mount(attributes)
    void element.disconnect().catch(() => undefined)
    await until(() => element.status === 'disconnecting', 'disconnecting')
    return element
  },
  async 'needs reconnect'(page, attributes) {
    page.connections = [connectionOf('needs_reconnect')]
    return page.mount(attributes)
  },
  entering: (page, attributes) => showForm(page, attributes),
  async 'entering again'(page, attributes) {
    page.backend.instead.set('POST /api/v1/connections/acme', () => problem('credentials_rejected', 422))
    const element = await showForm(page, attributes)
    const root = element.shadowRoot
    for (const field of root?.querySelectorAll<HTMLInputElement>('dialog input') ?? []) field.value = 'wrong'
    root?.querySelector<HTMLElement>('dialog [part~=main]')?.click()
    await until(() => root?.querySelector('[role=alert]')?.textContent, 'the refusal')
    return element
  },
  async 'entering what is marked'(page, attributes) {
    const element = await showForm(page, attributes)
    element.shadowRoot?.querySelector<HTMLElement>('dialog [part~=main]')?.click()
    await until(() => element.shadowRoot?.querySelector('[part=field-fault]'), 'the fault')
    return element
  },
  async saving(page, attributes) {
    page.backend.instead.set('POST /api/v1/connections/acme', () => new Promise<Response>(() => undefined))
    page.connector = { ...formConnector, inputs: formConnector.inputs.slice(2) }
    const element = await showForm(page, attributes, page.connector)
    element.shadowRoot?.querySelector<HTMLElement>('dialog [part~=main]')?.click()
    await until(() => element.status === 'saving', 'saving')
    return element
  },
  denied: (page, attributes) => endAttempt(page, 'error=access_denied', attributes),
  async cancelled(page, attributes) {
    const element = await showAttempt(page, attributes)
    element.cancel()
    return element
  },
  async failed(page, attributes) {
    page.backend.instead.set('/connections', () => problem('storage_unavailable', 503))
    return page.mount(attributes)
  },
  list: showList,
  async 'nothing found'(page, attributes) {
    const element = await showList(page, attributes)
    const search = element.shadowRoot?.querySelector('input')
    if (search) search.value = '?'
    search?.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await element.updateComplete
    return element
  },
  async 'several accounts'(page, attributes) {
    page.connections = [connectionOf(), connectionOf('needs_reconnect', 'b'.repeat(32))]
    const element = page.place(attributes)
    await until(() => element.shadowRoot?.querySelectorAll('[exportparts]').length === 2, 'the accounts')
    const nested = [...(element.shadowRoot?.querySelectorAll('[exportparts]') ?? [])]
    await until(() => nested.every((one) => one.shadowRoot?.querySelector('button:enabled')), 'their cards')
    return element
  },
  async 'before a disconnect'(page, attributes) {
    page.connections = [connectionOf()]
    const element = await page.mount(attributes)
    const button = () => element.shadowRoot?.querySelector<HTMLElement>('[aria-haspopup=dialog]')
    await until(button, 'the button')
    button()?.click()
    await until(() => element.shadowRoot?.querySelector('dialog[open]'), 'the question')
    return element
  },
}

/** Waits until an element is as it will stay: its words are there, and what moves has come to rest. */
export async function settle(element: ConnectorAuth): Promise<void> {
  const words = () =>
    [...(element.shadowRoot?.querySelectorAll('[part~=row], [role=status]') ?? [])].some((one) =>
      one.textContent?.trim(),
    )
  await until(words, 'the words')
  await element.updateComplete
  // Rows have their own height once the browser has seen that they are in view.
  if (element.shadowRoot?.querySelector('[part~=row]'))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}
