import { expect } from '@open-wc/testing'
import type { CredentialStore } from '../../src/client/index.ts'
import { type Backend, pause, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { exists } from './records.ts'

describe("a host's own store", () => {
  let backend: Backend
  let kept: Map<string, string>
  const clients: { close(): void }[] = []
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  const immediate = (): CredentialStore => ({
    load: (key) => kept.get(key),
    save: (key, value) => void kept.set(key, value),
    remove: (key) => void kept.delete(key),
  })
  const slow = (): CredentialStore => ({
    load: async (key) => (await pause(2), kept.get(key) ?? null),
    save: async (key, value) => (await pause(2), kept.set(key, value)),
    remove: async (key) => (await pause(2), kept.delete(key)),
  })
  const names = () => [...kept.keys()].filter((name) => name.includes(backend.baseUrl))

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    kept = new Map()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
  })

  for (const [kind, make] of [
    ['that answers at once', immediate],
    ['that answers later', slow],
  ] as const) {
    it(`${kind} keeps tokens over page loads, in place of the database`, async () => {
      const store = make()
      const { client, events } = start(backend, { store })
      const token = await client.getAccessToken('demo')
      await until(() => names().length === 2)
      const next = start(backend, { store })
      expect(await next.client.getAccessToken('demo')).to.equal(token)
      expect(backend.count('/credentials')).to.equal(1)
      // As it stands there: sealing is the host's.
      expect([...kept.values()].join()).to.contain(token)
      expect(await exists()).to.equal(false)
      expect(events).to.deep.equal([])
    })

    it(`${kind} is wiped at disconnect, at signOut(), and for the next person`, async () => {
      const store = make()
      const { client } = start(backend, { store })
      const tokens = [await client.getAccessToken('demo'), await client.getAccessToken('more')]
      await until(() => names().length === 4)
      await client.disconnect('demo')
      await until(() => names().length === 1)
      expect([...kept.values()].join()).not.to.contain(tokens[0])
      backend.user = 'b'
      await start(backend, { store }).client.getAccessToken('demo')
      await until(() => names().length === 2 && names().every((name) => name.includes('b'.repeat(32))))
      expect([...kept.values()].join()).not.to.contain('canary-a')
      await start(backend, { store }).client.signOut()
      expect(names()).to.deep.equal([])
      expect([...kept.values()].join()).to.equal('[]')
    })
  }

  it('forgets nothing that two tabs write at once', async () => {
    const store = slow()
    const all = Array.from({ length: 6 }, (_, index) => start(backend, { store, sessionKey: String(index) }))
    await Promise.all(all.map(({ client }, index) => client.getAccessToken(`demo${index}`)))
    await until(() => names().length === 12)
    expect(await all[0]?.client.sessionKeys()).to.deep.equal(['0', '1', '2', '3', '4', '5'])
    await all[0]?.client.signOut()
    expect(names()).to.deep.equal([])
  })

  it('whose values are not ours is as if it were empty', async () => {
    for (const value of ['', 'text', '{}', 'null', '[1]', '"default"']) {
      const { client, events } = start(backend, { store: { ...immediate(), load: () => value } })
      expect(await client.getAccessToken('demo')).to.match(/^canary-/)
      expect(events).to.deep.equal([])
    }
  })

  const faults: [string, Partial<CredentialStore>][] = [
    [
      'that throws',
      {
        load: () => {
          throw new Error('no')
        },
      },
    ],
    ['that rejects', { load: () => Promise.reject(new Error('no')) }],
    ['that is full', { save: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) }],
    ['that never answers', { load: () => new Promise(() => {}) }],
  ]
  for (const [kind, fault] of faults) {
    it(`${kind}: memory takes over, with one event`, async () => {
      const unhandled: unknown[] = []
      const note = (event: PromiseRejectionEvent) => unhandled.push(event.reason)
      addEventListener('unhandledrejection', note)
      const { client, events } = start(backend, { store: { ...immediate(), ...fault } })
      const token = await client.getAccessToken('demo')
      await until(() => events.length)
      expect(await client.getAccessToken('demo')).to.equal(token)
      await client.getAccessToken('more')
      await client.signOut()
      expect(events.filter(({ type }) => type === 'storage_degraded').length).to.equal(1)
      await pause(0)
      removeEventListener('unhandledrejection', note)
      expect(unhandled).to.deep.equal([])
    }).timeout(8_000)
  }
})
