import { expect } from '@open-wc/testing'
import type { Attempt, Client, ClientOptions, ConnectRequest } from '../../src/client/index.ts'
import { type Backend, pause, rejection, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { callBack, hash } from './callback.ts'
import { done, everything, openDatabase, put } from './records.ts'

const demo: ConnectRequest = { connectorId: 'demo' }

describe('an attempt under way', () => {
  const { open } = window
  let backend: Backend
  let clients: Client[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    clients = []
    window.open = () => {
      const replace = () => undefined
      return { closed: false, close() {}, document: { body: {} }, location: { replace } } as unknown as Window
    }
  })
  afterEach(() => {
    window.open = open
    for (const client of clients) client.close()
    worker.resetHandlers()
    sessionStorage.clear()
  })

  const clientOf = (options?: Partial<ClientOptions>): Client => {
    const { client } = startClient(backend, options)
    clients.push(client)
    return client
  }
  const inTab = () => Object.entries(sessionStorage).filter(([name]) => name.startsWith('ca:pending:'))
  const sealed = () => everything(backend.baseUrl).then((all) => all.filter(([name]) => name.includes('pending:')))
  const kept = async () => [...inTab(), ...(await sealed())]

  async function begin(client: Client, request = demo): Promise<Attempt> {
    const before = (await kept()).length
    const attempt = client.start(request)
    await until(() => attempt.state.phase === 'waiting', 'the window')
    await until(async () => (await kept()).length > before, 'the record')
    return attempt
  }
  /** Only the id: an assertion that fails prints what it was given, and an attempt leads to the whole page. */
  const resumed = async (client: Client, request = demo) => (await client.resume(request))?.sessionId

  /** The page goes, and its attempt with it, without a word: no tab that crashes says goodbye. */
  const forgetPage = (attempt: Attempt) => attempt.release()

  for (const storage of ['indexeddb', 'memory'] as const)
    it(`is taken up by who comes next, and is gone when it is over (${storage})`, async () => {
      const attempt = await begin(clientOf({ storage }))
      expect([inTab().length, (await sealed()).length]).to.deep.equal(storage === 'memory' ? [1, 0] : [0, 1])
      forgetPage(attempt)
      const resumed = await clientOf({ storage }).resume(demo)
      expect(resumed?.sessionId).to.equal(attempt.sessionId)
      expect(resumed?.state).to.deep.equal({ phase: 'waiting', maybeClosed: false })
      await callBack(backend.sessions[0]?.stateKey ?? '', 'code=one')
      expect((await resumed?.finished)?.status).to.equal('connected')
      await until(async () => (await kept()).length === 0, 'the removal')
    })

  it('is taken up as what it was: for another connection, or for the one that stands; also after a reload', async () => {
    for (const adds of [true, false]) {
      const attempt = await begin(clientOf({ storage: 'memory' }), { ...demo, ...(adds && { new: true }) })
      forgetPage(attempt)
      expect((await clientOf({ storage: 'memory' }).resume(demo))?.adds).to.equal(adds)
      // The record alone, as a page finds it that was loaded anew: of an attempt that runs nowhere.
      const [[name, record] = []] = inTab()
      const other = (attempt.sessionId ?? '').replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
      const [fresh, was] = [String(name), String(record)].map((one) => one.replaceAll(attempt.sessionId ?? '', other))
      attempt.cancel()
      sessionStorage.clear()
      sessionStorage.setItem(fresh ?? '', was ?? '')
      const next = await clientOf({ storage: 'memory' }).resume(demo)
      expect([next?.sessionId, next?.adds]).to.deep.equal([other, adds])
      next?.cancel()
      await until(() => inTab().length === 0, 'the removal')
    }
  })

  it('is taken up where the person went on by the link of a blocked window', async () => {
    const opened = window.open
    window.open = () => null
    const attempt = clientOf().start(demo)
    await until(() => attempt.state.phase === 'blocked', 'the refusal')
    await pause(50)
    expect(await kept(), 'nobody has followed the link').to.deep.equal([])
    attempt.reopen()
    await until(async () => (await kept()).length === 1, 'the record')
    forgetPage(attempt)
    window.open = opened
    const next = await clientOf().resume(demo)
    expect(next?.sessionId).to.equal(attempt.sessionId)
    await callBack(backend.sessions[0]?.stateKey ?? '', 'code=one')
    expect((await next?.finished)?.status).to.equal('connected')
  })

  it('ends as the backend says where another tab has finished it: what was cached before is not served', async () => {
    const client = clientOf()
    const old = await client.getAccessToken('demo')
    const attempt = await begin(client)
    const scopes = { requested: ['read'], granted: ['read'], missing: [] }
    const active = { status: 'ACTIVE', connectionId: 'default', scopes, account: null, existing: false }
    backend.instead.set(attempt.sessionId ?? '', () => Response.json(active))
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    expect(await attempt.finished).to.deep.include({ status: 'connected', connectionId: 'default' })
    expect(await client.getAccessToken('demo')).not.to.equal(old)
  })

  it('that is answered while it is asked about elsewhere is told once, and not as late', async () => {
    const { client, events } = startClient(backend)
    clients.push(client)
    const attempt = await begin(client)
    const scopes = { requested: ['read'], granted: ['read'], missing: [] }
    const active = { status: 'ACTIVE', connectionId: 'default', scopes, account: null, existing: false }
    let answer: (response: Response) => void = () => undefined
    backend.instead.set(attempt.sessionId ?? '', () => new Promise((resolve) => (answer = resolve)))
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await until(() => backend.count(attempt.sessionId ?? ''), 'the question')
    await callBack(backend.sessions[0]?.stateKey ?? '', 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
    answer(Response.json(active))
    await pause(80)
    expect(events.map(({ type }) => type)).not.to.include('late_connection')
  })

  it('that ended here and was finished in another tab is offered', async () => {
    const { client, events } = startClient(backend)
    clients.push(client)
    const attempt = await begin(client)
    attempt.cancel()
    const scopes = { requested: ['read'], granted: ['read'], missing: [] }
    const active = { status: 'ACTIVE', connectionId: 'default', scopes, account: null, existing: false }
    backend.instead.set(attempt.sessionId ?? '', () => Response.json(active))
    for (const _ of [1, 2]) {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      await pause(50)
    }
    expect(events.filter(({ type }) => type === 'late_connection')).to.have.length(1)
  })

  it('is the one whose answer the page came back with, also where a later one waits', async () => {
    const client = clientOf()
    const older = await begin(client)
    await pause(5)
    const later = await begin(client)
    // The page goes with all that ran in it, and what was stored stays.
    const stored = await sealed()
    expect(stored).to.have.length(2)
    client.close()
    await Promise.all([older.finished, later.finished])
    await until(async () => (await kept()).length === 0, 'the removal')
    for (const [key, value] of stored) await put(key, value)
    const { stateKey = '' } = backend.sessions[0] ?? {}
    const name = await hash(stateKey)
    const here = location.href
    sessionStorage.setItem(`ca:redirect:${name}`, JSON.stringify({ returnTo: here }))
    sessionStorage.setItem(`ca:uri:${name}`, `${origin}/callback`)
    history.replaceState(null, '', `${here}${here.includes('?') ? '&' : '?'}state=${stateKey}&code=one`)
    try {
      const next = await clientOf().resume(demo)
      expect(next?.sessionId).to.equal(older.sessionId)
      expect(location.href).to.equal(here)
      expect((await next?.finished)?.status).to.equal('connected')
      expect(backend.sessions.map(({ redeemed }) => redeemed.length)).to.deep.equal([1, 0])
    } finally {
      history.replaceState(null, '', here)
    }
  })

  for (const storage of ['indexeddb', 'memory'] as const)
    it(`of a page that is gone is wiped when the person signs out (${storage})`, async () => {
      forgetPage(await begin(clientOf({ storage })))
      sessionStorage.setItem('ca:redirect:some', 'way back')
      expect(await kept()).to.have.length(1)
      // A page of its own: it never had a token.
      const next = clientOf({ storage })
      backend.instead.set('/token', () => new Response('no', { status: 401 }))
      await next.signOut()
      expect(await kept()).to.deep.equal([])
      expect(sessionStorage.getItem('ca:redirect:some')).to.equal(null)
    })

  it('is sealed', async () => {
    const attempt = await begin(clientOf())
    const [[name, value] = ['', undefined]] = await sealed()
    expect(name).to.include(attempt.sessionId ?? '-')
    expect(value).to.be.instanceOf(Uint8Array)
    const text = new TextDecoder().decode(value as Uint8Array)
    expect(text).not.to.include('verifier')
    attempt.cancel()
  })

  for (const [name, end] of Object.entries({
    cancelled: (attempt: Attempt) => attempt.cancel(),
    denied: () => void callBack(backend.sessions[0]?.stateKey ?? '', 'error=access_denied'),
    'ended by signing out': () => void clients[0]?.signOut(),
  }))
    it(`is gone when ${name}`, async () => {
      const attempt = await begin(clientOf())
      end(attempt)
      await attempt.finished
      await until(async () => (await kept()).length === 0, 'the removal')
      expect(await resumed(clientOf())).to.equal(undefined)
    })

  it("is nobody else's: another person finds nothing, and in a tab of theirs nothing stays", async () => {
    for (const storage of ['indexeddb', 'memory'] as const) {
      backend.user = 'a'
      forgetPage(await begin(clientOf({ storage })))
      backend.user = 'b'
      expect(await resumed(clientOf({ storage }))).to.equal(undefined)
      await until(async () => (await kept()).length === 0, 'the removal')
    }
  })

  it('is not taken up when its time is over, nor when the clock was turned back', async () => {
    forgetPage(await begin(clientOf()))
    expect(await resumed(clientOf({ now: () => Date.now() - 3_600_000 }))).to.equal(undefined)
    forgetPage(await begin(clientOf()))
    expect(await resumed(clientOf({ now: () => Date.now() + 601_000 }))).to.equal(undefined)
  })

  it('is not taken up when somebody changed the record', async () => {
    forgetPage(await begin(clientOf()))
    const [[name] = ['']] = await sealed()
    const database = await openDatabase()
    await done(database.transaction('records', 'readwrite').objectStore('records').put(new Uint8Array(99), name))
    database.close()
    expect(await resumed(clientOf())).to.equal(undefined)
    forgetPage(await begin(clientOf({ storage: 'memory' })))
    const [[key] = ['']] = inTab()
    const changed = { ...JSON.parse(sessionStorage.getItem(key) ?? ''), verifier: 'short' }
    sessionStorage.setItem(key, JSON.stringify(changed))
    expect(await resumed(clientOf({ storage: 'memory' }))).to.equal(undefined)
  })

  it('is taken up for the same connector and connection only, each by one, the latest first', async () => {
    const connectionId = 'c'.repeat(32)
    const client = clientOf()
    const first = await begin(client)
    await pause(5)
    const second = await begin(client, { ...demo, connectionId })
    expect(await resumed(clientOf()), 'they run in this page').to.equal(undefined)
    forgetPage(first)
    forgetPage(second)
    const next = clientOf()
    expect(await resumed(next, { connectorId: 'other' })).to.equal(undefined)
    expect(await resumed(next, { ...demo, connectionId: 'd'.repeat(32) })).to.equal(undefined)
    expect(await resumed(next, { ...demo, connectionId })).to.equal(second.sessionId)
    expect(await resumed(next, demo)).to.equal(first.sessionId)
    expect(await resumed(next, demo)).to.equal(undefined)
  })

  it('is not kept before there was a window, and is not in a store of the host', async () => {
    const saved: string[] = []
    const store = { load: () => null, save: (key: string) => saved.push(key), remove: () => undefined }
    const client = clientOf({ store })
    await client.prepare(demo)
    expect(await kept()).to.deep.equal([])
    await begin(client)
    expect(inTab()).to.have.length(1)
    expect(saved).to.deep.equal([])
  })

  it('whose answer came without a connect token to redeem it leaves nothing of that on the URL', async () => {
    const here = location.href
    const state = 'b'.repeat(43)
    sessionStorage.setItem(`ca:redirect:${await hash(state)}`, JSON.stringify({ returnTo: here }))
    history.replaceState(null, '', `${here}${here.includes('?') ? '&' : '?'}state=${state}&code=one`)
    backend.instead.set('/token', () => new Response('no', { status: 401 }))
    try {
      for (const ask of [() => clientOf().resume(demo), () => clientOf().pending()])
        expect(await rejection(ask())).to.include({ reason: 'token_source_failed' })
      expect(location.href).to.equal(here)
    } finally {
      history.replaceState(null, '', here)
    }
  })

  it('needs a connect token, and without one says so', async () => {
    backend.instead.set('/token', () => new Response('no', { status: 401 }))
    const failing = clientOf().resume(demo)
    expect(await failing.catch(({ reason }: { reason: string }) => reason)).to.equal('token_source_failed')
  })
})
