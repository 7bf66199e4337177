import { expect } from '@open-wc/testing'
import { HttpResponse, http } from 'msw'
import { type Backend, pause, problem, rejection, startBackend, startClient, startWorker, worker } from './backend.ts'

interface Call {
  readonly url: string
  readonly method: string
  readonly authorization: string | null
  readonly headers: Headers
  readonly body: string
}

describe('connectorFetch', () => {
  const api = 'https://api.demo.test'
  let backend: Backend
  let calls: Call[]
  /** What the service answers, first to last; 200 after that. */
  let answers: (() => Response)[]
  let client: ReturnType<typeof startClient>['client']

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    calls = []
    answers = []
    backend.connectors = [
      { id: 'demo', method: 'oauth2', reach: 'direct', apiOrigins: [api, 'https://more.demo.test'] },
      {
        id: 'closed',
        method: 'api_key',
        reach: 'proxy',
        apiOrigins: [],
        proxyOrigins: { api: 'https://api.closed.test', upload: 'https://upload.closed.test', typed: 'https://{host}' },
      },
    ].map((one) => ({ ...one, name: one.id, category: 'x', scopes: { default: [], required: [], optional: [] } }))
    const note = async (request: Request) => {
      calls.push({
        url: request.url,
        method: request.method,
        authorization: request.headers.get('authorization'),
        headers: request.headers,
        body: await request.text(),
      })
      return answers.shift()?.() ?? HttpResponse.json({ ok: true })
    }
    worker.use(
      http.all(/^https:\/\/\w+\.\w+\.test\//, async ({ request }) => note(request)),
      http.all(`${backend.baseUrl}/api/v1/proxy/*`, async ({ request }) => {
        const answer = await note(request)
        if (!answer.headers.has('not-proxied')) answer.headers.set('connector-auth-proxied', 'true')
        return answer
      }),
    )
    client = startClient(backend, { storage: 'memory' }).client
  })
  afterEach(() => {
    client.close()
    worker.resetHandlers()
  })

  it("calls an origin of the connector's record with the token, and no other way", async () => {
    const token = await client.getAccessToken('demo')
    const answer = await client.connectorFetch('demo', `${api}/v1/files?page=2`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'Basic bW9yZQ==', 'x-mine': '1' },
      credentials: 'include',
      mode: 'no-cors',
    })
    expect(await answer.json()).to.deep.equal({ ok: true })
    expect(calls.length).to.equal(1)
    expect(calls[0]).to.include({
      url: `${api}/v1/files?page=2`,
      method: 'POST',
      authorization: `Bearer ${token}`,
      body: '{}',
    })
    expect(calls[0]?.headers.get('x-mine')).to.equal('1')
    await client.connectorFetch('demo', '/v1/me')
    expect(calls[1]?.url).to.equal(`${api}/v1/me`)
  })

  it('sends nothing anywhere else', async () => {
    await client.getAccessToken('demo')
    const asked = backend.requests.length
    for (const url of [
      'https://evil.test/v1',
      'https://api.demo.test.evil.test/',
      'https://api.demo.test:8443/',
      'http://api.demo.test/',
      'https://api.demo.test@evil.test/',
      'https://user:secret@api.demo.test/',
      '//evil.test/x',
      '\\\\evil.test/x',
      'data:text/plain,x',
      'javascript:alert(1)',
      'blob:https://api.demo.test/0',
      'https://',
      `${location.origin}/x`,
    ])
      expect(await rejection(client.connectorFetch('demo', url)), url).to.include({
        name: 'InvalidRequestError',
        reason: 'url_not_allowed',
      })
    for (const url of ['https://other.closed.test/', '//upload.closed.test/x', 'nonsense'])
      expect(await rejection(client.connectorFetch('closed', url)), url).to.include({ reason: 'url_not_allowed' })
    expect(await rejection(client.connectorFetch('nobody', api))).to.include({ reason: 'unknown_connector' })
    expect(calls).to.deep.equal([])
    expect(backend.requests.slice(asked).every((line) => line === 'GET /api/v1/connectors')).to.equal(true)
  })

  it('follows no redirect', async () => {
    answers = [() => new HttpResponse(null, { status: 302, headers: { location: 'https://evil.test/' } })]
    expect(await rejection(client.connectorFetch('demo', api))).to.include({
      name: 'InvalidResponseError',
      reason: 'redirect_refused',
    })
    answers = [() => new HttpResponse(null, { status: 307 })]
    expect(await rejection(client.connectorFetch('closed', '/v1'))).to.include({ reason: 'redirect_refused' })
    expect(calls.map(({ url }) => new URL(url).host)).to.deep.equal([new URL(api).host, location.host])
  })

  it('renews the token after a 401 and calls once more', async () => {
    const old = await client.getAccessToken('demo')
    answers = [() => new HttpResponse(null, { status: 401 })]
    const bodies: BodyInit[] = [
      'text',
      new Blob(['text']),
      new TextEncoder().encode('text'),
      new URLSearchParams({ a: '1' }),
    ]
    expect((await client.connectorFetch('demo', api, { method: 'PUT', body: 'text' })).status).to.equal(200)
    expect(calls.map(({ body }) => body)).to.deep.equal(['text', 'text'])
    expect(calls[0]?.authorization).to.equal(`Bearer ${old}`)
    expect(calls[1]?.authorization).to.equal(`Bearer ${await client.getAccessToken('demo')}`)
    expect(calls[1]?.authorization).not.to.equal(calls[0]?.authorization)
    for (const body of bodies) {
      answers = [() => new HttpResponse(null, { status: 401 })]
      expect((await client.connectorFetch('demo', api, { method: 'PUT', body })).status).to.equal(200)
      expect(calls.at(-1)?.body).to.equal(calls.at(-2)?.body)
    }
  })

  it('calls no third time, and gives the service’s own 401', async () => {
    const refuse = () => new HttpResponse('no', { status: 401 })
    answers = [refuse, refuse, refuse]
    expect(await (await client.connectorFetch('demo', api)).text()).to.equal('no')
    expect(calls.length).to.equal(2)
  })

  it('does not call again where the body cannot be sent again', async () => {
    answers = [() => new HttpResponse(null, { status: 401 })]
    const body = new Blob(['text']).stream()
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    // Chromium streams a body over HTTP/2 only; what matters is that nothing is sent twice.
    await client.connectorFetch('demo', api, init).catch(() => undefined)
    expect(calls.length).to.be.below(2)
    expect(backend.count('/credentials')).to.equal(1)
  })

  it('gives the 401 where no other token can be had, and says so where the person must connect again', async () => {
    await client.getAccessToken('demo')
    const refuse = () => new HttpResponse('no', { status: 401 })
    answers = [refuse]
    backend.instead.set('/credentials', () => problem('storage_unavailable', 503, true))
    expect((await client.connectorFetch('demo', api)).status).to.equal(401)
    answers = [refuse]
    backend.instead.set('/credentials', () => problem('needs_reconnect', 409))
    expect(await rejection(client.connectorFetch('demo', api))).to.include({ reason: 'needs_reconnect' })
  })

  it('takes the token that another call has renewed meanwhile: one refresh for all', async () => {
    await client.getAccessToken('demo')
    answers = Array.from({ length: 5 }, () => () => new HttpResponse(null, { status: 401 }))
    const all = await Promise.all(Array.from({ length: 5 }, () => client.connectorFetch('demo', api)))
    expect(all.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200])
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('does not renew for a 401 to a token that is no longer the present one', async () => {
    for (const storage of ['memory', 'indexeddb'] as const) {
      const { client: other } = startClient(backend, { storage, sessionKey: storage })
      await other.getAccessToken('demo')
      const before = backend.count('/credentials')
      worker.use(
        http.get(`${api}/late`, async () => pause(150).then(() => new HttpResponse(null, { status: 401 })), {
          once: true,
        }),
      )
      const late = other.connectorFetch('demo', `${api}/late`)
      await pause(50)
      await other.getAccessToken('demo', { forceRefresh: true })
      expect((await late).status).to.equal(200)
      expect(backend.count('/credentials')).to.equal(before + 1)
      other.close()
    }
  })

  it('goes through the proxy where a page may not hold the token: by origin, or by path and alias', async () => {
    const under = `${location.origin}${backend.baseUrl}/api/v1/proxy/closed`
    await client.connectorFetch('closed', 'https://api.closed.test/v1/a%2Fb?x=1', { method: 'PATCH', body: 'text' })
    await client.connectorFetch('closed', 'https://upload.closed.test/f', { connectionId: '0'.repeat(32) })
    await client.connectorFetch('closed', '/v1/x')
    await client.connectorFetch('closed', '/v1/../y?z', { alias: 'typed' })
    expect(calls.map(({ url }) => url)).to.deep.equal([
      `${under}/api/v1/a%2Fb?x=1`,
      `${under}/upload/f`,
      `${under}/api/v1/x`,
      `${under}/typed/y?z`,
    ])
    expect(calls[0]).to.include({ method: 'PATCH', body: 'text' })
    expect(calls[0]?.authorization).to.match(/^Bearer cct_/)
    expect(calls[1]?.headers.get('connector-auth-connection')).to.equal('0'.repeat(32))
    expect(backend.count('/credentials')).to.equal(0)
  })

  it('gives the service’s answers as they are, and the backend’s problems as errors', async () => {
    answers = [() => HttpResponse.json({ error: 'theirs' }, { status: 422 })]
    expect((await client.connectorFetch('closed', '/v1')).status).to.equal(422)
    const own = (reason: string, status: number) => () => {
      const answer = problem(reason, status)
      answer.headers.set('not-proxied', '1')
      return answer
    }
    answers = [own('not_connected', 404)]
    expect(await rejection(client.connectorFetch('closed', '/v1'))).to.include({ reason: 'not_connected' })
    answers = [own('connect_token_expired', 401)]
    expect((await client.connectorFetch('closed', '/v1')).status).to.equal(200)
    expect(backend.count('/token')).to.equal(2)
    answers = [() => HttpResponse.html('<h1>Sign in</h1>', { headers: { 'not-proxied': '1' } })]
    expect(await rejection(client.connectorFetch('closed', '/v1'))).to.include({ reason: 'protocol_mismatch' })
  })

  it('ends with the caller’s signal, with the person, and says when the service cannot be reached', async () => {
    answers = [() => HttpResponse.error()]
    expect(await rejection(client.connectorFetch('demo', api))).to.include({
      name: 'NetworkError',
      reason: 'service_unavailable',
      retryable: true,
    })
    worker.use(http.get(`${api}/slow`, () => pause(2_000).then(() => HttpResponse.json({}))))
    const abort = new AbortController()
    const [mine, theirs] = [
      rejection(client.connectorFetch('demo', `${api}/slow`, { signal: abort.signal })),
      rejection(client.connectorFetch('demo', `${api}/slow`)),
    ]
    await pause(50)
    abort.abort()
    expect((await mine).name).to.equal('AbortError')
    await client.signOut()
    expect(await theirs).to.include({ reason: 'signed_out' })
  })

  it('leaves nothing hanging on the person, however many calls there are', async () => {
    const heard: EventTarget[] = []
    const { addEventListener } = AbortSignal.prototype
    let ends: AbortSignal | null | undefined
    AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...parameters: [string, EventListener]) {
      heard.push(this)
      addEventListener.apply(this, parameters)
    }
    try {
      client.close()
      const watching: typeof fetch = async (url, init) => {
        if (typeof url === 'string' && url.startsWith(api)) ends = init?.signal
        return fetch(url, init)
      }
      client = startClient(backend, { storage: 'memory', fetch: watching }).client
      await client.connectorFetch('demo', api)
      heard.length = 0
      await client.connectorFetch('demo', api)
      await client.connectorFetch('demo', api)
      expect(heard.length).to.be.above(0)
      expect(heard.filter((signal) => signal === ends)).to.have.length(0)
    } finally {
      AbortSignal.prototype.addEventListener = addEventListener
    }
  })
})
