import { expect } from '@open-wc/testing'
import { HttpResponse, http } from 'msw'
import type { Attempt, AttemptState, Client, ClientEvent } from '../../src/client/index.ts'
import { type Backend, pause, problem, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { callBack } from './callback.ts'
import { active, hosted, keyed, secret, silent } from './typed.ts'

describe('an attempt that begins with what a person types', () => {
  const open = window.open
  let backend: Backend
  let client: Client
  let events: ClientEvent[]
  let urls: string[]
  let closed: number
  /** What was posted, and what is answered next. */
  let posted: unknown[]
  let answers: (() => Response | Promise<Response>)[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(async () => {
    backend = startBackend()
    backend.connectors = [keyed, hosted, silent]
    posted = []
    answers = []
    urls = []
    closed = 0
    worker.use(
      http.post(`${backend.baseUrl}/api/v1/connections/:id`, async ({ request, params }) => {
        posted.push([params['id'], await request.json()])
        return answers.shift()?.() ?? HttpResponse.json(active, { status: 201 })
      }),
    )
    const started = startClient(backend)
    client = started.client
    events = started.events
    window.open = (url) => {
      urls.push(String(url))
      const location = { replace: (to: string) => urls.push(to) }
      return {
        closed: false,
        opener: null,
        document: { body: {} },
        location,
        close: () => (closed += 1),
      } as unknown as Window
    }
    await client.connectors()
  })
  afterEach(() => {
    window.open = open
    client.close()
    worker.resetHandlers()
  })

  const phase = (attempt: Attempt) => attempt.state.phase
  const entering = async (attempt: Attempt) => {
    await until(() => phase(attempt) === 'entering', 'the form')
    return attempt.state as Extract<AttemptState, { phase: 'entering' }>
  }

  it('asks for the fields that show, saves what was typed, and opens no window', async () => {
    const attempt = client.start({ connectorId: 'keyed' })
    const heard: string[] = []
    attempt.subscribe((event) => heard.push(event))
    expect((await entering(attempt)).fields.map(({ name }) => name)).to.deep.equal(['apiKey'])
    attempt.enter({ apiKey: secret })
    expect(phase(attempt)).to.equal('saving')
    expect(await attempt.finished).to.deep.include({
      status: 'connected',
      connectorId: 'keyed',
      existing: false,
      createdAt: '2026-11-12T12:00:00.000Z',
    })
    expect(posted).to.deep.equal([['keyed', { values: { apiKey: secret } }]])
    await pause(10)
    expect(heard).to.deep.equal(['asked', 'entered', 'settled'])
    expect(urls).to.deep.equal([])
    expect(backend.sessions).to.have.length(0)
  })

  it('sends once, however often the button is pressed', async () => {
    const attempt = client.start({ connectorId: 'keyed' })
    await entering(attempt)
    for (let times = 0; times < 3; times += 1) attempt.enter({ apiKey: secret })
    await attempt.finished
    attempt.enter({ apiKey: secret })
    await pause(20)
    expect(posted).to.have.length(1)
  })

  it("asks again with the service's own words after a refusal, and with the field that the backend names", async () => {
    answers.push(
      () => problem('credentials_rejected', 422),
      () => {
        const body = {
          type: 'x',
          title: 'x',
          status: 400,
          retryable: false,
          requestId: 'req_2',
          reason: 'invalid_input',
        }
        return HttpResponse.json({ ...body, code: 'INVALID_REQUEST', detail: 'apiKey: is missing.' }, { status: 400 })
      },
    )
    const attempt = client.start({ connectorId: 'keyed' })
    const { fields } = await entering(attempt)
    attempt.enter({ apiKey: 'wrong' })
    await until(() => phase(attempt) === 'entering')
    const refused = await entering(attempt)
    expect(refused.problem).to.deep.equal({
      reason: 'credentials_rejected',
      message: 'said credentials_rejected',
      requestId: 'req_1',
    })
    expect(refused.fields, 'the same form').to.equal(fields)
    attempt.enter({ apiKey: '' })
    const named = await entering(attempt)
    expect(named.problem).to.deep.equal({
      reason: 'invalid_input',
      message: 'is missing.',
      field: 'apiKey',
      requestId: 'req_2',
    })
    attempt.enter({ apiKey: secret })
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('asks again when the backend cannot be reached, is asked too often, or the service is down', async () => {
    answers.push(
      () => HttpResponse.error(),
      () => problem('rate_limited', 429, true, 'NETWORK_ERROR'),
      () => problem('service_unavailable', 502, true, 'NETWORK_ERROR'),
    )
    const attempt = client.start({ connectorId: 'keyed' })
    await entering(attempt)
    for (const reason of ['backend_unreachable', 'rate_limited', 'service_unavailable']) {
      attempt.enter({ apiKey: secret })
      expect((await entering(attempt)).problem?.reason).to.equal(reason)
    }
    expect(posted, 'nothing is sent again without the person').to.have.length(3)
    attempt.enter({ apiKey: secret })
    expect((await attempt.finished).status).to.equal('connected')
  })

  it('sends again by itself where the backend did nothing', async () => {
    answers.push(() => problem('storage_unavailable', 503, true, 'NETWORK_ERROR'))
    const attempt = client.start({ connectorId: 'keyed' })
    await entering(attempt)
    attempt.enter({ apiKey: secret })
    expect((await attempt.finished).status).to.equal('connected')
    expect(posted).to.have.length(2)
  })

  it('ends when typing anew would not help', async () => {
    answers.push(() => problem('connector_not_configured', 400, false, 'INVALID_REQUEST'))
    const attempt = client.start({ connectorId: 'keyed' })
    await entering(attempt)
    attempt.enter({ apiKey: secret })
    expect(await attempt.finished).to.include({ status: 'failed', reason: 'connector_not_configured' })
  })

  it('is cancelled by its owner, a signal, a view that is gone, and signing out', async () => {
    const life = new AbortController()
    const ends: ((attempt: Attempt) => unknown)[] = [
      (attempt) => attempt.cancel(),
      () => life.abort(),
      (attempt) => attempt.release(),
      () => client.signOut(),
    ]
    for (const end of ends) {
      const attempt = client.start({ connectorId: 'keyed', signal: life.signal })
      if (!life.signal.aborted) await entering(attempt)
      await end(attempt)
      expect((await attempt.finished).status).to.equal('cancelled')
    }
    expect(posted).to.have.length(0)
  })

  it('ends where a view that is gone cannot be asked again, of a save as of a window', async () => {
    const held = new Map<string, (response: Response) => void>()
    const refusal = () => new Promise<Response>((resolve) => held.set('it', resolve))
    answers.push(refusal)
    backend.instead.set('/auth-sessions', refusal)
    for (const [connectorId, values] of [
      ['keyed', { apiKey: secret }],
      ['hosted', { subdomain: 'acme' }],
    ] as const) {
      const attempt = client.start({ connectorId })
      await entering(attempt)
      attempt.enter(values)
      await until(() => held.size)
      attempt.release()
      held.get('it')?.(problem('invalid_input', 400, false, 'INVALID_REQUEST'))
      held.clear()
      const outcome = await Promise.race([attempt.finished, pause(1_000).then(() => ({ status: 'no end' }))])
      expect(outcome).to.include({ status: 'failed', reason: 'invalid_input' })
    }
  })

  it('ends where its view is gone before the form is there', async () => {
    const attempt = client.start({ connectorId: 'keyed' })
    attempt.release()
    const outcome = await Promise.race([attempt.finished, pause(1_000).then(() => ({ status: 'no end' }))])
    expect(outcome).to.deep.equal({ status: 'cancelled' })
  })

  it('tells other clients of this browser of its connection', async () => {
    const other = startClient(backend)
    try {
      await other.client.getAccessToken('keyed')
      await client.connect({ connectorId: 'keyed', inputs: { apiKey: secret } })
      await until(() => other.events.some(({ type }) => type === 'connections_changed'), 'the word')
    } finally {
      other.client.close()
    }
  })

  it('offers a connection that came about after a Cancel', async () => {
    const answer = new Map<string, (response: Response) => void>()
    answers.push(() => new Promise((resolve) => answer.set('it', resolve)))
    const attempt = client.start({ connectorId: 'keyed' })
    await entering(attempt)
    attempt.enter({ apiKey: secret })
    await until(() => posted.length)
    attempt.cancel()
    expect((await attempt.finished).status).to.equal('cancelled')
    answer.get('it')?.(HttpResponse.json(active, { status: 201 }))
    await until(() => events.some(({ type }) => type === 'late_connection'))
  })

  it('names the connection that is renewed, and says when it is another', async () => {
    for (const [request, connection] of [
      [{ connectionId: 'c1' }, { id: 'c1' }],
      [{ new: true }, { new: true }],
    ] as const) {
      await client.start({ connectorId: 'keyed', inputs: { apiKey: secret }, ...request }).finished
      expect(posted.at(-1)).to.deep.equal(['keyed', { values: { apiKey: secret }, connection }])
    }
  })

  it('takes one step where the host knows what to enter, or nothing is asked', async () => {
    expect((await client.connect({ connectorId: 'keyed', inputs: { apiKey: secret } })).status).to.equal('connected')
    expect((await client.connect({ connectorId: 'silent' })).status).to.equal('connected')
    expect(posted).to.deep.equal([
      ['keyed', { values: { apiKey: secret } }],
      ['silent', { values: {} }],
    ])
    expect(urls).to.deep.equal([])
  })

  it('fails, and asks nobody, where no form can be shown', async () => {
    answers.push(() => problem('invalid_input', 400, false, 'INVALID_REQUEST'))
    expect(await client.connect({ connectorId: 'keyed' })).to.include({ status: 'failed', reason: 'invalid_input' })
  })

  it('opens the window in the press that ends the form, with what was typed', async () => {
    const attempt = client.start({ connectorId: 'hosted' })
    await entering(attempt)
    expect(urls).to.deep.equal([])
    attempt.enter({ subdomain: 'acme' })
    expect(urls, 'in this very call').to.deep.equal([''])
    await until(() => phase(attempt) === 'waiting', 'the window')
    expect(backend.sessions[0]?.body).to.deep.include({ inputs: { subdomain: 'acme' } })
    expect(attempt.sessionId).to.equal(backend.sessions[0]?.id)
    await until(() => callBack(backend.sessions[0]?.stateKey ?? '', 'code=c1'), 'the answer')
    expect((await attempt.finished).status).to.equal('connected')
    expect(attempt.sessionId, 'at the end too').to.equal(backend.sessions[0]?.id)
  })

  it('asks again when the window could not be had for what was typed', async () => {
    backend.instead.set('/auth-sessions', () => problem('invalid_input', 400, false, 'INVALID_REQUEST'))
    const attempt = client.start({ connectorId: 'hosted' })
    await entering(attempt)
    attempt.enter({ subdomain: 'nobody' })
    await until(() => phase(attempt) === 'entering' && backend.count('/auth-sessions'))
    expect((await entering(attempt)).problem?.reason).to.equal('invalid_input')
    backend.instead.delete('/auth-sessions')
    attempt.enter({ subdomain: 'acme' })
    await until(() => phase(attempt) === 'waiting')
    attempt.cancel()
    expect((await attempt.finished).status).to.equal('cancelled')
  })

  for (const connectorId of ['hosted', 'keyed'] as const)
    it(`asks in place of the window where nothing was known of the connector yet (${connectorId})`, async () => {
      const reasons = [connectorId === 'keyed' ? 'wrong_method' : 'invalid_input']
      backend.instead.set('/auth-sessions', () => {
        const reason = reasons.shift()
        return reason ? problem(reason, 400, false, 'INVALID_REQUEST') : undefined
      })
      const unknowing = startClient(backend).client
      const attempt = unknowing.start({ connectorId })
      const heard: string[] = []
      attempt.subscribe((event) => heard.push(event))
      expect(urls, 'in this very call').to.deep.equal([''])
      expect((await entering(attempt)).problem).to.equal(undefined)
      expect(closed, 'windows that are gone').to.be.greaterThan(0)
      attempt.enter(connectorId === 'keyed' ? { apiKey: secret } : { subdomain: 'acme' })
      if (connectorId === 'hosted') {
        await until(() => phase(attempt) === 'waiting', 'the window')
        expect(backend.sessions[0]?.body).to.deep.include({ inputs: { subdomain: 'acme' } })
        await until(() => callBack(backend.sessions[0]?.stateKey ?? '', 'code=c1'), 'the answer')
      }
      expect((await attempt.finished).status).to.equal('connected')
      await pause(10)
      expect(heard.filter((event) => /asked|settled/.test(event))).to.deep.equal(['asked', 'settled'])
      unknowing.close()
    })

  it('is in its window as any other where nothing is asked after all', async () => {
    backend.connectors = []
    const unknowing = startClient(backend).client
    const attempt = unknowing.start({ connectorId: 'hosted' })
    await until(() => phase(attempt) === 'waiting', 'the window')
    await until(() => callBack(backend.sessions[0]?.stateKey ?? '', 'code=c1'), 'the answer')
    expect((await attempt.finished).status).to.equal('connected')
    backend.instead.set('/auth-sessions', () => problem('invalid_input', 400, false, 'INVALID_REQUEST'))
    const refused = await unknowing.start({ connectorId: 'hosted' }).finished
    expect(refused).to.include({ status: 'failed', reason: 'invalid_input' })
    unknowing.close()
  })

  it('leaves the tab with what was typed', async () => {
    const attempt = client.start({ connectorId: 'hosted', mode: 'redirect' })
    await entering(attempt)
    backend.redirectUrl = `${location.origin}${location.pathname}${location.search}#`
    attempt.enter({ subdomain: 'acme' })
    await until(() => phase(attempt) === 'leaving', 'the way out')
    expect(attempt.left).to.equal(true)
    expect(backend.sessions[0]?.body).to.deep.include({ inputs: { subdomain: 'acme' } })
    await until(() => location.hash.includes(backend.sessions[0]?.stateKey ?? '-'), 'the provider')
    expect(urls, 'no window').to.deep.equal([])
    attempt.cancel()
    history.replaceState(null, '', location.href.replace(/#.*/, ''))
  })

  it('uses what was prepared for the very same inputs, and no other', async () => {
    await client.prepare({ connectorId: 'keyed' })
    expect(backend.sessions, 'a form comes first').to.have.length(0)
    const inputs = { subdomain: 'acme' }
    await client.prepare({ connectorId: 'hosted', inputs })
    client.start({ connectorId: 'hosted', inputs: { subdomain: 'other' } }).cancel()
    await until(() => backend.sessions.length === 2)
    await client.prepare({ connectorId: 'hosted', inputs })
    const attempt = client.start({ connectorId: 'hosted', inputs })
    expect(urls.at(-1), 'straight at the authorization URL').to.include('state=')
    attempt.cancel()
  })

  it('begins the bridge with what was typed', async () => {
    backend.road = 'bridge'
    const attempt = client.start({ connectorId: 'hosted' })
    await entering(attempt)
    attempt.enter({ subdomain: 'acme' })
    await until(() => backend.sessions.length === 1)
    expect(backend.sessions[0]?.body).to.deep.include({ inputs: { subdomain: 'acme' } })
    attempt.cancel()
  })

  it('leaves nothing that was typed in storage, events or outcomes', async () => {
    const attempt = client.start({ connectorId: 'keyed' })
    const told: unknown[] = []
    attempt.subscribe((...of) => told.push(of))
    await entering(attempt)
    attempt.enter({ apiKey: secret })
    told.push(await attempt.finished)
    const hostedAttempt = client.start({ connectorId: 'hosted', inputs: { subdomain: secret } })
    hostedAttempt.subscribe((...of) => told.push(of))
    await until(() => phase(hostedAttempt) === 'waiting')
    await pause(60)
    const kept = JSON.stringify([
      told,
      events,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      history.state,
    ])
    expect(kept).not.to.include(secret)
    hostedAttempt.cancel()
  })
})
