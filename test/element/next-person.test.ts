import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { rejection, tagOfUser } from '../client/backend.ts'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, terminal, until } from './page.ts'

const second = 'b'.repeat(32)
const tokenOf = (user: string, secret = '1') => `cct_${tagOfUser(user)}_${secret.repeat(64)}`
const list = { 'connector-id': undefined }
const byToken = { 'auth-token': tokenOf('a'), 'token-url': undefined }

const cardsIn = ({ shadowRoot }: ConnectorAuth) => [
  ...(shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? []),
]
const settle = () => new Promise((resolve) => setTimeout(resolve, 60))
const shows = (element: ConnectorAuth, name: string) => buttons(element).map(nameOf).includes(name)

describe('where another person comes, the cards in an element', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  async function openCard(element: ConnectorAuth): Promise<ConnectorAuth> {
    await click(element, 'Connect Acme Cloud')
    const card = cardsIn(element)[0]
    if (!card) throw new Error('there is no card')
    await until(() => card.status === 'waiting', 'the attempt')
    return card
  }

  async function connect(element: ConnectorAuth): Promise<void> {
    const card = await openCard(element)
    await page.answer()
    await until(() => message(card) === 'Connected as Ada', 'the connection')
  }

  it('show nothing of the one who signed out, also after an attempt that brought nothing', async () => {
    const element = await page.mount(list)
    await connect(element)
    await element.signOut()
    await until(() => shows(element, 'Connect Acme Cloud'), 'the row')
    page.backend.user = 'b'
    const card = await openCard(element)
    await click(card, 'Cancel')
    await until(() => card.status !== 'waiting')
    expect(card.status).to.equal('idle')
    expect(message(card)).to.equal('Cancelled. Nothing was connected.')
    expect(card.connectionId).to.equal('')
  })

  it('are new ones where the host gives a token of another person', async () => {
    const element = await page.mount({ ...list, ...byToken })
    await connect(element)
    element.authToken = tokenOf('b')
    await until(() => shows(element, 'Connect Acme Cloud'), 'the row')
    const card = await openCard(element)
    expect(page.backend.sessions).to.have.length(2)
    expect(await card.getStatus()).to.deep.equal({ status: 'not_connected' })
    card.cancel()
    await until(() => card.status === 'idle')
    await element.updateComplete
  })

  it('are new ones too where each is one of several accounts', async () => {
    page.connections = [connectionOf(), connectionOf('active', second)]
    const element = await page.mount(byToken)
    await until(() => cardsIn(element).length === 2, 'the accounts')
    const before = cardsIn(element)
    element.authToken = tokenOf('b')
    await until(() => cardsIn(element)[0]?.status === 'connected' && cardsIn(element)[0] !== before[0], 'theirs')
    const card = cardsIn(element)[1]
    if (card) await click(card, 'Reconnect Acme Cloud (ana@example.com 2)')
    await until(() => page.backend.sessions.length === 1, 'the attempt')
    expect(card?.status).not.to.equal('failed')
    card?.cancel()
  })

  it('tell how the attempt of the one before ended, once', async () => {
    const element = await page.mount(list)
    await openCard(element)
    await element.signOut()
    await settle()
    expect(page.heard(terminal)).to.deep.equal(['cancelled'])
    expect(page.told.find(({ type }) => type === 'connector-auth-cancelled')).to.include({ connectorId: 'acme' })
    expect(page.told.map(({ sequence }) => sequence)).to.deep.equal(page.told.map((_, index) => index + 1))
  })

  it('leave no search and no order of rows behind that tell of the one before', async () => {
    const other = { ...page.connector, id: 'birch', name: 'Birch Mail' }
    const more = ['c', 'd', 'e', 'f', 'g'].map((id) => ({ ...page.connector, id, name: id }))
    const all = [page.connector, other, ...more]
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: all }))
    page.connections = [{ ...connectionOf(), connectorId: 'birch' }]
    const element = await page.mount(list)
    await element.updateComplete
    const names = () => [...(element.shadowRoot?.querySelectorAll('li b') ?? [])].map((one) => one.textContent)
    expect(names()[0]).to.equal('Birch Mail')
    const search = element.shadowRoot?.querySelector('input')
    if (!search) throw new Error('there is no search')
    search.value = 'payroll'
    search.dispatchEvent(new Event('input', { bubbles: true }))
    await element.updateComplete
    await element.signOut()
    await element.updateComplete
    expect(search.value).to.equal('')
    expect(names()[0]).to.equal('Acme Cloud')
  })
})

describe('who waits for a connection of one person', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  for (const [where, attributes] of [
    ['an element', {}],
    ['a list', list],
  ] as const) {
    it(`is told that they signed out, and not what the next one connects: ${where}`, async () => {
      const element = await page.mount(attributes)
      const waiting = rejection(element.waitForCompletion())
      await element.signOut()
      page.backend.user = 'b'
      await click(element, 'Connect Acme Cloud')
      await page.answer()
      expect(await waiting).to.include({ name: 'AuthenticationError', reason: 'signed_out' })
      expect(await element.waitForCompletion()).to.include({ status: 'ACTIVE' })
    })

    it(`is told that another is here, also in the midst of an attempt: ${where}`, async () => {
      const element = await page.mount({ ...attributes, ...byToken })
      const before = rejection(element.waitForCompletion())
      await click(element, 'Connect Acme Cloud')
      await until(() => (cardsIn(element)[0] ?? element).status === 'waiting', 'the attempt')
      const [during, ofCard] = [element, cardsIn(element)[0] ?? element].map((one) =>
        rejection(one.waitForCompletion()),
      )
      element.authToken = tokenOf('b')
      for (const waiting of [before, during, ofCard])
        expect(await waiting).to.include({ name: 'AuthenticationError', reason: 'person_changed' })
      expect(await rejection(element.waitForCompletion({ timeoutSeconds: 0.1 }))).to.include({ reason: 'timeout' })
    })
  }

  it('is told so before it is known how things stand', async () => {
    const element = page.place()
    const waiting = rejection(element.waitForCompletion())
    await element.signOut()
    expect(await waiting).to.include({ reason: 'signed_out' })
  })
})

describe('an element that was out of the page', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it('shows nothing of a person who may have left meanwhile, until it is known who is there', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    const place = element.parentElement
    expect(message(element)).to.equal('Connected as ana@example.com')
    element.remove()
    await settle()
    let free: () => void = () => undefined
    const held = new Promise<void>((resolve) => (free = resolve))
    page.backend.instead.set('/connections', () => held.then(() => HttpResponse.json({ connections: [] })))
    place?.append(element)
    await element.updateComplete
    expect(message(element)).not.to.include('ana')
    free()
    await until(() => element.status === 'idle')
  })

  it('tells who waits for a connection there that the person has left meanwhile', async () => {
    const element = await page.mount()
    const place = element.parentElement
    const waiting = rejection(element.waitForCompletion())
    await settle()
    element.remove()
    await settle()
    const other = await page.mount()
    await other.signOut()
    page.backend.user = 'b'
    place?.append(element)
    await until(() => element.status === 'idle')
    void element.connect()
    await page.answer()
    expect(await waiting).to.include({ reason: 'signed_out' })
  })

  it('lets its client go once nobody waits there any more', async () => {
    const element = await page.mount()
    const stop = new AbortController()
    const waiting = rejection(element.waitForCompletion({ signal: stop.signal }))
    await settle()
    element.remove()
    await settle()
    stop.abort()
    expect(await waiting).to.include({ reason: 'aborted' })
    await settle()
    const told = page.backend.requests.length
    await (await page.mount()).signOut()
    expect(page.backend.requests.slice(told).filter((line) => line.startsWith('DELETE'))).to.have.length(1)
  })

  it('goes on with the attempt of a card in it', async () => {
    const element = await page.mount(list)
    const place = element.parentElement
    await click(element, 'Connect Acme Cloud')
    const card = cardsIn(element)[0]
    await until(() => card?.status === 'waiting')
    element.remove()
    await settle()
    place?.append(element)
    await page.answer()
    await until(() => cardsIn(element)[0]?.status === 'connected')
    expect(page.heard(terminal)).to.deep.equal(['connected'])
  })
})
