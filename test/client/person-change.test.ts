import { expect } from '@open-wc/testing'
import { HttpResponse, http } from 'msw'
import type { Client, ClientEvent, ClientOptions } from '../../src/client/index.ts'
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

const tokenOf = (user: string, secret = '1') => `cct_${tagOfUser(user)}_${secret.repeat(64)}`
const keyed = {
  id: 'keyed',
  name: 'Keyed',
  category: 'files',
  method: 'api_key',
  reach: 'proxy',
  apiOrigins: [],
  proxyOrigins: { api: 'https://api.keyed.test' },
  scopes: { default: [], required: [], optional: [] },
  asks: true,
  inputs: [{ name: 'apiKey', label: 'API key', secret: true }],
}

describe('what was begun for one person', () => {
  let backend: Backend
  let client: Client
  let events: ClientEvent[]
  let now: number
  /** Every call that changes something: what it does, and for whom. */
  let done: string[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    backend.connectors = [keyed]
    now = Date.now()
    done = []
    const refuse = ({ request }: { request: Request }) => {
      const user = request.headers.get('authorization')?.charAt(11)
      const act = new URL(request.url).pathname.split('/').at(-1)
      done.push(`${user} ${act}`)
      // The connect token of who was here before has ended.
      return user === backend.user ? undefined : problem('connect_token_expired', 401)
    }
    worker.use(
      http.post(`${backend.baseUrl}/api/v1/connections/keyed`, refuse),
      http.post(`${backend.baseUrl}/api/v1/connections/:id/disconnect`, refuse),
      http.post(`${backend.baseUrl}/api/v1/proxy/keyed/api/send`, refuse),
    )
  })
  afterEach(() => {
    client.close()
    worker.resetHandlers()
    sessionStorage.clear()
  })
  const begin = (options: Partial<ClientOptions> = {}) => {
    ;({ client, events } = startClient(backend, { storage: 'memory', now: () => now, ...options }))
  }
  const changes = () => events.filter(({ type }) => type === 'person_changed').length

  for (const [when, change] of [
    ['when the backend refuses the token', () => (backend.user = 'b')],
    ['when the token is over', () => ((backend.user = 'b'), (now += 3_600_000))],
  ] as const) {
    it(`does not become a connection of the next one, who turns out to be there ${when}`, async () => {
      begin()
      await client.connectors()
      const attempt = client.start({ connectorId: 'keyed' })
      await until(() => attempt.state.phase === 'entering', 'the form')
      change()
      attempt.enter({ apiKey: 'typed-by-a' })
      expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
      await until(changes, 'the change')
      await client.connections()
      expect(done.filter((line) => line !== 'a keyed')).to.deep.equal([])
    })

    it(`ends nothing and sends nothing of the next one, who turns out to be there ${when}`, async () => {
      for (const call of [
        () => client.disconnect('keyed'),
        () => client.connectorFetch('keyed', '/send', { method: 'POST', body: 'of a' }),
      ]) {
        backend.user = 'a'
        begin()
        await client.connections()
        change()
        expect(await rejection(call())).to.include({ name: 'AuthenticationError', reason: 'person_changed' })
        expect(changes()).to.equal(1)
        client.close()
      }
      expect(done.filter((line) => !line.startsWith('a'))).to.deep.equal([])
    })
  }

  for (const storage of ['memory', 'indexeddb'] as const)
    it(`and is answered late is not kept for the next one: ${storage}`, async () => {
      begin({ storage, tokenUrl: '', authToken: tokenOf('a') })
      await client.getAccessToken('demo')
      await client.disconnect('demo')
      let answer = () => {}
      const gate = new Promise<void>((resolve) => (answer = resolve))
      const theirs = { connectionId: 'default', tokenType: 'Bearer', expiresInSeconds: 3_600, scopes: [], extra: {} }
      backend.instead.set('/credentials', () =>
        gate.then(() => HttpResponse.json({ ...theirs, accessToken: 'canary-a-late' })),
      )
      const reading = rejection(client.getAccessToken('demo'))
      await until(() => backend.count('/credentials') > 1)
      backend.instead.delete('/credentials')
      backend.user = 'b'
      client.renew(tokenOf('b'))
      await until(changes, 'the change')
      answer()
      expect(await reading).to.include({ reason: 'person_changed' })
      expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
    })

  it('is no longer read from the moment the host has given the token of another, also while that cannot be traded', async () => {
    begin({ tokenUrl: '', authToken: tokenOf('a') })
    expect(await client.getAccessToken('demo')).to.match(/^canary-a-/)
    backend.user = 'b'
    backend.instead.set('/connect-tokens', () => HttpResponse.error())
    expect(client.renew('eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmVk')).to.equal(true)
    for (const read of [client.getAccessToken('demo'), client.getAccessToken('demo')])
      expect(await rejection(read)).to.include({ reason: 'token_source_unavailable', retryable: true })
    backend.instead.set('/connect-tokens', () =>
      HttpResponse.json({ token: tokenOf('b'), expiresInSeconds: 600 }, { status: 201 }),
    )
    // Asked for after the host said who is here: it is theirs.
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
    expect(changes()).to.equal(1)
  })
})
