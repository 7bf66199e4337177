import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { rejection } from '../client/backend.ts'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, problem, until } from './page.ts'

const categories = ['files', 'crm', 'chat', 'dev-tools']

function connectorsOf(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `service-${index}`,
    name: index === 7 ? 'Café Ledger' : `Service ${String(index).padStart(3, '0')}`,
    category: categories[index % categories.length],
    method: 'oauth2',
    reach: 'direct',
    apiOrigins: ['https://api.example'],
    scopes: { default: ['read'], required: [], optional: [] },
  }))
}

const none = { 'connector-id': undefined }

const rowsOf = ({ shadowRoot }: ConnectorAuth) => [
  ...(shadowRoot?.querySelectorAll<HTMLElement>('li:not([hidden])') ?? []),
]
const cardIn = (element: ConnectorAuth) => element.shadowRoot?.querySelector<ConnectorAuth>('li connector-auth')
const active = ({ shadowRoot }: ConnectorAuth) => {
  const found = shadowRoot?.activeElement
  return found instanceof HTMLElement ? nameOf(found) : ''
}

describe('the list of connectors', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: connectorsOf(200) }))
  })
  afterEach(() => page.close())

  async function type(element: ConnectorAuth, words: string): Promise<void> {
    const search = element.shadowRoot?.querySelector('input')
    if (!search) throw new Error('there is no search')
    search.value = words
    search.dispatchEvent(new Event('input', { bubbles: true }))
    await element.updateComplete
  }

  const press = async (element: ConnectorAuth, key: string) => {
    element.shadowRoot?.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    )
    await element.updateComplete
  }

  it('shows how each stands, what is connected first, with one question for all connections', async () => {
    page.connections = [
      { ...connectionOf(), connectorId: 'service-9' },
      { ...connectionOf('needs_reconnect'), connectorId: 'service-5' },
      { ...connectionOf(), connectorId: 'service-6' },
      { ...connectionOf('active', 'b'.repeat(32)), connectorId: 'service-6' },
    ]
    const element = await page.mount(none)
    expect(element.status).to.equal('list')
    const rows = rowsOf(element)
    expect(rows).to.have.length(200)
    expect(rows.slice(0, 4).map((row) => row.querySelector('p')?.textContent)).to.deep.equal([
      'Access ended',
      '2 accounts connected',
      'Connected as ana@example.com',
      'dev-tools',
    ])
    expect(buttons(element).slice(0, 4).map(nameOf)).to.deep.equal([
      'Reconnect Service 005',
      'Manage Service 006',
      'Manage Service 009',
      'Connect Café Ledger',
    ])
    expect(page.backend.count('/connections')).to.equal(1)
    await expect(element).to.be.accessible()
  })

  it('finds without case and accents, by category too, and says how many', async () => {
    const element = await page.mount(none)
    await type(element, 'CAFE led')
    expect(rowsOf(element).map((row) => row.querySelector('b')?.textContent)).to.deep.equal(['Café Ledger'])
    expect(message(element)).to.equal('1 found')
    await type(element, 'nothing like it')
    expect(rowsOf(element)).to.have.length(0)
    expect(message(element)).to.equal('Nothing found.')
    await click(element, 'Clear the search')
    expect(rowsOf(element)).to.have.length(200)
    const select = element.shadowRoot?.querySelector('select')
    if (!select) throw new Error('there are no categories')
    expect([...select.options].map(({ text }) => text)).to.deep.equal([
      'All categories',
      'Chat',
      'CRM',
      'dev-tools',
      'Files',
    ])
    select.value = 'crm'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    await element.updateComplete
    expect(rowsOf(element)).to.have.length(50)
  })

  it('is one stop for Tab; arrows, Home and End go from row to row, and a letter goes to the search', async () => {
    const element = await page.mount(none)
    const stops = () => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('li > button') ?? [])]
    expect(stops().filter(({ tabIndex }) => tabIndex === 0)).to.have.length(1)
    element.shadowRoot?.querySelector('input')?.focus()
    await press(element, 'ArrowDown')
    expect(active(element)).to.equal('Connect Café Ledger')
    await press(element, 'ArrowDown')
    expect(active(element)).to.equal('Connect Service 000')
    expect(stops().filter(({ tabIndex }) => tabIndex === 0)).to.have.length(1)
    await press(element, 'End')
    expect(active(element)).to.equal('Connect Service 199')
    await press(element, 'Home')
    await press(element, 'ArrowUp')
    expect(element.shadowRoot?.activeElement?.localName).to.equal('input')
    await press(element, 'ArrowDown')
    await press(element, 's')
    expect(element.shadowRoot?.activeElement?.localName).to.equal('input')
  })

  it('makes the row that is pressed the card, whose window opens in that click and whose events are its own', async () => {
    const element = await page.mount(none)
    await click(element, 'Connect Service 001')
    expect(page.windows).to.have.length(1)
    const card = cardIn(element)
    await until(() => card?.status === 'waiting')
    await until(() => element.shadowRoot?.activeElement === card)
    expect(rowsOf(element)).to.have.length(200)
    const completion = element.waitForCompletion()
    page.connections = [{ ...connectionOf(), connectorId: 'service-1' }]
    await page.answer()
    expect(await completion).to.include({ status: 'ACTIVE', connectionId: 'default' })
    await until(() => card?.status === 'connected')
    const own = page.told.filter(({ connectorId }) => connectorId === 'service-1').map(({ type: name }) => name)
    expect(own).to.include('connector-auth-open')
    expect(own).to.include('connector-auth-connected')
    expect(page.told.map(({ sequence }) => sequence)).to.deep.equal(page.told.map((_, index) => index + 1))
    expect(element.status).to.equal('list')
    expect(page.backend.count('/token')).to.equal(1)
  })

  it('keeps the attempts of two rows apart', async () => {
    const element = await page.mount(none)
    await click(element, 'Connect Service 001')
    await click(element, 'Connect Service 002')
    const [one, two] = [...(element.shadowRoot?.querySelectorAll<ConnectorAuth>('li connector-auth') ?? [])]
    await until(() => one?.status === 'waiting' && two?.status === 'waiting')
    one?.cancel()
    await until(() => one?.status === 'idle')
    expect(two?.status).to.equal('waiting')
    expect(page.told.find(({ type: name }) => name === 'connector-auth-cancelled')).to.include({
      connectorId: 'service-1',
    })
    two?.cancel()
  })

  it('takes no more room when it is there than while it is loading', async () => {
    let free: () => void = () => undefined
    const held = new Promise<void>((resolve) => (free = resolve))
    page.backend.instead.set('/connections', () => held.then(() => HttpResponse.json({ connections: [] })))
    const element = page.place(none)
    await until(() => element.shadowRoot?.querySelector('.bones'))
    const before = element.getBoundingClientRect().height
    free()
    await until(() => element.status === 'list')
    await element.updateComplete
    expect(element.getBoundingClientRect().height).to.equal(before)
  })

  it('tells a failure, and tries again', async () => {
    page.backend.instead.set('/connectors', () => problem('storage_unavailable', 503))
    const element = await page.mount(none)
    expect(element.status).to.equal('failed')
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: connectorsOf(3) }))
    await click(element, 'Try again')
    await until(() => element.status === 'list')
    await element.updateComplete
    expect(rowsOf(element)).to.have.length(3)
    expect(element.shadowRoot?.querySelector('input'), 'three need no search').to.equal(null)
  })

  it('says what to set where one connector is meant', async () => {
    const element = await page.mount(none)
    expect(await rejection(element.getAccessToken())).to.include({ reason: 'invalid_configuration' })
    expect(await rejection(element.getStatus())).to.include({ message: 'Set connector-id on <connector-auth>.' })
    expect(await element.connect()).to.include({ status: 'failed', reason: 'invalid_configuration' })
  })
})
