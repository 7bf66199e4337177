import { expect } from '@open-wc/testing'
import { HttpResponse, http } from 'msw'
import {
  type Backend,
  problem,
  rejection,
  startBackend,
  startClient,
  startWorker,
  tagOfUser,
  until,
  worker,
} from './backend.ts'

const token = `cct_${tagOfUser('a')}_${'0'.repeat(64)}`
const memory = { storage: 'memory' } as const
const failed = { reason: 'token_source_failed', retryable: false }
const unavailable = { reason: 'token_source_unavailable', retryable: true }

describe('a connect token', () => {
  let backend: Backend
  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
  })
  afterEach(() => worker.resetHandlers())

  it('is needed: a client without a source says so', async () => {
    const { client } = startClient(backend, { ...memory, tokenUrl: '' })
    expect(await rejection(client.connections())).to.include({ name: 'InvalidRequestError', reason: 'no_token_source' })
  })

  it('is asked for once by calls that come together, and kept', async () => {
    const { client } = startClient(backend, memory)
    await Promise.all([client.connections(), client.connectors(), client.connections()])
    await client.connections()
    expect(backend.count('/token')).to.equal(1)
  })

  it('is renewed before it expires', async () => {
    let now = Date.now()
    const { client } = startClient(backend, { ...memory, now: () => now })
    await client.connections()
    now += 860_000
    await client.connections()
    now += 20_000
    await client.connections()
    expect(backend.count('/token')).to.equal(2)
  })

  it('is renewed once when the backend refuses it', async () => {
    const { client } = startClient(backend, memory)
    await client.connections()
    backend.instead.set(
      '/connections',
      () => (backend.instead.delete('/connections'), problem('connect_token_expired', 401)),
    )
    await client.connections()
    expect(backend.count('/token')).to.equal(2)
  })

  it('that the host does not give is an error that says what came instead', async () => {
    const answers: [() => Response, string][] = [
      [() => new HttpResponse('who are you?', { status: 401 }), '401'],
      [() => HttpResponse.html('<h1>Sign in</h1>'), '200'],
      [() => HttpResponse.json({ token: 'x', expiresInSeconds: 60 }), '200'],
    ]
    for (const [answer, said] of answers) {
      backend.instead.set('/token', answer)
      const error = await rejection(startClient(backend, memory).client.connections())
      expect(error).to.include({ name: 'AuthenticationError', ...failed })
      expect(error.message).to.equal(`No connect token: ${said} from ${backend.tokenUrl}. Is the user signed in?`)
    }
  })

  it('that the host cannot give for a moment is no question of who is signed in', async () => {
    const answers: [() => Response, string][] = [
      [() => HttpResponse.error(), 'nothing'],
      // What stands in front of a host that is down for a moment answers in its own words.
      [() => HttpResponse.html('<h1>Bad gateway</h1>', { status: 502 }), '502'],
      [() => HttpResponse.html('<h1>Slow down</h1>', { status: 429 }), '429'],
    ]
    for (const [answer, said] of answers) {
      backend.instead.set('/token', answer)
      const error = await rejection(startClient(backend, memory).client.connections())
      expect(error).to.include({ name: 'NetworkError', ...unavailable })
      const where = `${said} from ${backend.tokenUrl}`
      expect(error.message).to.equal(`The site's server does not answer: ${where}. Try again.`)
    }
  })

  it('can come from a function, whose fault or wrong answer is told', async () => {
    await startClient(backend, { ...memory, getAuthToken: async () => token }).client.connections()
    expect(backend.count('/token')).to.equal(0)
    for (const [getAuthToken, told] of [
      [() => 'eyJhbGciOiJub25lIn0.e30.', failed],
      [() => Promise.reject(new TypeError('Failed to fetch')), unavailable],
      [() => undefined as never, failed],
    ] as const) {
      backend.instead.set('/connect-tokens', () => problem('jwt_invalid', 401))
      const { client } = startClient(backend, { ...memory, getAuthToken })
      expect(await rejection(client.connections())).to.include(told)
    }
  })

  it('from a function that never answers is not waited for without end', async () => {
    const { timeout } = AbortSignal
    AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds === 20_000 ? 100 : milliseconds)
    try {
      const getAuthToken = () => new Promise<string>(() => {})
      const { client } = startClient(backend, { ...memory, getAuthToken })
      expect(await rejection(client.connections())).to.include(unavailable)
    } finally {
      AbortSignal.timeout = timeout
    }
  })

  it("is traded for a JWT of the host's identity provider, and traded again when it ends", async () => {
    let now = Date.now()
    let asked = 0
    const jwt = () => `eyJhbGciOiJFUzI1NiJ9.eyJuIjoke${asked}.c2lnbmVk`
    const trades: [string | null, unknown][] = []
    const carried = new Set<string | null>()
    worker.use(
      http.post(`${backend.baseUrl}/api/v1/connect-tokens`, async ({ request }) => {
        trades.push([request.headers.get('authorization'), await request.json()])
        return HttpResponse.json({ token, expiresInSeconds: 600 }, { status: 201 })
      }),
      http.get(`${backend.baseUrl}/api/v1/connections`, ({ request }) => {
        carried.add(request.headers.get('authorization'))
        return HttpResponse.json({ connections: [] })
      }),
    )
    const getAuthToken = () => (asked++, jwt())
    const { client } = startClient(backend, { ...memory, tokenUrl: '', getAuthToken, now: () => now })
    await Promise.all([client.connections(), client.connections()])
    await client.connections()
    expect(asked).to.equal(1)
    now += 580_000
    await client.connections()
    expect(trades).to.deep.equal([1, 2].map((n) => [`Bearer eyJhbGciOiJFUzI1NiJ9.eyJuIjoke${n}.c2lnbmVk`, {}]))
    expect([...carried]).to.deep.equal([`Bearer ${token}`], 'the JWT goes to no other route')
  })

  it('for a JWT that the backend refuses is an error that carries why', async () => {
    const getAuthToken = () => 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmVk'
    for (const [reason, status, retryable] of [
      ['jwt_invalid', 401, false],
      ['jwks_unavailable', 503, true],
    ] as const) {
      backend.instead.set('/connect-tokens', () => problem(reason, status, retryable))
      const error = await rejection(startClient(backend, { ...memory, getAuthToken }).client.connections())
      expect(error).to.include(retryable ? unavailable : failed)
      expect((error as unknown as Error).cause).to.include({ reason })
    }
    expect(backend.count('/connect-tokens')).to.equal(2)
  })

  it('given as an option is used first and never for the next person', async () => {
    const { client } = startClient(backend, { ...memory, authToken: token })
    await client.connections()
    expect(backend.count('/token')).to.equal(0)
    await client.signOut()
    await client.connections()
    expect(backend.count('/token')).to.equal(1)
    const { client: lone } = startClient(backend, { ...memory, tokenUrl: '', authToken: token })
    await lone.connections()
    await lone.signOut()
    expect(await rejection(lone.connections())).to.include({ reason: 'no_token_source' })
  })

  it('that the network swallowed is tried again by the next call, and one that the page was given is no worse for it', async () => {
    const given = 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmVk'
    const { client } = startClient(backend, { ...memory, tokenUrl: '', authToken: given })
    backend.instead.set('/connect-tokens', () => HttpResponse.error())
    expect(await rejection(client.connections())).to.include(unavailable)
    backend.instead.set('/connect-tokens', () => HttpResponse.json({ token, expiresInSeconds: 600 }, { status: 201 }))
    await client.connections()
    // It was accepted: there is no other, and it is no newer.
    expect(client.renew(given)).to.equal(false)
  })

  it('that is the only one is used until it is refused: over its assumed time, and out of the back/forward cache', async () => {
    let now = Date.now()
    const { client } = startClient(backend, { ...memory, tokenUrl: '', authToken: token, now: () => now })
    await client.connections()
    now += 600_000
    await client.connections()
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await client.connections()
    backend.instead.set('/connections', () => problem('connect_token_expired', 401))
    expect(await rejection(client.connections())).to.include({ reason: 'no_token_source' })
    client.close()
  })

  it('that is refused late does not take the newer one with it', async () => {
    const carried: (string | null)[] = []
    let refuse = () => {}
    const gate = new Promise<void>((resolve) => (refuse = resolve))
    const [older, newer] = ['1', '2'].map((secret) => `cct_${tagOfUser('a')}_${secret.repeat(64)}`)
    worker.use(
      http.get(`${backend.baseUrl}/api/v1/connections`, async ({ request }) => {
        const authorization = request.headers.get('authorization')
        carried.push(authorization)
        if (authorization !== `Bearer ${older}`) return undefined
        await gate
        return problem('connect_token_expired', 401)
      }),
    )
    const { client } = startClient(backend, { ...memory, tokenUrl: '', authToken: String(older) })
    const first = client.connections()
    await until(() => carried.length)
    expect(client.renew(newer)).to.equal(true)
    await client.connections()
    refuse()
    await first
    await client.connections()
    expect(carried.slice(1)).to.deep.equal([newer, newer, newer].map((one) => `Bearer ${one}`))
  })

  it('that is given while an older one is being traded is the one that counts', async () => {
    let trade = () => {}
    const gate = new Promise<void>((resolve) => (trade = resolve))
    backend.instead.set('/connect-tokens', () =>
      gate.then(() =>
        HttpResponse.json({ token: `cct_${tagOfUser('b')}_${'0'.repeat(64)}`, expiresInSeconds: 600 }, { status: 201 }),
      ),
    )
    const options = { ...memory, tokenUrl: '', authToken: 'eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmVk' }
    const { client, events } = startClient(backend, options)
    const reading = client.getAccessToken('demo')
    await until(() => backend.count('/connect-tokens'))
    client.renew(token)
    trade()
    expect(await reading).to.match(/^canary-a-/)
    expect(events).to.deep.equal([])
  })

  it('of a client that was closed serves no call any more', async () => {
    const { client } = startClient(backend, memory)
    client.close()
    expect(await rejection(client.connections())).to.include({ reason: 'aborted' })
  })

  it('tells the status of a connector, and asks for a name where several fit', async () => {
    const { client } = startClient(backend, memory)
    const scopes = { requested: [], granted: [], missing: [] }
    const connection = (connectionId: string, status: string) => ({
      connectorId: 'demo',
      connectionId,
      status,
      reason: null,
      owner: 'user',
      account: null,
      scopes,
      createdAt: '',
      updatedAt: '',
    })
    expect(await client.getStatus('demo')).to.deep.equal({ status: 'not_connected' })
    const [one, two] = [connection('default', 'active'), connection('0'.repeat(32), 'needs_reconnect')]
    backend.instead.set('/connections', () => HttpResponse.json({ connections: [one] }))
    expect(await client.getStatus('demo')).to.deep.equal({ status: 'connected', connection: one })
    backend.instead.set('/connections', () => HttpResponse.json({ connections: [one, two] }))
    expect(await rejection(client.getStatus('demo'))).to.include({
      name: 'InvalidRequestError',
      reason: 'connection_ambiguous',
    })
    expect(await client.getStatus('demo', { connectionId: two.connectionId })).to.deep.equal({
      status: 'needs_reconnect',
      connection: two,
    })
  })
})
