import { expect } from '@open-wc/testing'
import { HttpResponse, http } from 'msw'
import type { Client, ClientEvent } from '../../src/client/index.ts'
import { type Backend, rejection, startBackend, startClient, startWorker, tagOfUser, until, worker } from './backend.ts'

// No other test of this file: what was loaded once is not asked for again.
describe('a page that cannot load what keeps credentials', () => {
  let backend: Backend
  let client: Client
  let events: ClientEvent[]

  before(startWorker)
  after(() => void worker.stop())
  afterEach(() => {
    client.close()
    worker.resetHandlers()
  })

  it('does not say at sign-out that it has wiped anything, and loses no token that it was given', async () => {
    backend = startBackend()
    let away = true
    worker.use(http.get('*/src/client/keeping.ts', () => (away ? HttpResponse.error() : undefined)))
    ;({ client, events } = startClient(backend))
    expect(await rejection(client.connections())).to.include({ reason: 'part_unavailable', retryable: true })
    await client.signOut()
    await until(() => events.length === 2)
    expect(events[1]).to.include({ type: 'sign_out_finished', wiped: false })
    client.close()
    const authToken = `cct_${tagOfUser('a')}_${'0'.repeat(64)}`
    ;({ client } = startClient(backend, { storage: 'memory', tokenUrl: '', authToken }))
    expect(await rejection(client.connections())).to.include({ reason: 'part_unavailable' })
    away = false
    await client.connections()
  })
})
