import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { Client, ConnectRequest } from '../../src/client/index.ts'
import { type Backend, pause, rejection, startBackend, startClient, startWorker, worker } from './backend.ts'
import { callBack } from './callback.ts'

const demo: ConnectRequest = { connectorId: 'demo' }

describe('an auth session', () => {
  let backend: Backend
  let client: Client
  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    client = startClient(backend, { storage: 'memory' }).client
  })
  afterEach(() => {
    client.close()
    worker.resetHandlers()
  })

  it('waits for the end and gives the credentials', async () => {
    const session = await client.initialize(demo)
    expect(session.redirectUrl).to.contain(session.stateKey)
    expect(await session.getStatus()).to.deep.include({ status: 'INACTIVE' })
    expect(await session.getCredentials()).to.equal(null)
    const waiting = session.waitForCompletion()
    expect(session.open().url).to.equal(session.redirectUrl)
    await callBack(session.stateKey ?? '', 'code=one')
    const { credentials, ...completion } = await waiting
    expect(completion).to.deep.equal({
      status: 'ACTIVE',
      connectionId: 'default',
      scopes: ['read'],
      missingScopes: [],
    })
    expect(credentials?.accessToken).to.match(/^canary-a-/)
    expect((await session.getCredentials())?.accessToken).to.equal(credentials?.accessToken)
    expect((await session.waitForCompletion()).status).to.equal('ACTIVE')
  })

  it('hears the answer too when the host opened the window itself', async () => {
    const session = await client.initialize(demo)
    await callBack(session.stateKey ?? '', 'code=one')
    expect((await session.waitForCompletion()).status).to.equal('ACTIVE')
  })

  it('asks the backend while no window of this page is open', async () => {
    const session = await client.initialize(demo)
    const scopes = { requested: [], granted: ['x'], missing: [] }
    backend.instead.set(session.id, () =>
      HttpResponse.json({ status: 'ACTIVE', connectionId: 'default', scopes, account: null, existing: true }),
    )
    expect(await session.waitForCompletion()).to.deep.equal({
      status: 'ACTIVE',
      connectionId: 'default',
      scopes: ['x'],
      missingScopes: [],
    })
  })

  it('rejects with a reason for every other end, and leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const note = (event: PromiseRejectionEvent) => unhandled.push(event.reason)
    addEventListener('unhandledrejection', note)
    const cancelled = await client.initialize(demo)
    void cancelled.waitForCompletion()
    cancelled.cancel()
    expect(await rejection(cancelled.waitForCompletion())).to.include({
      name: 'AuthenticationError',
      reason: 'cancelled',
    })
    const denied = await client.initialize(demo)
    await callBack(denied.stateKey ?? '', 'error=access_denied')
    expect(await rejection(denied.waitForCompletion())).to.include({ reason: 'access_denied' })
    const slow = await client.initialize(demo)
    expect(await rejection(slow.waitForCompletion({ timeoutSeconds: 0.05 }))).to.include({
      name: 'TimeoutError',
      reason: 'timeout',
    })
    expect(await rejection(slow.waitForCompletion({ signal: AbortSignal.abort() }))).to.include({ reason: 'aborted' })
    await callBack(slow.stateKey ?? '', 'code=one')
    expect((await slow.waitForCompletion()).status).to.equal('ACTIVE')
    await pause(50)
    removeEventListener('unhandledrejection', note)
    expect(unhandled).to.deep.equal([])
  })
})
