import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { Attempt, AttemptEvent, Client, ConnectRequest } from '../../src/client/index.ts'
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
import { pollProgress } from '../../src/client/poll-progress.ts'
import { hash } from './callback.ts'
import { hosted } from './typed.ts'

const demo: ConnectRequest = { connectorId: 'demo' }

/** What the form in a window held when it was sent. */
interface Sent {
  readonly action: string
  readonly method: string
  readonly referrer: string | undefined
  readonly fields: Readonly<Record<string, string>>
}

describe('the bridge', () => {
  const { open } = window
  const { append } = document.body
  let backend: Backend
  let client: Client
  let popups: Window[]
  let sent: Sent[]

  before(startWorker)
  // Not awaited: it would wait for the long polls.
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    backend.road = 'bridge'
    client = startClient(backend, { storage: 'memory' }).client
    popups = []
    sent = []
    window.open = (...parameters) => {
      const popup = open.apply(window, parameters)
      if (popup) popups.push(popup)
      if (popup) noteForm(popup)
      return popup
    }
    document.body.append = (...nodes) => {
      append.apply(document.body, nodes)
      for (const node of nodes)
        if (node instanceof HTMLIFrameElement && node.contentWindow) noteForm(node.contentWindow)
    }
  })
  afterEach(() => {
    window.open = open
    document.body.append = append
    client.close()
    for (const popup of popups) popup.close()
    worker.resetHandlers()
    sessionStorage.clear()
  })

  /** The form's own way is the real one; only where it leads is not of interest here. */
  function noteForm(popup: Window): void {
    const { prototype } = Reflect.get(popup, 'HTMLFormElement') as typeof HTMLFormElement
    prototype.submit = function note(this: HTMLFormElement) {
      const { action, method, ownerDocument } = this
      const referrer = ownerDocument.querySelector<HTMLMetaElement>('meta[name=referrer]')?.content
      const inputs = [...this.querySelectorAll('input')]
      const fields = Object.fromEntries(inputs.map(({ name, value }) => [name, value]))
      sent.push({ action, method, referrer, fields })
    }
  }

  const session = async (index = 0): Promise<StartedSession> => {
    await until(() => backend.sessions[index], 'a session')
    return backend.sessions[index] as StartedSession
  }
  const arrive = async (to = 'started', index = 0) => {
    const one = await session(index)
    await until(() => sent.length > index, 'the form')
    one.progress = to
    return one
  }

  it('tells the backend hashes only, and posts the secret from a document of its own in the click', async () => {
    await client.prepare(demo)
    const attempt = client.start(demo)
    expect(sent).to.have.length(1)
    const { body, id } = await session()
    const { fields, ...form } = sent[0] as Sent
    expect(form).to.deep.equal({
      action: `${location.origin}${backend.baseUrl}/bridge`,
      method: 'post',
      referrer: 'origin',
    })
    expect(fields['session']).to.equal(id)
    expect(await hash(fields['secret'] ?? '')).to.equal(body.bindingHash)
    expect(JSON.stringify(body)).not.to.include(fields['secret'] ?? '')
    expect(popups[0]?.opener).to.equal(null)
    expect(attempt.url).to.equal(undefined)
    attempt.cancel()
  })

  it('connects when the answer has returned, and redeems with the verifier alone', async () => {
    const attempt = client.start(demo)
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    const one = await arrive()
    await until(() => one.asked.includes('started'), 'the long poll')
    one.progress = 'returned'
    expect((await attempt.finished).status).to.equal('connected')
    expect(told).to.deep.equal(['popup_opened', 'returned', 'settled'])
    const [redeemed] = one.redeemed
    expect(Object.keys(redeemed ?? {})).to.deep.equal(['verifier'])
    expect(await hash(redeemed?.verifier ?? '')).to.equal(one.body.codeChallenge)
    expect(sent[0]?.fields['secret']).not.to.equal(redeemed?.verifier)
  })

  it('counts a window that does not arrive as blocked, and goes on when it arrives after all', async function () {
    this.timeout(9_000)
    const attempt = client.start(demo)
    const told: AttemptEvent[] = []
    attempt.subscribe((event) => told.push(event))
    const one = await session()
    for (let waited = 0; attempt.state.phase !== 'blocked' && waited < 7_000; waited += 100) await pause(100)
    expect(attempt.state.phase).to.equal('blocked')
    one.progress = 'started'
    await until(() => attempt.state.phase === 'waiting', 'the window')
    one.progress = 'returned'
    expect((await attempt.finished).status).to.equal('connected')
    expect(told).to.deep.equal(['popup_opened', 'popup_blocked', 'popup_opened', 'returned', 'settled'])
  })

  it('asks once at a time for a whole browser: the others ask now and then', async function () {
    this.timeout(9_000)
    const first = client.start(demo)
    const one = await arrive()
    await until(() => one.asked.includes('started'), 'the long poll')
    const second = client.start({ ...demo, new: true })
    const two = await arrive('started', 1)
    await pause(2_500)
    expect(two.asked.every((after) => after === null)).to.equal(true)
    expect(two.asked.length).to.be.within(2, 4)
    two.progress = 'returned'
    window.dispatchEvent(new Event('focus'))
    expect((await second.finished).status).to.equal('connected')
    expect(first.state.phase).to.equal('waiting')
    first.cancel()
  })

  it('of two pages that ask for the same attempt, neither asks without a pause: each ends what the other waits for', async () => {
    let asked = 0
    const makeCall = () => (async () => ((asked += 1), { progress: 'started' })) as never
    const over = new AbortController()
    const { locks } = navigator
    Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })
    try {
      const polling = pollProgress({ sessionId: 'as_1', signal: over.signal, makeCall, onProgress: () => undefined })
      await pause(300)
      over.abort()
      await polling
    } finally {
      Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
      Reflect.deleteProperty(navigator, 'locks')
    }
    expect(asked).to.equal(2)
  })

  it('passes over what passes, and ends with the reason of what does not', async function () {
    this.timeout(9_000)
    const faults = [
      HttpResponse.error(),
      problem('connect_token_expired', 401),
      problem('rate_limited', 429, true, 'NETWORK_ERROR'),
    ]
    const hostFaults = [HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 })]
    backend.instead.set('/progress', () => faults.pop())
    await client.connections()
    backend.instead.set('/token', () => hostFaults.pop() ?? (undefined as never))
    const attempt = client.start(demo)
    await arrive('returned')
    for (let waited = 0; attempt.state.phase !== 'settled' && waited < 8_000; waited += 100) {
      window.dispatchEvent(new Event('online'))
      await pause(100)
    }
    expect((await attempt.finished).status).to.equal('connected')
    expect([...faults, ...hostFaults]).to.deep.equal([])
    backend.instead.set('/progress', () => problem('not_found', 404, false, 'INVALID_REQUEST'))
    expect(await client.connect(demo)).to.deep.include({ status: 'failed', reason: 'not_found' })
  })

  it('asks nothing of an attempt that nobody has opened', async () => {
    const started = await client.initialize(demo)
    expect([started.redirectUrl, started.stateKey]).to.deep.equal([null, null])
    await pause(100)
    const one = await session()
    expect(one.asked).to.deep.equal([])
    const waiting = started.waitForCompletion()
    started.open()
    await arrive('returned')
    expect((await waiting).connectionId).to.equal('default')
  })

  it('ends with what the person said, and with what became of it elsewhere', async () => {
    for (const [reason, status] of Object.entries({ access_denied: 'denied', session_expired: 'expired' })) {
      backend.instead.set('/redeem', () =>
        HttpResponse.json({ status: 'FAILED', reason, message: 'said', error: reason }),
      )
      const attempt = client.start(demo)
      await arrive('ended', backend.sessions.length)
      expect((await attempt.finished).status).to.equal(status)
    }
  })

  /** The page goes without a word, and another takes the attempt up. */
  const comeBack = async (request: ConnectRequest) => {
    const records = () => Object.entries(sessionStorage).filter(([name]) => name.startsWith('ca:pending:'))
    await until(() => records().length === 1, 'the record')
    const stored = records()
    client.close()
    await until(() => records().length === 0, 'the removal')
    for (const [name, value] of stored) sessionStorage.setItem(name, value)
    client = startClient(backend, { storage: 'memory' }).client
    return { attempt: (await client.resume(request)) as Attempt, stored: JSON.stringify(stored) }
  }

  it('taken up by another page goes on in this tab with all that it asked for, and once more with the same', async () => {
    const begun = client.start({ ...demo, scopes: ['read'], force: true })
    await until(() => begun.state.phase === 'waiting', 'the window')
    for (let times = 0; times < 2; times += 1) {
      const { attempt } = await comeBack(demo)
      attempt.leave()
      await until(() => sent.length === times + 2, 'the way out')
      expect(backend.sessions).to.have.length(2)
      const { id, body } = await session(1)
      expect(body).to.deep.include({ scopes: ['read'], force: true, returnTo: location.href.replace(/#.*/, '') })
      expect(sent.at(-1)?.fields['session']).to.equal(id)
    }
  })

  it('taken up by another page says that what was typed must be typed anew to go on in this tab, and stored none of it', async () => {
    const secret = 'canary-typed-secret'
    backend.connectors = [hosted]
    await client.connectors()
    const begun = client.start({ connectorId: 'hosted', inputs: { subdomain: secret } })
    await until(() => begun.state.phase === 'waiting', 'the window')
    for (let times = 0; times < 2; times += 1) {
      const { attempt, stored } = await comeBack({ connectorId: 'hosted' })
      expect(stored).not.to.include(secret)
      // A window can open again all the same, and then the record is written anew.
      attempt.reopen()
      await pause(20)
      if (!times) continue
      attempt.leave()
      expect(await attempt.finished).to.deep.include({ status: 'failed', reason: 'invalid_input' })
    }
    expect(backend.sessions).to.have.length(1)
  })

  it('goes nowhere but to https or to this machine', async () => {
    backend.instead.set('/auth-sessions', () =>
      HttpResponse.json(
        {
          id: `as_${'0'.repeat(32)}`,
          road: 'bridge',
          redirectUrl: null,
          expiresInSeconds: 60,
          startUrl: 'http://evil.test/bridge',
        },
        { status: 201 },
      ),
    )
    expect(await client.connect(demo)).to.deep.include({ status: 'failed', reason: 'protocol_mismatch' })
    expect(sent).to.deep.equal([])
  })
})
