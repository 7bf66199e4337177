import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { rejection } from '../client/backend.ts'
import { type TestPage, click, connectionOf, message, openPage, problem, terminal, until } from './page.ts'

describe('an attempt of an element', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())
  const settle = () => new Promise((resolve) => setTimeout(resolve, 60))

  it('connects and tells each step, in order and numbered, with one end', async () => {
    const element = await page.mount()
    await until(() => page.heard(['ready']).length === 1)
    await click(element, 'Connect Acme Cloud')
    await page.answer()
    await until(() => element.status === 'connected')
    await settle()
    expect(page.heard().filter((name) => name !== 'status-change')).to.deep.equal([
      'ready',
      'open',
      'popup-opened',
      'returned',
      'connected',
    ])
    expect(page.told.map(({ sequence }) => sequence)).to.deep.equal(page.told.map((_, index) => index + 1))
    const end = page.told.find(({ type }) => type === 'connector-auth-connected')
    expect(end).to.include({
      connectorId: 'acme',
      connectionId: 'default',
      existing: false,
      bubbles: true,
      composed: true,
    })
    expect(end?.['sessionId']).to.equal(page.backend.sessions[0]?.id)
    expect(end?.['scopes']).to.deep.equal(['read'])
    expect(message(element)).to.equal('Connected as Ada')
  })

  it('never puts a credential or an account into an event', async () => {
    const element = await page.mount()
    await click(element, 'Connect Acme Cloud')
    await page.answer()
    await until(() => element.status === 'connected')
    await element.getAccessToken()
    const said = JSON.stringify(page.told.map((event) => Object.entries(event)))
    expect(said).not.to.match(/canary|cct_|Ada/)
  })

  const endings: Record<string, () => Promise<unknown> | void> = {
    denied: () => page.answer('error=access_denied'),
    failed: () => page.answer('error=server_error'),
    cancelled: () => document.querySelector('connector-auth')?.cancel(),
  }
  for (const [name, end] of Object.entries(endings))
    it(`ends once when ${name}, and connect() says the same`, async () => {
      const element = await page.mount()
      const outcome = element.connect()
      await until(() => element.status === 'waiting')
      await end()
      expect((await outcome).status).to.equal(name)
      await settle()
      expect(page.heard(terminal)).to.deep.equal([name])
      expect(page.heard(['open', 'popup-opened', 'returned', ...terminal]).at(-1)).to.equal(name)
      expect(element.status).to.equal(name === 'failed' ? 'failed' : 'idle')
    })

  it('ends last: each attempt that is declined has returned before, a reconnect too', async () => {
    page.connections = [connectionOf('needs_reconnect')]
    const element = await page.mount()
    for (let attempts = 1; attempts <= 3; attempts++) {
      await click(element, attempts === 1 ? 'Reconnect Acme Cloud' : 'Connect Acme Cloud')
      await until(() => page.backend.sessions.length === attempts && element.status === 'waiting')
      await page.answer('error=access_denied')
      await until(() => page.heard(['denied']).length === attempts)
      await settle()
    }
    const each = ['open', 'popup-opened', 'returned', 'denied']
    expect(page.heard(each)).to.deep.equal([...each, ...each, ...each])
    expect(page.told.map(({ sequence }) => sequence)).to.deep.equal(page.told.map((_, index) => index + 1))
  })

  it('ends once when expired', async () => {
    page.backend.sessionSeconds = 0
    const element = await page.mount()
    expect((await element.connect()).status).to.equal('expired')
    await settle()
    expect(page.heard(terminal)).to.deep.equal(['expired'])
    expect(page.heard(['open', 'popup-opened', 'returned', ...terminal]).at(-1)).to.equal('expired')
    expect(message(element)).to.equal('It took too long. Connect again.')
  })

  it('fails before a window when the backend refuses the attempt, and tries again on request', async () => {
    const element = await page.mount()
    page.backend.instead.set('/auth-sessions', () => problem('unknown_connector', 404, false, 'INVALID_REQUEST'))
    await click(element, 'Connect Acme Cloud')
    await until(() => element.status === 'failed')
    const failed = page.told.find(({ type }) => type === 'connector-auth-failed')
    expect(failed).to.include({ reason: 'unknown_connector', requestId: 'req_1', retryable: false })
    page.backend.instead.delete('/auth-sessions')
    await click(element, 'Try again')
    await page.answer()
    await until(() => element.status === 'connected')
    expect(page.heard(terminal)).to.deep.equal(['failed', 'connected'])
  })

  it('offers a link where the window is blocked, and goes on when it opens', async () => {
    page.blocked = true
    const element = await page.mount()
    await element.prepare()
    void element.connect()
    await until(() => element.status === 'blocked')
    await element.updateComplete
    expect(page.heard(['popup-blocked'])).to.have.length(1)
    const link = element.shadowRoot?.querySelector('a')
    expect(link?.href).to.include('state=')
    expect(link?.rel).to.equal('noopener')
    const followed = () => link?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
    link?.addEventListener('click', (event) => setTimeout(() => event.preventDefault()))
    page.blocked = false
    expect(followed(), 'opened by script, so the browser does not open it too').to.equal(false)
    await page.answer()
    await until(() => element.status === 'connected')
  })

  it('reopens the window and goes on with the same attempt', async () => {
    const element = await page.mount()
    await element.prepare()
    await click(element, 'Connect Acme Cloud')
    await until(() => element.status === 'waiting')
    await click(element, 'Reopen window')
    expect(page.windows).to.have.length(2)
    expect(page.windows[0]).to.equal(page.windows[1])
    await page.answer()
    await until(() => element.status === 'connected')
    expect(page.heard(['open', ...terminal])).to.deep.equal(['open', 'connected'])
  })

  it('is joined by a second connect()', async () => {
    const element = await page.mount()
    const [first, second] = [element.connect(), element.connect()]
    await page.answer()
    expect(await first).to.equal(await second)
    expect(page.backend.sessions).to.have.length(1)
  })

  it('survives that the element is taken out and put back', async () => {
    const element = await page.mount()
    const place = element.parentElement
    void element.connect()
    element.remove()
    await settle()
    place?.append(element)
    await page.answer()
    await until(() => element.status === 'connected')
    expect(page.heard(terminal)).to.deep.equal(['connected'])
  })

  it('is cancelled when the element is given another connector', async () => {
    const both = { connectors: [page.connector, { ...page.connector, id: 'other' }] }
    page.backend.instead.set('/connectors', () => HttpResponse.json(both))
    const element = await page.mount()
    void element.connect()
    await until(() => element.status === 'waiting')
    element.connectorId = 'other'
    await until(() => page.heard(terminal).length > 0)
    expect(page.told.find(({ type }) => type === 'connector-auth-cancelled')).to.include({ connectorId: 'acme' })
    await until(() => element.status === 'idle', 'the other card')
  })

  it('goes back to the connection that stands when a reconnect is cancelled', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    void element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    await until(() => element.status === 'connected')
    expect(page.backend.sessions[0]?.body.connection).to.deep.equal({ id: 'default' })
  })

  it('asks for one more connection with add()', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount({ scopes: 'read write', force: '' })
    void element.add()
    await until(() => page.backend.sessions.length === 1)
    expect(page.backend.sessions[0]?.body).to.deep.include({
      connection: { new: true },
      scopes: ['read', 'write'],
      force: true,
    })
  })

  it('disconnects, tells it, and shows the button again', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    page.connections = []
    await click(element, 'Disconnect Acme Cloud')
    await click(element, 'Disconnect')
    await until(() => element.status === 'idle')
    expect(page.heard(['disconnected'])).to.have.length(1)
    expect(page.backend.count('/acme/disconnect')).to.equal(1)
  })

  it('is cancelled by a disconnect, which is told once and leaves nothing', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    const outcome = element.connect()
    await until(() => element.status === 'waiting')
    page.connections = []
    expect(await element.disconnect()).to.deep.equal({ revocation: 'revoked' })
    expect(await outcome).to.deep.equal({ status: 'cancelled' })
    expect(element.status).to.equal('idle')
    expect(page.heard(['cancelled', 'disconnected'])).to.deep.equal(['cancelled', 'disconnected'])
    expect(page.told.find(({ type }) => type === 'connector-auth-disconnected')).to.include({
      connectionId: 'default',
    })
    expect(page.backend.sessions[0]?.redeemed).to.deep.equal([])
  })

  it('may begin while a disconnect is under way, which is told all the same', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    let free: () => void = () => undefined
    const held = new Promise<void>((resolve) => (free = resolve))
    page.backend.instead.set('/disconnect', () => held.then(() => HttpResponse.json({ revocation: 'revoked' })))
    const disconnecting = element.disconnect()
    await until(() => page.backend.count('/disconnect') === 1)
    void element.connect()
    await until(() => element.status === 'waiting')
    page.connections = []
    free()
    await disconnecting
    expect(page.heard(['disconnected'])).to.have.length(1)
    element.cancel()
    await until(() => element.status === 'idle')
    expect(message(element)).to.equal('Cancelled. Nothing was connected.')
  })

  it('that was cancelled and granted late is told as connected when the person keeps it', async () => {
    const element = await page.mount()
    void element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    page.connections = [connectionOf()]
    await page.answer()
    await until(() => element.status === 'connected')
    expect(page.heard(['connected']), 'not yet').to.deep.equal([])
    expect(await rejection(element.waitForCompletion())).to.include({ reason: 'cancelled' })
    await click(element, 'Keep')
    await until(() => page.heard(['connected']).length === 1)
    expect(page.told.find(({ type }) => type === 'connector-auth-connected')).to.include({
      connectionId: 'default',
      existing: true,
      // The attempt has had its end.
      sessionId: undefined,
    })
    expect(await element.waitForCompletion()).to.include({ status: 'ACTIVE', connectionId: 'default' })
  })

  it('that was granted late is still to be kept when the list around its card has asked anew', async () => {
    const element = await page.mount({ 'connector-id': undefined })
    await click(element, 'Connect Acme Cloud')
    const card = element.shadowRoot?.querySelector('connector-auth')
    if (!card) throw new Error('there is no card')
    await until(() => card.status === 'waiting')
    card.cancel()
    page.connections = [connectionOf()]
    const asked = page.backend.count('/connections')
    await page.answer()
    await until(() => card.status === 'connected' && page.backend.count('/connections') === asked + 2)
    await settle()
    await click(card, 'Keep')
    await until(() => page.heard(['connected']).length === 1)
    expect(page.told.find(({ type }) => type === 'connector-auth-connected')).to.include({
      connectorId: 'acme',
      connectionId: 'default',
    })
  })

  it('that was cancelled is not what a wait is told once another element has connected', async () => {
    const element = await page.mount()
    const other = await page.mount()
    void element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    void other.connect()
    await until(() => page.backend.sessions.length === 2)
    page.connections = [connectionOf()]
    await page.answer()
    await until(() => element.status === 'connected')
    expect(await element.waitForCompletion()).to.include({ status: 'ACTIVE', connectionId: 'default' })
  })

  it('says when disconnecting failed, and goes back to the connection', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    page.backend.instead.set('/disconnect', () => problem('storage_unavailable', 503, true))
    await click(element, 'Disconnect Acme Cloud')
    await click(element, 'Disconnect')
    await until(() => element.status === 'failed')
    await click(element, 'Try again')
    await until(() => element.status === 'connected')
  })

  it('shows that a connection needs a reconnect, and renews the same one', async () => {
    page.connections = [connectionOf('needs_reconnect', 'a'.repeat(32))]
    const element = await page.mount()
    expect(page.heard(['needs-reconnect'])).to.have.length(1)
    await click(element, 'Reconnect Acme Cloud')
    await until(() => page.backend.sessions.length === 1)
    expect(page.backend.sessions[0]?.body.connection).to.deep.equal({ id: 'a'.repeat(32) })
  })

  it('forgets the person at signOut(), and asks nothing until somebody calls', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    await element.signOut()
    await settle()
    const asked = page.backend.requests.length
    expect(element.status).to.equal('idle')
    element.requestUpdate()
    await settle()
    expect(page.backend.requests.length).to.equal(asked)
    page.backend.user = 'b'
    page.connections = []
    expect((await element.getStatus()).status).to.equal('not_connected')
  })

  it('tells that there is no such connector, before anybody presses the button', async () => {
    const element = await page.mount({ 'connector-id': 'acmee' })
    await until(() => element.status === 'fault')
    await element.updateComplete
    expect(message(element)).to.equal('Not set up: connector-id is missing or wrong.')
    // A question does not hide it.
    expect((await element.getStatus()).status).to.equal('not_connected')
    expect(element.status).to.equal('fault')
    page.backend.instead.set('/auth-sessions', () => problem('unknown_connector', 404, false, 'INVALID_REQUEST'))
    expect(await element.connect()).to.include({ status: 'failed', reason: 'unknown_connector' })
    element.connectorId = 'acme'
    await until(() => element.status === 'idle')
  })

  it('does not take a list that cannot be had for one that names nobody', async () => {
    page.backend.instead.set('/connectors', () => problem('storage_unavailable', 503))
    const element = await page.mount()
    await until(() => page.heard(['ready']).length === 1)
    expect(element.status).to.equal('idle')
  })

  it('tells what is not set up, with a typed error', async () => {
    const element = await page.mount({ 'base-url': undefined })
    expect(message(element)).to.equal('Not set up: base-url is missing or wrong.')
    expect(await element.connect()).to.include({ status: 'failed', reason: 'invalid_configuration' })
    expect(await element.getAccessToken().catch((error: unknown) => error)).to.include({
      reason: 'invalid_configuration',
    })
    element.baseUrl = page.backend.baseUrl
    await until(() => element.status === 'idle')
  })

  it('does not hear of the client that it had before: the end of one person is not the end of the next', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    const leaving = element.signOut()
    await element.getStatus()
    await leaving
    await settle()
    expect(element.status).to.equal('connected')
    expect(page.heard().filter((name) => name.startsWith('sign'))).to.deep.equal([])
  })

  it('drops the answer to a question that something newer has overtaken', async () => {
    let free: (answer: Response) => void = () => undefined
    page.backend.instead.set('/connections', () => new Promise((resolve) => (free = resolve)))
    const element = document.createElement('connector-auth')
    Object.assign(element, {
      baseUrl: page.backend.baseUrl,
      tokenUrl: page.backend.tokenUrl,
      connectorId: 'acme',
      storage: 'memory',
    })
    document.body.append(element)
    void element.connect()
    await until(() => page.windows.length > 0 && page.backend.count('/connections') > 0)
    await until(() => element.status === 'waiting', 'the window')
    free(HttpResponse.json({ connections: [] }))
    await settle()
    expect(element.status).to.equal('waiting')
    element.cancel()
    element.remove()
  })
})
