import { expect } from '@open-wc/testing'
import { AuthenticationError, type BrowserScheme, type SchemeRequest } from '../../src/client/index.ts'
import { type Backend, rejection, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { everything, records, show } from './records.ts'

describe('a scheme of the page', () => {
  let backend: Backend
  let asked: (SchemeRequest & { readonly accessToken?: string })[]
  const bodies: string[] = []
  const clients: { close(): void }[] = []
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  /** Every body that this page posts. */
  const watched: typeof fetch = async (input, init) => {
    bodies.push(`${typeof init?.body === 'string' ? init.body : ''} ${JSON.stringify([...new Headers(init?.headers)])}`)
    return fetch(input, init)
  }
  const scheme = (answer: object = {}): BrowserScheme => ({
    authenticate: (request) => (
      asked.push(request), { accessToken: `made-${asked.length}`, expiresIn: 600, ...answer }
    ),
    refresh: async (request) => (asked.push(request), { accessToken: `renewed-${asked.length}`, expiresIn: 600 }),
  })

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    asked = []
    bodies.length = 0
    const common = { name: 'x', category: 'x', scopes: { default: [], required: [], optional: [] } }
    backend.connectors = [
      { ...common, id: 'own', method: 'custom', reach: 'direct', apiOrigins: [] },
      { ...common, id: 'demo', method: 'oauth2', reach: 'direct', apiOrigins: [] },
    ]
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
  })

  it('makes tokens that are kept and sealed here, and posted nowhere', async () => {
    const options = { custom: { own: scheme() }, fetch: watched }
    const { client } = start(backend, options)
    expect(await client.getAccessToken('own', { scopes: ['read'] })).to.equal('made-1')
    expect(await client.getCredentials('own', { scopes: ['read'] })).to.deep.include({
      connectionId: 'default',
      tokenType: 'Bearer',
      scopes: ['read'],
    })
    expect(asked[0]).to.deep.include({ connectorId: 'own', connectionId: 'default', scopes: ['read'] })
    await until(async () => (await records(backend.baseUrl)).length === 1)
    expect(await start(backend, options).client.getAccessToken('own', { scopes: ['read'] })).to.equal('made-1')
    expect((await everything('')).map(([name, value]) => name + show(value)).join()).not.to.contain('made-1')
    expect(backend.count('/credentials')).to.equal(0)
    expect(bodies.join()).not.to.contain('made-')
  })

  it('renews them near their end and by force', async () => {
    let now = Date.now()
    const { client } = start(backend, { custom: { own: scheme() }, now: () => now, storage: 'memory' })
    await client.getAccessToken('own')
    expect(await client.getAccessToken('own', { forceRefresh: true })).to.equal('renewed-2')
    expect(asked[1]?.accessToken).to.equal('made-1')
    now += 600_000
    expect(await client.getAccessToken('own')).to.equal('renewed-3')
  })

  it('may give no refresh token: it is dropped, and told', async () => {
    for (const name of ['refreshToken', 'refresh_token']) {
      const secret = `secret-${name}`
      const { client, events } = start(backend, {
        custom: { own: scheme({ [name]: secret }) },
        sessionKey: name,
        fetch: watched,
      })
      expect(JSON.stringify(await client.getCredentials('own'))).not.to.contain(secret)
      await until(() => events.length)
      expect(events).to.deep.equal([{ type: 'refresh_token_dropped', connectorId: 'own' }])
      await until(async () => (await records(name)).length === 1)
      expect(bodies.join()).not.to.contain(secret)
    }
  })

  it('works for connectors of method custom only', async () => {
    const { client } = start(backend, { custom: { demo: scheme() } })
    expect(await rejection(client.getAccessToken('demo'))).to.include({ reason: 'wrong_method' })
    expect(asked).to.deep.equal([])
  })

  it('that fails or gives something else is an error', async () => {
    const cases: [BrowserScheme['authenticate'], string][] = [
      [
        () => {
          throw new Error('no')
        },
        'service_unavailable',
      ],
      [() => Promise.reject(new AuthenticationError('credentials_rejected', 'no')), 'credentials_rejected'],
      [() => ({}) as never, 'invalid_token_response'],
      [() => 'token' as never, 'invalid_token_response'],
      [() => ({ accessToken: 'x', expiresIn: 'soon' }) as never, 'invalid_token_response'],
    ]
    for (const [authenticate, reason] of cases) {
      const { client } = start(backend, { custom: { own: { authenticate } } })
      expect(await rejection(client.getAccessToken('own'))).to.include({ reason })
    }
  })

  it('that never answers is not waited for without end', async () => {
    const { timeout } = AbortSignal
    AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds === 20_000 ? 200 : milliseconds)
    try {
      const { client } = start(backend, { custom: { own: { authenticate: () => new Promise(() => {}) } } })
      const error = await rejection(client.getAccessToken('own'))
      expect(error).to.include({ name: 'TimeoutError', reason: 'service_unavailable', retryable: true })
    } finally {
      AbortSignal.timeout = timeout
    }
  })

  it('that never answers ends with the person', async () => {
    let signal: AbortSignal | undefined
    const authenticate: BrowserScheme['authenticate'] = (request) => {
      signal = request.signal
      return new Promise(() => {})
    }
    const { client } = start(backend, { custom: { own: { authenticate } } })
    const reading = rejection(client.getAccessToken('own'))
    await until(() => signal)
    await client.signOut()
    expect(await reading).to.include({ reason: 'signed_out' })
    expect(signal?.aborted).to.equal(true)
  })

  it('leaves nothing hanging on the person, however often it is asked', async () => {
    let heard = 0
    const { client } = start(backend, {
      custom: {
        own: {
          authenticate({ signal }) {
            const { addEventListener } = signal
            signal.addEventListener = (...parameters: [string, EventListener]) => {
              heard++
              addEventListener.apply(signal, parameters)
            }
            return { accessToken: `made-${heard}` }
          },
        },
      },
    })
    await client.getAccessToken('own')
    heard = 0
    await client.getAccessToken('own', { forceRefresh: true })
    expect(heard).to.equal(0)
  })

  it('stands as connected while its token is good, and is ended here', async () => {
    const { client } = start(backend, { custom: { own: scheme() } })
    expect(await client.getStatus('own')).to.deep.equal({ status: 'not_connected' })
    await client.getAccessToken('own', {})
    expect((await client.getStatus('own')).status).to.equal('connected')
    expect(await client.disconnect('own')).to.deep.equal({ revocation: 'unsupported' })
    expect(await client.getStatus('own')).to.deep.equal({ status: 'not_connected' })
    expect(backend.requests.filter((line) => line.includes('own'))).to.deep.equal([])
  })
})
