import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { type Backend, pause, rejection, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { everything, records } from './records.ts'
import { createMemory } from '../../src/client/credential-memory.ts'

const other = '0'.repeat(32)

describe('the cache', () => {
  let backend: Backend
  const clients: { close(): void }[] = []
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  const stored = (count = 1) => until(async () => (await records(backend.baseUrl)).length === count, `${count} stored`)
  const aliases = async () => (await everything(backend.baseUrl)).filter(([, value]) => typeof value === 'string')

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
  })

  it('serves who names the connection and who does not from one record', async () => {
    const { client } = start(backend)
    const token = await client.getAccessToken('demo')
    expect(await client.getAccessToken('demo', { connectionId: 'default' })).to.equal(token)
    await stored()
    const next = start(backend).client
    expect(await next.getAccessToken('demo', { connectionId: 'default' })).to.equal(token)
    expect(await next.getAccessToken('demo')).to.equal(token)
    expect(backend.count('/credentials')).to.equal(1)
  })

  it('forgets which connection is meant without an id at any connect, add or disconnect', async () => {
    const { client } = start(backend)
    await client.getAccessToken('demo')
    await client.getAccessToken('more')
    await stored(2)
    expect((await aliases()).length).to.equal(2)
    await client.disconnect('demo', { connectionId: other })
    await until(async () => (await aliases()).length === 0, 'no alias')
    // The connection that stays is still there for who names it.
    const before = backend.count('/credentials')
    await client.getAccessToken('more', { connectionId: 'default' })
    expect(backend.count('/credentials')).to.equal(before)
    await client.getAccessToken('more')
    expect(backend.count('/credentials')).to.equal(before + 1)
  })

  it('writes nothing when it is read', async () => {
    await start(backend).client.getAccessToken('demo')
    await stored()
    const { put } = IDBObjectStore.prototype
    let writes = 0
    IDBObjectStore.prototype.put = function (...parameters) {
      writes++
      return put.apply(this, parameters)
    }
    const { client } = start(backend)
    await client.getAccessToken('demo')
    await client.getCredentials('demo')
    await pause(30)
    IDBObjectStore.prototype.put = put
    expect(writes).to.equal(0)
  })

  it('lives by a lifetime: a browser whose clock is a day wrong has the same tokens for as long', async () => {
    for (const wrong of [-86_400_000, 86_400_000]) {
      let now = Date.now() + wrong
      const { client } = start(backend, { sessionKey: String(wrong), now: () => now })
      const token = await client.getAccessToken('demo')
      now += 3_500_000
      expect(await client.getAccessToken('demo')).to.equal(token)
      now += 100_000
      expect(await client.getAccessToken('demo')).not.to.equal(token)
    }
  })

  it('survives a clock that is set by a day while the page is open: one more call, and no more than one', async () => {
    for (const step of [-86_400_000, 86_400_000]) {
      let now = Date.now()
      const { client } = start(backend, { storage: 'memory', now: () => now })
      await client.getAccessToken('demo')
      const before = backend.count('/credentials')
      now += step
      await client.getAccessToken('demo')
      await client.getAccessToken('demo')
      expect(backend.count('/credentials')).to.equal(before + 1)
    }
  })

  it('keeps nothing past its time when the wall clock is set back: the other clock counts too', async () => {
    const { now: elapsed } = performance
    const started = Date.now()
    const { client } = start(backend, { storage: 'memory', now: () => started })
    const token = await client.getAccessToken('demo')
    performance.now = () => elapsed.call(performance) + 3_600_000
    const later = await client.getAccessToken('demo')
    performance.now = elapsed
    expect(later).not.to.equal(token)
  })

  it('keeps a token without a lifetime, or with a very long one, for an hour', async () => {
    for (const lifetime of [null, 86_400]) {
      let now = Date.now()
      backend.expiresInSeconds = lifetime
      const { client } = start(backend, { storage: 'memory', now: () => now })
      const token = await client.getAccessToken('demo')
      now += 3_500_000
      expect(await client.getAccessToken('demo')).to.equal(token)
      now += 100_000
      expect(await client.getAccessToken('demo')).not.to.equal(token)
    }
  })

  it('gives a token with more scopes and says which it has; with exactScopes it does not', async () => {
    backend.scopes = ['read', 'write']
    const { client } = start(backend)
    expect((await client.getCredentials('demo', { scopes: ['read'] }))?.scopes).to.deep.equal(['read', 'write'])
    for (let times = 0; times < 2; times++)
      expect(await rejection(client.getAccessToken('demo', { scopes: ['read'], exactScopes: true }))).to.include({
        name: 'InvalidRequestError',
        reason: 'scope_not_separable',
      })
    expect(await client.getAccessToken('demo', { scopes: ['write', 'read'], exactScopes: true })).to.match(/^canary-/)
    expect(await rejection(client.getAccessToken('demo', { exactScopes: true }))).to.include({
      reason: 'scope_not_separable',
    })
  })

  it('lists the session keys and clears one set, here and in other tabs', async () => {
    const [one, two, none] = [
      start(backend, { sessionKey: 'one' }),
      start(backend, { sessionKey: 'two' }),
      start(backend),
    ]
    const old = await one.client.getAccessToken('demo')
    const kept = await two.client.getAccessToken('demo')
    const own = await none.client.getAccessToken('demo')
    await stored(3)
    expect(await none.client.sessionKeys()).to.deep.equal(['', 'one', 'two'])
    await none.client.clearSession('one')
    expect(await two.client.sessionKeys()).to.deep.equal(['', 'two'])
    await until(async () => (await one.client.getAccessToken('demo')) !== old, 'a new token')
    expect(await two.client.getAccessToken('demo')).to.equal(kept)
    expect(await none.client.getAccessToken('demo')).to.equal(own)
    await none.client.clearSession()
    expect(await none.client.sessionKeys()).to.deep.equal(['one', 'two'])
  })

  it('lists and clears in memory too', async () => {
    const { client } = start(backend, { storage: 'memory', sessionKey: 'mine' })
    const token = await client.getAccessToken('demo')
    expect(await client.sessionKeys()).to.deep.equal(['mine'])
    await client.clearSession()
    expect(await client.sessionKeys()).to.deep.equal([])
    expect(await client.getAccessToken('demo')).not.to.equal(token)
  })

  it('serves what it has while the backend is gone, and recovers when it is back', async () => {
    const { client } = start(backend)
    const token = await client.getAccessToken('demo')
    backend.instead.set('/credentials', () => HttpResponse.error())
    expect(await client.getAccessToken('demo')).to.equal(token)
    expect(await rejection(client.getAccessToken('other'))).to.include({ reason: 'backend_unreachable' })
    backend.instead.delete('/credentials')
    expect(await client.getAccessToken('other')).to.match(/^canary-/)
  })

  it('counts on when it is emptied, so that what was asked for before is never taken for what was asked for after', () => {
    const memory = createMemory(String, Date.now)
    memory.drop('["a","demo"')
    const before = memory.generationOf('["a","demo"')
    memory.clear()
    expect(memory.generationOf('["b","demo"')).to.be.above(before)
    expect(memory.generationOf('["a","demo"')).to.be.above(before)
  })
})
