import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { rejection } from '../client/backend.ts'
import { HttpResponse } from 'msw'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, problem, until } from './page.ts'

const second = 'b'.repeat(32)
const cardsIn = ({ shadowRoot }: ConnectorAuth) => [
  ...(shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? []),
]
const dialogIn = ({ shadowRoot }: ConnectorAuth) => shadowRoot?.querySelector('dialog')

describe('the connections of an element', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it('are a card each where there are several, and a way to add one more', async () => {
    page.connections = [connectionOf(), connectionOf('needs_reconnect', second)]
    const element = await page.mount()
    expect(element.status).to.equal('accounts')
    expect(message(element)).to.equal('2 accounts connected')
    await until(
      () =>
        cardsIn(element)
          .map(({ status }) => status)
          .join() === 'connected,idle',
    )
    const [one, two] = cardsIn(element)
    expect(one && buttons(one).map(nameOf), 'no way to add in a card of one account').not.to.include(
      'Add another account of Acme Cloud',
    )
    expect(two && message(two)).to.include('The service has ended it.')
    expect(await rejection(element.disconnect())).to.include({ reason: 'connection_ambiguous' })
    expect(await element.connect()).to.include({ reason: 'connection_ambiguous' })
    expect(await rejection(element.getAccessToken())).to.include({ reason: 'connection_ambiguous' })
    expect(await element.getAccessToken({ connectionId: second })).to.include('canary')
    await expect(element).to.be.accessible()
  })

  it('become several when another account is added, and one again when it is disconnected', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    await click(element, 'Add another account of Acme Cloud')
    expect(page.backend.sessions.length + page.windows.length).to.be.greaterThan(0)
    page.connections = [connectionOf(), connectionOf('active', second)]
    await page.answer()
    await until(() => element.status === 'accounts')
    await element.updateComplete
    const card = cardsIn(element).find(({ connectionId }) => connectionId === second)
    if (!card) throw new Error('there is no second card')
    page.connections = [connectionOf()]
    await card.disconnect()
    await until(() => element.status === 'connected')
    expect(cardsIn(element)).to.have.length(0)
    expect(page.told.find(({ type }) => type === 'connector-auth-disconnected')).to.include({
      connectionId: second,
      revocation: 'revoked',
    })
  })

  it('are renewed one by one: a reconnect names the connection of its card', async () => {
    page.connections = [connectionOf(), connectionOf('needs_reconnect', second)]
    const element = await page.mount()
    await until(() => cardsIn(element)[1]?.status === 'idle')
    const card = cardsIn(element)[1]
    await card?.updateComplete
    if (card) await click(card, 'Reconnect Acme Cloud (ana@example.com 2)')
    await until(() => page.backend.sessions.length === 1)
    expect(page.backend.sessions[0]?.body.connection).to.deep.equal({ id: second })
    card?.cancel()
  })

  it('have an attempt each, which the others do not cancel or reopen', async () => {
    page.connections = [connectionOf(), connectionOf('needs_reconnect', second)]
    const element = await page.mount()
    await until(() => cardsIn(element)[1]?.status === 'idle')
    const card = cardsIn(element)[1]
    if (!card) throw new Error('there is no second card')
    await click(element, 'Add another account of Acme Cloud')
    await until(() => element.status === 'waiting')
    await click(card, 'Reconnect Acme Cloud (ana@example.com 2)')
    await until(() => card.status === 'waiting')
    const before = page.windows.length
    const [adding, reconnecting] = page.backend.sessions
    await click(element, 'Reopen window')
    expect(page.windows.slice(before).join()).to.include(adding?.stateKey)
    await click(element, 'Cancel')
    await until(() => element.status === 'accounts')
    expect(card.status).to.equal('waiting')
    expect(page.told.find(({ type }) => type === 'connector-auth-cancelled')).to.include({ sessionId: adding?.id })
    // Whoever holds the element alone ends what still runs.
    element.cancel()
    await until(() => card.status === 'idle')
    expect(page.told.findLast(({ type }) => type === 'connector-auth-cancelled')).to.include({
      sessionId: reconnecting?.id,
      connectionId: second,
    })
  })

  it('are not named by the events of an attempt to add another one, until that is connected', async () => {
    page.connections = [connectionOf('active', second)]
    const element = await page.mount()
    const { length } = page.told
    const cancelled = element.add()
    await until(() => element.status === 'waiting')
    element.cancel()
    await cancelled
    await until(() => element.status === 'connected')
    const told = page.told.slice(length)
    expect(told.map(({ type, status, connectionId }) => [type.slice(15), status, connectionId])).to.deep.equal([
      ['open', undefined, undefined],
      ['status-change', 'opening', undefined],
      ['status-change', 'waiting', undefined],
      ['popup-opened', undefined, undefined],
      ['status-change', 'connected', second],
      ['cancelled', 'cancelled', undefined],
    ])
    const added = element.add()
    await until(() => page.backend.sessions.length === 2)
    page.connections = [connectionOf('active', second), connectionOf()]
    await page.answer()
    await added
    expect(page.told.find(({ type }) => type === 'connector-auth-connected')).to.include({ connectionId: 'default' })
    // And what stands is named again.
    expect(page.told.find(({ type }) => type === 'connector-auth-returned')).to.include({ connectionId: undefined })
  })

  it('are not named by an attempt to add another one that an element goes on with, until that is connected', async () => {
    page.connections = [connectionOf('active', second)]
    const old = await page.mount()
    void old.add()
    await until(() => old.status === 'waiting' && Object.keys(sessionStorage).join().includes(page.backend.baseUrl))
    old.remove()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const { length } = page.told
    const element = await page.mount()
    await until(() => element.status === 'waiting', 'the attempt')
    page.connections = [connectionOf('active', second), connectionOf()]
    await page.answer()
    await until(() => element.status === 'accounts', 'both')
    const attempt = page.backend.sessions[0]?.id
    const told = page.told
      .slice(length)
      .filter(({ type, sessionId }) => sessionId === attempt && !type.endsWith('-ready'))
    expect(told.map(({ type, status, connectionId }) => [type.slice(15), status, connectionId])).to.deep.equal([
      ['status-change', 'waiting', undefined],
      ['status-change', 'redeeming', undefined],
      ['returned', undefined, undefined],
      ['status-change', 'connected', 'default'],
      ['connected', undefined, 'default'],
      ['status-change', 'accounts', 'default'],
    ])
  })

  it('are named by what is told of their tokens', async () => {
    page.connections = [connectionOf(), connectionOf('active', second)]
    page.backend.instead.set('/credentials', () =>
      HttpResponse.json({
        connectionId: second,
        accessToken: 'canary',
        tokenType: 'Bearer',
        expiresInSeconds: 3_600,
        scopes: ['read'],
        extra: {},
      }),
    )
    const element = await page.mount()
    await element.getAccessToken({ connectionId: second, forceRefresh: true })
    await until(() => page.heard(['token-refreshed']).length === 1)
    expect(page.told.find(({ type }) => type === 'connector-auth-token-refreshed')).to.include({
      connectorId: 'acme',
      connectionId: second,
    })
    page.backend.instead.set('/credentials', () => problem('needs_reconnect', 409))
    await rejection(element.getAccessToken({ connectionId: second, forceRefresh: true }))
    await until(() => page.heard(['needs-reconnect']).length > 0)
    expect(page.told.find(({ type }) => type === 'connector-auth-needs-reconnect')).to.include({
      connectionId: second,
    })
  })

  it('tell since when they stand at once, as they do after a reload', async () => {
    const since = ({ shadowRoot }: ConnectorAuth) => shadowRoot?.querySelector('[part=since]')?.textContent
    const element = await page.mount()
    void element.connect()
    page.connections = [connectionOf()]
    await page.answer()
    await until(() => element.status === 'connected')
    await element.updateComplete
    const atOnce = since(element)
    expect(atOnce).to.equal('Connected on Nov 12, 2026')
    const reloaded = await page.mount()
    expect(since(reloaded)).to.equal(atOnce)
  })

  it('are asked for what was not granted, of the very connection', async () => {
    page.connections = [connectionOf('active', second)]
    const element = await page.mount()
    await click(element, 'Grant the rest to Acme Cloud')
    await until(() => page.backend.sessions.length === 1)
    expect(page.backend.sessions[0]?.body).to.deep.include({ connection: { id: second }, scopes: ['write'] })
    element.cancel()
  })

  it('are not ended without a question, in a dialog that gives the focus back', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    const button = buttons(element).find((one) => nameOf(one) === 'Disconnect Acme Cloud')
    button?.focus()
    button?.click()
    expect(dialogIn(element)?.open).to.equal(true)
    expect(element.shadowRoot?.activeElement?.textContent).to.equal('Cancel')
    await expect(element).to.be.accessible()
    await click(element, 'Cancel')
    await until(() => !dialogIn(element)?.open)
    expect(element.shadowRoot?.activeElement).to.equal(button)
    expect(page.backend.count('/disconnect')).to.equal(0)
  })

  for (const [revocation, words] of [
    ['unsupported', 'The service cannot be told.'],
    ['failed_will_retry', 'It will be told again.'],
  ] as const)
    it(`tell what became of the tokens: ${revocation}`, async () => {
      page.connections = [connectionOf()]
      const element = await page.mount()
      page.backend.instead.set('/disconnect', () => HttpResponse.json({ revocation }))
      await element.disconnect()
      await element.updateComplete
      expect(message(element)).to.include(words)
    })

  it('are followed where another element of the page connects or disconnects', async () => {
    const element = await page.mount()
    const other = await page.mount()
    void element.connect()
    page.connections = [connectionOf()]
    await page.answer()
    await until(() => other.status === 'connected')
    page.connections = []
    await other.disconnect()
    await until(() => element.status === 'idle')
    const asked = page.backend.count('/connections')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(page.backend.count('/connections'), 'nobody asks again and again').to.equal(asked)
  })

  it('quotes the request in which an attempt failed after consent: on the card, in the event, to who waits', async () => {
    const told = { status: 'FAILED', reason: 'authorization_server_error', message: 'said', requestId: 'req_7' }
    page.backend.instead.set('/redeem', () => HttpResponse.json(told))
    const element = await page.mount()
    const outcome = element.connect()
    await page.answer()
    expect(await outcome).to.include({ reason: 'authorization_server_error', requestId: 'req_7' })
    expect(await rejection(element.waitForCompletion())).to.include({ requestId: 'req_7' })
    await element.updateComplete
    expect(page.told.find(({ type }) => type === 'connector-auth-failed')).to.include({ requestId: 'req_7' })
    const report = element.shadowRoot?.querySelector('[part=report]')
    expect(report?.textContent).to.equal('authorization_server_error · Request req_7')
    await click(element, 'Copy request id')
  })

  it('copies the request id of a failure', async () => {
    page.backend.instead.set('/connections', () => problem('storage_unavailable', 503))
    const element = await page.mount()
    let copied = ''
    const writeText = async (text: string) => void (copied = text)
    Object.defineProperty(navigator, 'clipboard', { value: { writeText }, configurable: true })
    await click(element, 'Copy request id')
    Reflect.deleteProperty(navigator, 'clipboard')
    expect(copied).to.equal('req_1')
  })
})

describe('an element that a host shows in its own way', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it("connects by the host's own button in the slot", async () => {
    const element = await page.mount()
    const own = document.createElement('button')
    own.slot = 'connect'
    own.textContent = 'Sign in with Acme'
    element.append(own)
    expect(element.shadowRoot?.querySelector('slot[name=connect] button')?.checkVisibility()).to.equal(false)
    own.click()
    await until(() => element.status === 'waiting')
    expect(page.windows).not.to.have.length(0)
    element.cancel()
  })

  it('renders nothing when headless, with the same events and methods', async () => {
    const element = await page.mount({ headless: '' })
    expect(element.shadowRoot?.childElementCount).to.equal(0)
    expect(element.getBoundingClientRect().height).to.equal(0)
    const outcome = element.connect()
    await page.answer()
    expect((await outcome).status).to.equal('connected')
    expect(page.heard(['open', 'connected'])).to.deep.equal(['open', 'connected'])
    expect(await element.getAccessToken()).to.include('canary')
  })
})
