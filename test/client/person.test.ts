import { expect } from '@open-wc/testing'
import { http } from 'msw'
import type { Client, ClientEvent, ClientOptions, ConnectRequest } from '../../src/client/index.ts'
import {
  type Backend,
  pause,
  rejection,
  startBackend,
  startClient,
  startWorker,
  tagOfUser,
  until,
  worker,
} from './backend.ts'
import { callBack } from './callback.ts'

const demo: ConnectRequest = { connectorId: 'demo' }
const tokenOf = (user: string, secret: string) => `cct_${tagOfUser(user)}_${secret.repeat(64).slice(0, 64)}`

describe('the person in front of a page', () => {
  const { open } = window
  let backend: Backend
  let client: Client
  let events: ClientEvent[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    window.open = () =>
      ({ closed: false, close() {}, document: { body: {} }, location: { replace() {} } }) as unknown as Window
  })
  afterEach(() => {
    window.open = open
    client.close()
    worker.resetHandlers()
    sessionStorage.clear()
  })

  const begin = (options: Partial<ClientOptions> = {}) => {
    ;({ client, events } = startClient(backend, { storage: 'memory', ...options }))
  }
  /** An attempt that waits for the person. */
  const waiting = async () => {
    const attempt = client.start(demo)
    await until(() => attempt.state.phase === 'waiting', 'the window')
    return attempt
  }
  const types = () => events.map(({ type }) => type)

  it('stays the same with a newer token: the attempt goes on, and the next call has that token', async () => {
    begin({ tokenUrl: '', authToken: tokenOf('a', '1') })
    const attempt = await waiting()
    client.renew(tokenOf('a', '2'))
    let carried: string | null = null
    worker.use(
      http.post(`${backend.baseUrl}/api/v1/auth-sessions/*`, ({ request }) => {
        carried = request.headers.get('authorization')
      }),
    )
    await callBack(backend.sessions[0]?.stateKey ?? '', 'code=one')
    expect((await attempt.finished).status).to.equal('connected')
    expect(carried).to.equal(`Bearer ${tokenOf('a', '2')}`)
    expect(events).to.deep.equal([])
  })

  it("is another with another's token: the attempt ends, what was read is gone, and it is told", async () => {
    begin({ tokenUrl: '', authToken: tokenOf('a', '1') })
    await client.getAccessToken('demo')
    const attempt = await waiting()
    backend.user = 'b'
    client.renew(tokenOf('b', '1'))
    expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
    await until(() => events.length)
    expect(events).to.deep.equal([{ type: 'person_changed' }])
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
    // And theirs may connect.
    const theirs = await waiting()
    await callBack(backend.sessions[1]?.stateKey ?? '', 'code=two')
    expect((await theirs.finished).status).to.equal('connected')
  })

  it('is told by a token source too', async () => {
    let now = Date.now()
    begin({ now: () => now })
    const attempt = await waiting()
    backend.user = 'b'
    now += 3_600_000
    expect(await rejection(client.connections())).to.include({ reason: 'person_changed' })
    expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
    await until(() => events.length)
    expect(types()).to.deep.equal(['person_changed'])
  })

  it('is told as signed out at once, and what became of the token when that is known', async () => {
    begin()
    await client.connections()
    let answer = () => {}
    const gate = new Promise<void>((resolve) => (answer = resolve))
    backend.instead.set('/current', () => gate.then(() => undefined as never))
    const leaving = client.signOut()
    await pause(0)
    expect(types()).to.deep.equal(['signed_out'])
    answer()
    await leaving
    await until(() => events.length === 2)
    expect(events[1]).to.deep.equal({ type: 'sign_out_finished', revoked: true, wiped: true })
  })

  it('does not wait for a fetch of the host that knows neither signals nor ends', async () => {
    const { timeout } = AbortSignal
    begin({ tokenUrl: '', authToken: tokenOf('a', '1'), fetch: () => new Promise<Response>(() => {}) })
    const reading = rejection(client.connections())
    const leaving = client.signOut()
    expect(await reading).to.include({ reason: 'signed_out' })
    client.close()
    AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds === 20_000 ? 100 : milliseconds)
    try {
      begin({ tokenUrl: '', authToken: tokenOf('a', '1'), fetch: () => new Promise<Response>(() => {}) })
      expect(await rejection(client.connections())).to.include({ reason: 'backend_unreachable' })
    } finally {
      AbortSignal.timeout = timeout
    }
    void leaving
  })

  it('of a client that is closed does not come back with signing out of it', async () => {
    begin()
    await client.getAccessToken('demo')
    client.close()
    await client.signOut()
    const told = types().length
    expect(await rejection(client.getAccessToken('demo'))).to.include({ reason: 'aborted' })
    const other = startClient(backend, { storage: 'memory' }).client
    await other.signOut()
    other.close()
    await pause(10)
    expect(types().slice(told)).to.deep.equal([])
  })
})
