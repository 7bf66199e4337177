import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { AttemptEvent, Client, ConnectRequest } from '../../src/client/index.ts'
import {
  type Backend,
  type StartedSession,
  pause,
  problem,
  startBackend,
  startClient,
  startWorker,
  until,
  worker,
} from './backend.ts'
import { callBack, hash } from './callback.ts'

const demo: ConnectRequest = { connectorId: 'demo' }

describe('an attempt', () => {
  const open = window.open
  let backend: Backend
  let client: Client
  let popups: (Window | null)[]
  let urls: string[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    client = startClient(backend, { storage: 'memory' }).client
    popups = []
    urls = []
    window.open = (url, ...rest) => {
      const popup = open.call(window, url, ...rest)
      urls.push(String(url))
      popups.push(popup)
      return popup
    }
  })
  afterEach(() => {
    window.open = open
    client.close()
    for (const popup of popups) popup?.close()
    worker.resetHandlers()
  })
  const session = async (index = 0): Promise<StartedSession> => {
    await until(() => backend.sessions[index], 'a session')
    return backend.sessions[index] as StartedSession
  }
  const ready = async (index = 0) => {
    const { stateKey } = await session(index)
    // The channel listens when the window has been sent on its way.
    await pause(50)
    return stateKey
  }

  it('connects, and fills the cache from the answer to redeem', async () => {
    const attempt = client.start({ ...demo, scopes: ['read'], force: true })
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    expect(attempt.state).to.deep.equal({ phase: 'preparing' })
    const state = await ready()
    expect(attempt.state).to.deep.equal({ phase: 'waiting', maybeClosed: false })
    expect(attempt.sessionId).to.equal(backend.sessions[0]?.id)
    expect(await callBack(state, 'code=one')).to.equal(true)
    expect(await attempt.finished).to.deep.equal({
      status: 'connected',
      connectorId: 'demo',
      connectionId: 'default',
      scopes: { requested: ['read'], granted: ['read'], missing: [] },
      missingScopes: [],
      account: { id: 'one', name: 'Ada' },
      existing: false,
      createdAt: '2026-11-12T12:00:00.000Z',
    })
    expect(told).to.deep.equal(['popup_opened', 'returned', 'settled'])
    expect(await client.getAccessToken('demo')).to.match(/^canary-a-/)
    expect(await client.getAccessToken('demo', { connectionId: 'default' })).to.match(/^canary-a-/)
    expect(backend.count('/credentials')).to.equal(0)
    const { body, redeemed } = await session()
    expect(body).to.deep.include({ scopes: ['read'], force: true, framed: false })
    expect(await hash(redeemed[0]?.verifier ?? '')).to.equal(body.codeChallenge)
    expect(redeemed[0]?.callback).to.equal(`state=${state}&code=one`)
  })

  it('opens the window in the same task, blank and disowned, and sends it on when the backend has answered', async () => {
    const attempt = client.start(demo)
    expect(urls).to.deep.equal([''])
    expect(popups[0]?.opener).to.equal(null)
    expect(popups[0]?.document.body.textContent).to.equal('Opening …')
    await until(() => popups[0]?.location.href.startsWith(backend.redirectUrl), 'the navigation')
    expect(attempt.url).to.equal(popups[0]?.location.href)
    attempt.cancel()
  })

  it('opens the window straight at the authorization URL when it is prepared', async () => {
    await client.prepare(demo)
    const attempt = client.start(demo)
    expect(urls).to.deep.equal([attempt.url])
    expect(attempt.state).to.deep.equal({ phase: 'waiting', maybeClosed: false })
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    await callBack(await ready(), 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
    expect(told[0]).to.equal('popup_opened')
    expect(backend.sessions.length).to.equal(1)
  })

  it('prepares once for the same request, and anew for another or a second click', async () => {
    await Promise.all([client.prepare(demo), client.prepare({ ...demo })])
    await client.prepare(demo)
    expect(backend.sessions.length).to.equal(1)
    client.start(demo).cancel()
    client.start({ ...demo, scopes: ['read'] }).cancel()
    await until(() => backend.sessions.length === 2)
  })

  it('does not open a window for what cannot be, and keeps the fault for the click', async () => {
    backend.instead.set('/auth-sessions', () => problem('unknown_connector', 404, false, 'INVALID_REQUEST'))
    await client.prepare(demo)
    const outcome = await client.connect(demo)
    expect(outcome).to.deep.equal({
      status: 'failed',
      reason: 'unknown_connector',
      message: 'said unknown_connector',
      retryable: false,
      requestId: 'req_1',
    })
    expect(urls).to.deep.equal([])
  })

  it('closes the window and fails when the backend cannot be reached', async () => {
    backend.instead.set('/auth-sessions', () => HttpResponse.error())
    const outcome = await client.connect(demo)
    expect(outcome).to.deep.include({ status: 'failed', reason: 'backend_unreachable', retryable: true })
    await until(() => popups[0]?.closed)
  })

  it('fails on an insecure page without a window', async () => {
    const real = Object.getOwnPropertyDescriptor(globalThis, 'isSecureContext') ?? {}
    Object.defineProperty(globalThis, 'isSecureContext', { value: false, configurable: true })
    try {
      expect(await client.connect(demo)).to.deep.include({ status: 'failed', reason: 'insecure_context' })
    } finally {
      Object.defineProperty(globalThis, 'isSecureContext', real)
    }
    expect(urls).to.deep.equal([])
  })

  it('does not send a window to anything but https or this machine', async () => {
    backend.redirectUrl = 'http://evil.test/'
    expect(await client.connect(demo)).to.deep.include({ status: 'failed', reason: 'protocol_mismatch' })
  })

  it('ends as denied at once, and tells the backend', async () => {
    backend.instead.set('/redeem', () => pause(200).then(() => HttpResponse.error()))
    const connecting = client.connect(demo)
    await callBack(await ready(), 'error=access_denied')
    expect(await connecting).to.deep.equal({ status: 'denied' })
    await until(() => backend.count('/redeem') > 0)
  })

  it("ends with the backend's reason for another error of the authorization server", async () => {
    const connecting = client.connect(demo)
    await callBack(await ready(), 'error=server_error')
    expect(await connecting).to.deep.include({ status: 'failed', reason: 'server_error' })
  })

  it('cancels at once and closes the window; what is granted after all is redeemed, and settles nothing again', async () => {
    const attempt = client.start(demo)
    const state = await ready()
    await until(() => attempt.state.phase === 'waiting', 'the window')
    attempt.cancel()
    attempt.cancel()
    expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
    await until(() => popups[0]?.closed)
    expect(await callBack(state, 'code=one')).to.equal(true)
    await until(() => backend.count('/redeem') === 1)
    expect(attempt.state).to.deep.equal({ phase: 'settled', outcome: { status: 'cancelled' } })
  })

  it('cancels by the signal of the request, also one that is aborted already', async () => {
    const controller = new AbortController()
    const connecting = client.connect({ ...demo, signal: controller.signal })
    controller.abort()
    expect(await connecting).to.deep.equal({ status: 'cancelled' })
    expect(await client.connect({ ...demo, signal: controller.signal })).to.deep.equal({ status: 'cancelled' })
  })

  it('is blocked, with a link, where the browser gives no window, and goes on when a click reopens it', async () => {
    const working = window.open
    window.open = () => null
    const attempt = client.start(demo)
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    const state = await ready()
    await until(() => attempt.state.phase === 'blocked')
    expect(attempt.url).to.be.a('string')
    window.open = working
    attempt.reopen()
    expect(urls).to.deep.equal([attempt.url])
    await callBack(state, 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
    expect(told).to.deep.equal(['popup_blocked', 'popup_opened', 'returned', 'settled'])
  })

  it('only hints that the window seems closed, and goes on when the answer comes', async function () {
    this.timeout(8_000)
    Object.defineProperty(document, 'hasFocus', { value: () => true, configurable: true })
    const attempt = client.start(demo)
    const state = await ready()
    popups[0]?.close()
    await pause(2_500)
    expect(attempt.state).to.deep.equal({ phase: 'waiting', maybeClosed: false })
    await until(() => attempt.state.phase === 'waiting' && attempt.state.maybeClosed, 'the hint')
    Reflect.deleteProperty(document, 'hasFocus')
    await callBack(state, 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('does not mix two attempts', async () => {
    const first = client.start(demo)
    const second = client.start({ ...demo, new: true })
    const [one, two] = [await ready(0), await ready(1)]
    await callBack(two, 'code=two')
    expect(await second.finished).to.deep.include({ status: 'connected', account: { id: 'two', name: 'Ada' } })
    expect(first.state.phase).to.equal('waiting')
    await callBack(one, 'code=one')
    expect(await first.finished).to.deep.include({ status: 'connected', account: { id: 'one', name: 'Ada' } })
  })

  it('refuses a foreign state and foreign messages, redeems nothing, and waits on', async () => {
    const attempt = client.start(demo)
    const state = await ready()
    expect(await callBack('foreign', 'code=evil', state)).to.equal(false)
    const channel = new BroadcastChannel(`ca:${await hash(state)}`)
    for (const message of [
      null,
      1,
      'x',
      { type: 'callback' },
      { type: 'callback', query: 1, uri: '' },
      { type: 'callback', query: 'x'.repeat(9_000), uri: '' },
      { type: 'callback', query: 'code=c' },
      { type: 'other' },
    ])
      channel.postMessage(message)
    channel.close()
    await pause(50)
    expect(backend.count('/redeem')).to.equal(0)
    expect(attempt.state).to.deep.equal({ phase: 'waiting', maybeClosed: false })
    await callBack(state, 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('fails on a foreign or a missing issuer and redeems nothing', async () => {
    backend.issuer = 'https://good.test'
    for (const answer of ['code=one&iss=https://evil.test', 'code=one']) {
      const attempt = client.start(demo)
      await callBack(await ready(backend.sessions.length), answer)
      expect(await attempt.finished).to.deep.include({ status: 'failed', reason: 'issuer_mismatch' })
    }
    expect(backend.count('/redeem')).to.equal(0)
    const attempt = client.start(demo)
    await callBack(await ready(2), 'code=one&iss=https%3A%2F%2Fgood.test')
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('does not look at the issuer where the record says that it means nothing', async () => {
    const connecting = client.connect(demo)
    await callBack(await ready(), 'code=one&iss=https://anything.test')
    expect((await connecting).status).to.equal('connected')
  })

  it('redeems once, however often the callback page sends', async () => {
    const attempt = client.start(demo)
    const state = await ready()
    await Promise.all([callBack(state, 'code=one'), callBack(state, 'code=one'), callBack(state, 'code=two')])
    expect(await attempt.finished).to.deep.include({ status: 'connected' })
    expect(backend.count('/redeem')).to.equal(1)
  })

  it('sends the same request again when the answer to redeem is lost on the wire', async () => {
    let lost = 0
    backend.instead.set('/redeem', () =>
      ++lost === 1
        ? HttpResponse.error()
        : lost === 2
          ? problem('redeem_in_progress', 409, true, 'NETWORK_ERROR')
          : undefined,
    )
    const connecting = client.connect(demo)
    await callBack(await ready(), 'code=one')
    expect((await connecting).status).to.equal('connected')
    expect(backend.count('/redeem')).to.equal(3)
  })

  it('does not give up an answer that is here while the network is away', async function () {
    this.timeout(8_000)
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })
    backend.instead.set('/redeem', () => HttpResponse.error())
    const attempt = client.start(demo)
    await callBack(await ready(), 'code=one')
    await until(() => backend.count('/redeem') > 0)
    await pause(2_000)
    expect(backend.count('/redeem')).to.equal(1)
    expect(attempt.state.phase).to.equal('redeeming')
    Reflect.deleteProperty(navigator, 'onLine')
    backend.instead.clear()
    window.dispatchEvent(new Event('online'))
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('is not lost where the host gives no connect token for a while: the consent was given', async function () {
    this.timeout(9_000)
    backend.instead.set('/redeem', () => (backend.instead.delete('/redeem'), problem('connect_token_expired', 401)))
    const attempt = client.start(demo)
    const state = await ready()
    let asked = 0
    backend.instead.set('/token', () =>
      ++asked < 3 ? HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 }) : (undefined as never),
    )
    await callBack(state, 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
    expect(asked).to.equal(3)
  })

  it('does not send again what the backend has refused', async () => {
    backend.instead.set('/redeem', () => problem('session_consumed', 409))
    const connecting = client.connect(demo)
    await callBack(await ready(), 'code=one')
    expect(await connecting).to.deep.include({ status: 'failed', reason: 'session_consumed' })
    expect(backend.count('/redeem')).to.equal(1)
  })

  it('expires when the session does', async () => {
    backend.sessionSeconds = 1
    expect(await client.connect(demo)).to.deep.equal({ status: 'expired' })
  })

  it('for one more account that is granted after Cancel is told by its own id, and is not the one that is meant without', async () => {
    const { client, events } = startClient(backend, { storage: 'memory' })
    const before = await client.getAccessToken('demo')
    const second = 'c'.repeat(32)
    const scopes = { requested: ['read'], granted: ['read'], missing: [] }
    const credentials = {
      connectionId: second,
      accessToken: 'canary-second',
      tokenType: 'Bearer',
      expiresInSeconds: 600,
      scopes: ['read'],
      extra: {},
    }
    backend.instead.set('/redeem', () =>
      HttpResponse.json({
        status: 'ACTIVE',
        connectionId: second,
        scopes,
        account: null,
        existing: false,
        credentials,
      }),
    )
    const controller = new AbortController()
    const adding = client.add({ ...demo, signal: controller.signal })
    const state = await ready()
    expect((await session()).body.connection).to.deep.equal({ new: true })
    controller.abort()
    expect(await adding).to.deep.equal({ status: 'cancelled' })
    expect(await callBack(state, 'code=two')).to.equal(true)
    await until(() => events.length)
    expect(events).to.deep.equal([{ type: 'late_connection', connectorId: 'demo', connectionId: second }])
    expect(await client.getAccessToken('demo', { connectionId: second })).to.equal('canary-second')
    const now = await client.getAccessToken('demo')
    expect(now).to.match(/^canary-a-/)
    expect(now).not.to.equal(before)
  })

  it('tells of a connection that came about after Cancel, without a second ending', async () => {
    const { client, events } = startClient(backend, { storage: 'memory' })
    backend.instead.set('/redeem', () => pause(150).then(() => undefined as never))
    const attempt = client.start(demo)
    await callBack(await ready(), 'code=one')
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    attempt.cancel()
    expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
    await until(() => events.length)
    expect(events).to.deep.equal([{ type: 'late_connection', connectorId: 'demo', connectionId: 'default' }])
    expect(told.filter((event) => event === 'settled').length).to.equal(1)
  })
})
