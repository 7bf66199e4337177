import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { type Backend, pause, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { done, everything, openDatabase, openOwn, put, records, show } from './records.ts'

describe('a storage that fails', () => {
  let backend: Backend
  const clients: { close(): void }[] = []
  const unhandled: unknown[] = []
  const note = (event: PromiseRejectionEvent) => unhandled.push(event.reason)
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  const stored = () => until(async () => (await records(backend.baseUrl)).length === 1, 'a record')
  const degraded = (events: readonly { type: string }[]) =>
    events.filter(({ type }) => type === 'storage_degraded').length
  /** What a test breaks; put back after it. */
  const originals = {
    transaction: IDBDatabase.prototype.transaction,
    put: IDBObjectStore.prototype.put,
    get: IDBObjectStore.prototype.get,
  }

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    addEventListener('unhandledrejection', note)
  })
  afterEach(async () => {
    IDBFactory.prototype.open = openOwn
    IDBDatabase.prototype.transaction = originals.transaction
    Object.assign(IDBObjectStore.prototype, { put: originals.put, get: originals.get })
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
    await pause(0)
    removeEventListener('unhandledrejection', note)
    expect(unhandled.splice(0)).to.deep.equal([])
    await done(indexedDB.deleteDatabase('connector-auth'))
  })

  /** Memory takes over, with one event, however much is asked; a token comes within the 2 s that a storage has. */
  const takesOver = async () => {
    const { client, events } = start(backend)
    const begin = performance.now()
    const token = await client.getAccessToken('demo')
    expect(performance.now() - begin).to.be.below(3_000)
    expect(await client.getAccessToken('demo')).to.equal(token)
    await client.getAccessToken('demo', { forceRefresh: true })
    await until(() => degraded(events))
    await client.getAccessToken('other')
    expect(await client.getAccessToken('other')).to.equal(await client.getAccessToken('other'))
    await client.disconnect('other')
    await client.signOut()
    await pause(20)
    expect(degraded(events)).to.equal(1)
    expect(backend.count('/connections/demo/credentials')).to.equal(2)
    expect(backend.count('/connections/other/credentials')).to.equal(1)
    return token
  }
  /** What is in the database, as text. */
  const dump = async () => (await everything('')).map(([name, value]) => name + show(value)).join()

  it('that throws when it is opened, as in some private windows: memory takes over', async () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('no', 'SecurityError')
    }
    await takesOver()
  })

  it('that does not open: memory takes over', async () => {
    // Of a later version than ours.
    const database = await done(indexedDB.open('connector-auth', 7))
    await takesOver()
    database.close()
  })

  it('that never answers when it is opened: memory takes over within 2 s', async () => {
    IDBFactory.prototype.open = () => ({}) as IDBOpenDBRequest
    await takesOver()
  }).timeout(8_000)

  it('whose opening is blocked by another tab: memory takes over within 2 s', async () => {
    const database = await done(indexedDB.open('connector-auth', 1))
    const deleting = done(indexedDB.deleteDatabase('connector-auth'))
    await takesOver()
    database.close()
    await deleting
  }).timeout(8_000)

  it('that never answers a read: memory takes over within 2 s', async () => {
    IDBObjectStore.prototype.get = () => ({}) as IDBRequest
    await takesOver()
  }).timeout(8_000)

  it('that has closed itself is opened again, once', async () => {
    await start(backend).client.getAccessToken('demo')
    await stored()
    let thrown = 0
    IDBDatabase.prototype.transaction = function (...parameters) {
      if (thrown++ === 0) throw new DOMException('closing', 'InvalidStateError')
      return originals.transaction.apply(this, parameters)
    }
    const { client, events } = start(backend)
    await client.getAccessToken('demo')
    expect(thrown).to.be.above(1)
    expect(backend.count('/credentials')).to.equal(1)
    expect(degraded(events)).to.equal(0)
  })

  it('that is closed for good: memory takes over', async () => {
    IDBDatabase.prototype.transaction = () => {
      throw new DOMException('closing', 'InvalidStateError')
    }
    await takesOver()
  })

  it('that lacks its object store is made anew', async () => {
    const database = await openDatabase()
    expect([...database.objectStoreNames]).to.deep.equal([])
    database.close()
    const { client, events } = start(backend)
    await client.getAccessToken('demo')
    await stored()
    expect(degraded(events)).to.equal(0)
  })

  it('that another tab deletes lets it go at once, and comes again', async () => {
    const { client, events } = start(backend)
    const token = await client.getAccessToken('demo')
    await stored()
    const begin = performance.now()
    await done(indexedDB.deleteDatabase('connector-auth'))
    expect(performance.now() - begin).to.be.below(1_000)
    expect(await client.getAccessToken('demo')).to.equal(token)
    await client.getAccessToken('demo', { forceRefresh: true })
    await stored()
    await start(backend).client.getAccessToken('demo')
    expect(backend.count('/credentials')).to.equal(2)
    expect(degraded(events)).to.equal(0)
  })

  it('that is deleted while it is read and written: every read has its token', async () => {
    const all = Array.from({ length: 8 }, (_, index) => start(backend, { sessionKey: String(index) }))
    const reads = all.map(({ client }) => client.getAccessToken('demo'))
    const deleting = [1, 2, 3].map(async (times) => {
      await pause(times * 7)
      await done(indexedDB.deleteDatabase('connector-auth'))
    })
    expect((await Promise.all(reads)).every((token) => token.startsWith('canary-'))).to.equal(true)
    await Promise.all(deleting)
  })

  it('that is full: memory takes over, and what it still holds is wiped at signOut()', async () => {
    const before = start(backend).client
    await before.getAccessToken('before')
    await stored()
    before.close()
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    await takesOver()
    expect(await everything(backend.baseUrl)).to.deep.equal([])
  })

  it('that is full only when it commits: memory takes over', async () => {
    IDBObjectStore.prototype.put = function (...parameters) {
      const request = originals.put.apply(this, parameters)
      const { transaction } = this
      request.onsuccess = () => transaction.abort()
      return request
    }
    const token = await takesOver()
    expect(await dump()).not.to.contain(token)
  })

  it('that takes no CryptoKey: memory takes over, and nothing is stored in clear', async () => {
    IDBObjectStore.prototype.put = function (value, key) {
      if (value instanceof CryptoKey) throw new DOMException('no', 'DataCloneError')
      return originals.put.call(this, value, key)
    }
    const token = await takesOver()
    expect(await everything('')).to.deep.equal([])
    expect(await dump()).not.to.contain(token)
  })

  it('whose key is gone or another one: the record counts for nothing, is fetched once and sealed anew', async () => {
    const other = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    await start(backend).client.getAccessToken('demo')
    await stored()
    for (const key of [null, undefined, 'text', other]) {
      await put('key', key)
      const fetched = backend.count('/credentials')
      const before = await dump()
      const { client, events } = start(backend)
      const token = await client.getAccessToken('demo')
      expect(backend.count('/credentials')).to.equal(fetched + 1)
      await until(async () => (await dump()) !== before, 'a new record')
      expect(await start(backend).client.getAccessToken('demo')).to.equal(token)
      expect(backend.count('/credentials')).to.equal(fetched + 1)
      expect(degraded(events)).to.equal(0)
      expect(await dump()).not.to.contain(token)
    }
  })

  it('without cryptography, as on a page without https: memory takes over, and nothing is stored', async () => {
    const { subtle } = crypto
    Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true })
    try {
      const { client, events } = start(backend)
      const token = await client.getAccessToken('demo')
      await until(() => degraded(events))
      expect(await client.getAccessToken('demo')).to.equal(token)
    } finally {
      Object.defineProperty(crypto, 'subtle', { value: subtle, configurable: true })
    }
    expect(await everything('')).to.deep.equal([])
  })

  it('in a page where only memory is wanted is not touched, and there is no event', async () => {
    IDBFactory.prototype.open = () => {
      throw new Error('not to be called')
    }
    const { client, events } = start(backend, { storage: 'memory' })
    const token = await client.getAccessToken('demo')
    expect(await client.getAccessToken('demo')).to.equal(token)
    expect(events).to.deep.equal([])
  })

  it('does not delay an answer: a token is given before its record is committed', async () => {
    let committed = false
    IDBObjectStore.prototype.put = function (...parameters) {
      const request = originals.put.apply(this, parameters)
      this.transaction.addEventListener('complete', () => (committed = true))
      return request
    }
    await start(backend).client.getAccessToken('demo')
    expect(committed).to.equal(false)
    await stored()
    expect(committed).to.equal(true)
  })

  it('does not matter to what the backend says', async () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('no', 'SecurityError')
    }
    backend.instead.set('/credentials', () => HttpResponse.html('<h1>Sign in</h1>'))
    const { client } = start(backend)
    const error = await client.getAccessToken('demo').catch((cause: { reason: string }) => cause.reason)
    expect(error).to.equal('protocol_mismatch')
  })
})
