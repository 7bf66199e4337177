import { expect } from '@open-wc/testing'
import { AuthenticationError, TimeoutError } from '../../src/client/index.ts'
import { ConnectController } from '../../src/element/connect-controller.ts'
import { rejection } from '../client/backend.ts'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { type TestPage, click, connectionOf, openPage, problem, until } from './page.ts'

const list = { 'connector-id': undefined }
const cardIn = ({ shadowRoot }: ConnectorAuth) => {
  const card = shadowRoot?.querySelector<ConnectorAuth>('connector-auth')
  if (!card) throw new Error('there is no card')
  return card
}

describe('waitForCompletion()', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it('before an attempt, waits for the next one', async () => {
    const element = await page.mount()
    const waiting = element.waitForCompletion()
    void element.connect()
    await page.answer()
    const { status, connectionId, scopes, missingScopes, credentials } = await waiting
    expect({ status, connectionId, scopes, missingScopes }).to.deep.equal({
      status: 'ACTIVE',
      connectionId: 'default',
      scopes: ['read'],
      missingScopes: [],
    })
    expect(credentials?.accessToken).to.include('canary')
  })

  it('during an attempt, waits for that one', async () => {
    const element = await page.mount()
    void element.connect()
    const waiting = element.waitForCompletion()
    await page.answer('error=access_denied')
    const error = await rejection(waiting)
    expect(error).to.be.instanceOf(AuthenticationError)
    expect(error.reason).to.equal('access_denied')
  })

  it('ends as connect() does when another connector is named in the same breath', async () => {
    const element = await page.mount()
    const outcome = element.connect()
    const waiting = element.waitForCompletion({ timeoutSeconds: 2 })
    element.connectorId = 'other'
    expect((await outcome).status).to.equal('cancelled')
    expect(await rejection(waiting)).to.include({ reason: 'cancelled' })
  })

  it('of a connector that was just named, does not tell of the attempt with the one before', async () => {
    const element = await page.mount()
    const outcome = element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    await outcome
    element.connectorId = 'other'
    const waiting = rejection(element.waitForCompletion({ timeoutSeconds: 0.1 }))
    expect(await waiting).to.include({ reason: 'timeout' })
  })

  it('after an attempt, gives the settled result', async () => {
    const element = await page.mount()
    const outcome = element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    await outcome
    expect(await rejection(element.waitForCompletion())).to.include({ reason: 'cancelled', code: 'AUTH_FAILED' })
  })

  it('answers at once where a connection stands and no attempt was made', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    const { scopes, missingScopes } = await element.waitForCompletion({ timeoutSeconds: 1 })
    expect({ scopes, missingScopes }).to.deep.equal({ scopes: ['read'], missingScopes: ['write'] })
  })

  it('leaves the credentials out where this page may not hold them', async () => {
    page.connections = [connectionOf()]
    page.backend.instead.set('/credentials', () => problem('action_not_allowed', 403))
    const element = await page.mount()
    expect(await element.waitForCompletion()).not.to.have.property('credentials')
  })

  it('ends by its own limits without ending the attempt', async () => {
    const element = await page.mount()
    void element.connect()
    const late = await rejection(element.waitForCompletion({ timeoutSeconds: 0.05 }))
    expect(late).to.be.instanceOf(TimeoutError)
    expect(late.reason).to.equal('timeout')
    const stop = new AbortController()
    const waiting = element.waitForCompletion({ signal: stop.signal })
    stop.abort()
    expect(await rejection(waiting)).to.include({ reason: 'aborted' })
    expect(await rejection(element.waitForCompletion({ signal: AbortSignal.abort() }))).to.include({
      reason: 'aborted',
    })
    await page.answer()
    await until(() => element.status === 'connected')
  })

  it('leaves nobody waiting behind when it ends by its limits', async () => {
    const controller = new ConnectController(await page.mount())
    const stop = new AbortController()
    const waiting = rejection(controller.wait({ signal: stop.signal }))
    await until(() => controller.waiting.size === 1)
    stop.abort()
    expect(await waiting).to.include({ reason: 'aborted' })
    expect(controller.waiting.size).to.equal(0)
  })

  it('has no limit with Infinity, and takes nothing else for a number that is none', async () => {
    const element = await page.mount()
    const waiting = element.waitForCompletion({ timeoutSeconds: Infinity })
    for (const timeoutSeconds of [Number.NaN, -1])
      expect(await rejection(element.waitForCompletion({ timeoutSeconds }))).to.include({
        name: 'InvalidRequestError',
        reason: 'invalid_request',
      })
    void element.connect()
    await page.answer()
    expect(await waiting).to.include({ status: 'ACTIVE' })
  })

  it('does not choose among several accounts, and tells what add() came to', async () => {
    page.connections = [connectionOf(), connectionOf('active', 'b'.repeat(32))]
    const element = await page.mount()
    expect(await rejection(element.waitForCompletion({ timeoutSeconds: 2 }))).to.include({
      reason: 'connection_ambiguous',
    })
    const outcome = element.add()
    await page.answer()
    await outcome
    await until(() => element.status === 'accounts')
    expect(await element.waitForCompletion({ timeoutSeconds: 2 })).to.include({ connectionId: 'default' })
  })

  it('rejects with expired when the attempt took too long', async () => {
    page.backend.sessionSeconds = 0
    const element = await page.mount()
    void element.connect()
    expect(await rejection(element.waitForCompletion())).to.be.instanceOf(TimeoutError)
  })

  it('waits for the next attempt again after a disconnect', async () => {
    const element = await page.mount()
    void element.connect()
    await page.answer()
    await until(() => element.status === 'connected')
    await element.disconnect()
    expect(await rejection(element.waitForCompletion({ timeoutSeconds: 0.1 }))).to.include({ reason: 'timeout' })
  })

  for (const [where, attributes] of [
    ['an element', {}],
    ['a list', list],
  ] as const)
    it(`gives what was granted after Cancel and kept, and waits again once that is disconnected: ${where}`, async () => {
      const element = await page.mount(attributes)
      await click(element, 'Connect Acme Cloud')
      const card = where === 'a list' ? cardIn(element) : element
      await until(() => card.status === 'waiting', 'the attempt')
      await click(card, 'Cancel')
      expect(await rejection(element.waitForCompletion())).to.include({ reason: 'cancelled' })
      page.connections = [connectionOf()]
      await page.answer()
      await click(card, 'Keep')
      await until(() => page.heard(['connected']).length === 1, 'the connection')
      expect(await element.waitForCompletion({ timeoutSeconds: 2 })).to.include({ connectionId: 'default' })
      page.connections = []
      await card.disconnect()
      expect(await rejection(element.waitForCompletion({ timeoutSeconds: 0.1 }))).to.include({ reason: 'timeout' })
    })

  it('of an element that is gone leaves the attempt to the one that goes on with it', async () => {
    const first = await page.mount()
    void first.connect()
    await until(() => page.backend.sessions.length, 'its session')
    const waiting = first.waitForCompletion({ timeoutSeconds: 1 })
    first.remove()
    const next = await page.mount()
    await until(() => next.status === 'waiting', 'the next one')
    expect(await rejection(waiting)).to.include({ reason: 'timeout' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const third = await page.mount()
    await until(() => third.status !== 'loading')
    expect([next.status, third.status]).to.deep.equal(['waiting', 'idle'])
    next.cancel()
  })

  it('is no unhandled rejection where nobody awaits', async () => {
    const seen: unknown[] = []
    const hear = (event: PromiseRejectionEvent) => void seen.push(event.reason)
    window.addEventListener('unhandledrejection', hear)
    const element = await page.mount()
    void element.waitForCompletion()
    void element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    const unset = document.createElement('connector-auth')
    void unset.waitForCompletion()
    await new Promise((resolve) => setTimeout(resolve, 100))
    window.removeEventListener('unhandledrejection', hear)
    expect(seen).to.deep.equal([])
  })
})
