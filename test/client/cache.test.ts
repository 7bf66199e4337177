import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { callBack } from './callback.ts'
import {
  type Backend,
  pause,
  problem,
  rejection,
  startBackend,
  startClient,
  startWorker,
  until,
  worker,
} from './backend.ts'
import { done, everything, put, records, show } from './records.ts'

describe('credentials', () => {
  let backend: Backend
  const clients: { close(): void }[] = []
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  const stored = (count = 1) => until(async () => (await records(backend.baseUrl)).length === count, `${count} stored`)

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
  })

  it('are read from memory when they are warm: no request, no storage, well under a microsecond each', async () => {
    const { client } = start(backend)
    const token = await client.getAccessToken('demo')
    await stored()
    const before = backend.requests.length
    const { transaction } = IDBDatabase.prototype
    let transactions = 0
    IDBDatabase.prototype.transaction = function (...parameters) {
      transactions++
      return transaction.apply(this, parameters)
    }
    const begin = performance.now()
    for (let count = 0; count < 20_000; count++) await client.getAccessToken('demo')
    const each = ((performance.now() - begin) * 1_000) / 20_000
    IDBDatabase.prototype.transaction = transaction
    expect(await client.getAccessToken('demo')).to.equal(token)
    expect(backend.requests.length).to.equal(before)
    expect(transactions).to.equal(0)
    // The bench has the exact figure; here only that nothing heavy crept in.
    expect(each).to.be.below(20)
  })

  it('outlive the page: the next one asks for a connect token and for nothing else', async () => {
    const token = await start(backend).client.getAccessToken('demo')
    await stored()
    backend.requests.length = 0
    const { client } = start(backend)
    expect(await client.getAccessToken('demo')).to.equal(token)
    expect((await client.getCredentials('demo'))?.scopes).to.deep.equal(['read'])
    expect(backend.requests).to.deep.equal(['POST /token'])
  })

  it('are not read before a connect token is in hand', async () => {
    await start(backend).client.getAccessToken('demo')
    await stored()
    backend.instead.set('/token', () => new HttpResponse(null, { status: 401 }))
    expect(await rejection(start(backend).client.getAccessToken('demo'))).to.include({ reason: 'token_source_failed' })
  })

  it('are sealed: no record holds a token, no key can be exported', async () => {
    const token = await start(backend).client.getAccessToken('demo')
    await stored()
    const all = await everything('')
    for (const [key, value] of all) expect(key + show(value)).not.to.contain(token)
    expect(all.map(([, value]) => show(value)).join()).not.to.contain('canary')
    const key = all.find(([name]) => name === 'key')?.[1]
    expect(key).to.be.instanceOf(CryptoKey)
    expect((key as CryptoKey).extractable).to.equal(false)
  })

  it('never go to the next user of the browser: with a page load and no sign-out', async () => {
    await start(backend).client.getAccessToken('demo')
    await stored()
    backend.user = 'b'
    expect(await start(backend).client.getAccessToken('demo')).to.match(/^canary-b-/)
    await until(
      async () => (await records(backend.baseUrl)).every(([name]) => name.includes('b'.repeat(32))),
      "the wiping of A's records",
    )
  })

  it('never go to the next user of the page: with signOut()', async () => {
    const { client, events } = start(backend)
    await client.getAccessToken('demo')
    await stored()
    await client.signOut()
    expect(await everything(backend.baseUrl)).to.deep.equal([])
    expect(backend.requests.at(-1)).to.equal('DELETE /api/v1/connect-tokens/current')
    await until(() => events.length === 2)
    expect(events).to.deep.equal([{ type: 'signed_out' }, { type: 'sign_out_finished', revoked: true, wiped: true }])
    backend.user = 'b'
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
  })

  it('never go to the next user of the page: where the token source changes its mind by itself', async () => {
    const { client } = start(backend)
    await client.getAccessToken('demo')
    await stored()
    backend.user = 'b'
    backend.instead.set(
      '/connections',
      () => (backend.instead.delete('/connections'), problem('connect_token_invalid', 401)),
    )
    expect(await rejection(client.connections())).to.include({ reason: 'person_changed' })
    await until(async () => (await records(backend.baseUrl)).length === 0, "the wiping of A's records")
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
  })

  it('never go to the next user of the page: where a redeem is answered after the user has changed', async () => {
    const { client } = start(backend)
    const session = await client.initialize({ connectorId: 'demo' })
    let answer = () => {}
    const gate = new Promise<void>((resolve) => (answer = resolve))
    const credentials = {
      connectionId: 'default',
      accessToken: 'canary-a-late',
      tokenType: 'Bearer',
      expiresInSeconds: 3_600,
      scopes: [],
      extra: {},
    }
    const scopes = { requested: [], granted: [], missing: [] }
    const active = { status: 'ACTIVE', connectionId: 'default', scopes, account: null, existing: false, credentials }
    backend.instead.set('/redeem', () => gate.then(() => HttpResponse.json(active)))
    await callBack(session.stateKey ?? '', 'code=one')
    await until(() => backend.count('/redeem'))
    backend.user = 'b'
    backend.instead.set(
      '/connections',
      () => (backend.instead.delete('/connections'), problem('connect_token_invalid', 401)),
    )
    expect(await rejection(client.connections())).to.include({ reason: 'person_changed' })
    answer()
    expect(await rejection(session.waitForCompletion())).to.include({ reason: 'cancelled' })
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
    await stored()
    expect((await records(backend.baseUrl)).every(([name]) => name.includes('b'.repeat(32)))).to.equal(true)
  })

  it('of a connection that was ended elsewhere are not served once the page knows', async () => {
    const { client } = start(backend)
    const before = await client.getAccessToken('demo')
    backend.instead.set('/connections', () => HttpResponse.json({ connections: [] }))
    expect(await client.getStatus('demo')).to.deep.equal({ status: 'not_connected' })
    expect(await client.getAccessToken('demo')).not.to.equal(before)
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('do not wait for a token function of the host that never answers, when the person signs out', async () => {
    const { client } = start(backend, {
      tokenUrl: undefined as never,
      getAuthToken: () => new Promise<string>(() => {}),
    })
    const reading = rejection(client.connections())
    await client.signOut()
    expect(await reading).to.include({ reason: 'signed_out' })
  })

  it('that arrive after signOut() are given to nobody and kept nowhere', async () => {
    const { client } = start(backend)
    let answer = () => {}
    const gate = new Promise<void>((resolve) => (answer = resolve))
    backend.instead.set('/credentials', () => gate.then(() => undefined as never))
    const reading = rejection(client.getAccessToken('demo'))
    await until(() => backend.count('/credentials'))
    const leaving = client.signOut()
    answer()
    expect(await reading).to.include({ name: 'AuthenticationError', reason: 'signed_out' })
    await leaving
    await pause(150)
    expect(await everything(backend.baseUrl)).to.deep.equal([])
  })

  it('are not written after signOut() by a write that was under way', async () => {
    const { client } = start(backend)
    const { encrypt } = crypto.subtle
    let sealing = 0
    crypto.subtle.encrypt = async (...parameters) => {
      sealing++
      await pause(100)
      return encrypt.apply(crypto.subtle, parameters)
    }
    await client.getAccessToken('demo')
    await until(() => sealing)
    await client.signOut()
    await pause(250)
    crypto.subtle.encrypt = encrypt
    expect(await everything(backend.baseUrl)).to.deep.equal([])
  })

  it('that have expired are fetched once, for however many ask', async () => {
    let now = Date.now()
    const { client, events } = start(backend, { now: () => now })
    const old = await client.getAccessToken('demo')
    await stored()
    now += 3_600_000
    const tokens = new Set(await Promise.all(Array.from({ length: 20 }, () => client.getAccessToken('demo'))))
    expect(tokens.size).to.equal(1)
    expect(tokens.has(old)).to.equal(false)
    expect(backend.count('/credentials')).to.equal(2)
    expect(events).to.deep.equal([{ type: 'token_refreshed', connectorId: 'demo', connectionId: 'default' }])
  })

  it('that have expired in the database are fetched anew, also after the clock was set back', async () => {
    for (const shift of [3_600_000, -60_000]) {
      const { client } = start(backend, { sessionKey: String(shift) })
      const token = await client.getAccessToken('demo')
      await until(async () => (await records(backend.baseUrl)).some(([name]) => name.includes(String(shift))))
      const later = start(backend, { sessionKey: String(shift), now: () => Date.now() + shift })
      expect(await later.client.getAccessToken('demo')).not.to.equal(token)
    }
  })

  it('say how long they still live; near their end they are served at once and renewed behind', async () => {
    let now = Date.now()
    backend.expiresInSeconds = 100
    const { client, events } = start(backend, { now: () => now })
    const old = await client.getAccessToken('demo')
    now += 20_000
    expect((await client.getCredentials('demo'))?.expiresInSeconds).to.equal(80)
    now += 61_000
    backend.instead.set('/credentials', () => pause(100).then(() => undefined as never))
    expect(await client.getAccessToken('demo')).to.equal(old)
    expect(await client.getAccessToken('demo')).to.equal(old)
    await until(() => events.some(({ type }) => type === 'token_refreshed'))
    expect(await client.getAccessToken('demo')).not.to.equal(old)
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('are not served in their last ten seconds, for a token must outlive the call it is for', async () => {
    let now = Date.now()
    backend.expiresInSeconds = 100
    const { client } = start(backend, { now: () => now })
    const old = await client.getAccessToken('demo')
    now += 91_000
    expect(await client.getAccessToken('demo')).not.to.equal(old)
  })

  it('that are still good stay so while the backend cannot renew them, and it is not asked at every read', async () => {
    let now = Date.now()
    backend.expiresInSeconds = 100
    const { client } = start(backend, { now: () => now })
    const old = await client.getAccessToken('demo')
    now += 85_000
    backend.instead.set('/credentials', () => problem('storage_unavailable', 503, true))
    for (let count = 0; count < 10; count++) {
      expect(await client.getAccessToken('demo')).to.equal(old)
      await pause(10)
    }
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('whose record was changed are dropped and fetched anew', async () => {
    await start(backend).client.getAccessToken('demo')
    await stored()
    const [[name, value] = ['', undefined]] = await records(backend.baseUrl)
    const changed = (value as Uint8Array).slice()
    changed[20] = (changed[20] ?? 0) ^ 1
    for (const corrupt of [changed, 'text', { a: 1 }, new Uint8Array(3), null]) {
      await put(name, corrupt)
      const fetched = backend.count('/credentials')
      const { client, events } = start(backend)
      await client.getAccessToken('demo')
      expect(backend.count('/credentials')).to.equal(fetched + 1)
      expect(events).to.deep.equal([])
      await until(async () => show((await records(backend.baseUrl))[0]?.[1]) !== show(corrupt))
    }
  })

  it('cannot be moved under another name', async () => {
    const { client } = start(backend)
    await client.getAccessToken('demo')
    await stored()
    const [[name, value] = ['', undefined]] = await records(backend.baseUrl)
    await put(name.replace('"demo"', '"other"'), value)
    await start(backend).client.getAccessToken('other')
    expect(backend.count('/connections/other/credentials')).to.equal(1)
  })

  it('are kept apart by session key and by scopes, whose order does not matter', async () => {
    const { client } = start(backend)
    const token = await client.getAccessToken('demo', { scopes: ['b', 'a'] })
    await stored()
    expect(await start(backend).client.getAccessToken('demo', { scopes: ['a', 'b'] })).to.equal(token)
    expect(await start(backend).client.getAccessToken('demo', { scopes: ['a'] })).not.to.equal(token)
    expect(
      await start(backend, { sessionKey: 'other' }).client.getAccessToken('demo', { scopes: ['a', 'b'] }),
    ).not.to.equal(token)
  })

  it('are refreshed by force, and told so', async () => {
    const { client, events } = start(backend)
    const token = await client.getAccessToken('demo')
    const fresh = await client.getAccessToken('demo', { forceRefresh: true })
    expect(fresh).not.to.equal(token)
    expect(await client.getAccessToken('demo')).not.to.equal(token)
    expect(events.map(({ type }) => type)).to.include('token_refreshed')
  })

  it('are forgotten at disconnect', async () => {
    const { client } = start(backend)
    const token = await client.getAccessToken('demo')
    await stored()
    expect(await client.disconnect('demo')).to.deep.equal({ revocation: 'revoked' })
    expect(await client.getAccessToken('demo')).not.to.equal(token)
  })

  it('are null where there is no such connection, and only then', async () => {
    const { client, events } = start(backend)
    backend.instead.set('/credentials', () => problem('not_connected', 404))
    expect(await client.getCredentials('demo')).to.equal(null)
    expect(await rejection(client.getAccessToken('demo'))).to.include({
      name: 'AuthenticationError',
      reason: 'not_connected',
    })
    backend.instead.set('/credentials', () => problem('needs_reconnect', 409))
    expect(await rejection(client.getCredentials('demo'))).to.include({ reason: 'needs_reconnect' })
    await until(() => events.length)
    expect(events).to.deep.equal([{ type: 'needs_reconnect', connectorId: 'demo', connectionId: undefined }])
  })

  it('survive that the database is deleted under the page', async () => {
    const { client, events } = start(backend)
    const token = await client.getAccessToken('demo')
    await stored()
    await done(indexedDB.deleteDatabase('connector-auth'))
    expect(await client.getAccessToken('demo')).to.equal(token)
    await client.getAccessToken('demo', { forceRefresh: true })
    await stored()
    await start(backend).client.getAccessToken('demo')
    expect(backend.count('/credentials')).to.equal(2)
    expect(events.map(({ type }) => type)).not.to.include('storage_degraded')
  })
})
