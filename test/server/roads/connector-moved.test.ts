import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startRoads } from '../../support/roads.ts'
import { newStore } from '../../support/store.ts'

const added = '/api/v1/connectors/added'
const url = 'https://elsewhere.example/x'
const origin = 'https://elsewhere.example'

/** A connector that was added over the API, with the registration at it. */
async function withAdded(t: TestContext) {
  const store = await newStore()
  const roads = await startRoads(t, { backend: { store } })
  const record = { ...roads.fake.record(), id: 'added', name: 'Added service' }
  const { clientId, clientSecret } = roads.fake
  const client = { clientId, clientSecret }
  const put = async (changes: object, more: object = {}) => {
    const { status, body } = await roads.host('PUT', added, { record: { ...record, ...changes }, ...more })
    return [status, body.reason, body.detail]
  }
  assert.deepEqual(await put({}, { client }), [200, undefined, undefined])
  return { ...roads, store, record, client, put }
}

const refused = ([status, reason, detail]: readonly unknown[]) => {
  assert.deepEqual([status, reason], [409, 'connector_moved'])
  assert.ok(String(detail).includes(origin) && String(detail).endsWith('was not saved.'), String(detail))
}

test('while somebody is connected, no field sends a credential to another host, unless that is said', async (t) => {
  const { put, page, record } = await withAdded(t)
  const calls = await page()
  await calls.connect({ connectorId: 'added' })
  const moves: object[] = [
    { issuer: origin },
    { token: { ...record.token, url } },
    { refresh: { ...record.refresh, url } },
    { revoke: { url } },
    { par: { url } },
    { device: { url } },
    { identity: { from: 'userinfo', url, id: 'id', name: 'name' } },
    { apiOrigins: [...record.apiOrigins, origin] },
    { proxy: { api: { origin } } },
    { capture: { x: { from: 'request', url, path: 'x', optional: true } } },
  ]
  for (const move of moves) refused(await put(move))
  assert.equal((await calls.post('/api/v1/connections/added/credentials', { forceRefresh: true })).status, 200)
  for (const harmless of [{ name: 'Renamed' }, { authorize: { ...record.authorize, url } }, { resource: [url] }])
    assert.deepEqual(await put(harmless), [200, undefined, undefined], JSON.stringify(harmless))
  assert.equal((await put({ token: { ...record.token, url } }, { move: true }))[0], 200)
})

test('a typed key goes to no other host than the one it was typed for', async (t) => {
  const roads = await startRoads(t)
  const keyed = {
    id: 'keyed',
    name: 'Keyed',
    category: 'other',
    method: 'api_key',
    apiOrigins: ['https://api.example'],
    reach: 'proxy',
    inject: { headers: { 'x-api-key': '{apiKey}' } },
    proxy: { api: { origin: 'https://api.example' } },
    checked: 'docs 2026-11-21',
    sources: [],
  }
  const put = async (changes: object) => {
    const { status, body } = await roads.host('PUT', '/api/v1/connectors/keyed', { record: { ...keyed, ...changes } })
    return [status, body.reason, body.detail]
  }
  assert.equal((await put({}))[0], 200)
  assert.equal((await put({ proxy: { api: { origin: 'https://other.example' } } }))[0], 200, 'nobody is connected yet')
  assert.equal((await put({}))[0], 200)
  const entered = await (await roads.page()).post('/api/v1/connections/keyed', { values: { apiKey: 'typed' } })
  assert.equal(entered.status, 201)
  for (const move of [{ proxy: { api: { origin } } }, { apiOrigins: [origin] }, { verify: { url } }])
    refused(await put(move))
})

test('to remove a connector first is no way around', async (t) => {
  const { put, page, host, client, record, store } = await withAdded(t)
  const calls = await page()
  await calls.connect({ connectorId: 'added' })
  const moved = { token: { ...record.token, url } }
  await host('DELETE', added)
  refused(await put(moved, { client }))
  assert.equal((await put({}, { client }))[0], 200, 'it may come back as it was')
  await host('DELETE', added)
  // As a program left it that kept no last records.
  await store.db.deleteFrom('meta').where('name', 'like', 'removed_connector:%').execute()
  refused(await put(moved, { client }))
  assert.equal((await put({}, { client, move: true }))[0], 200)
  assert.equal((await calls.post('/api/v1/connections/added/credentials', { forceRefresh: true })).status, 200)
})

test('a stored record that cannot be read is no permission', async (t) => {
  const { put, page, record, store } = await withAdded(t)
  await (await page()).connect({ connectorId: 'added' })
  await store.db.updateTable('connector').set({ record: '{"method":"oauth2","of":"a newer program"}' }).execute()
  const [status] = await put({ token: { ...record.token, url } })
  assert.ok(Number(status) >= 400, String(status))
  assert.equal((await put({}, { move: true }))[0], 200, 'it can be mended')
})

test('tokens that are still to be revoked go to no other host', async (t) => {
  const { put, page, record, client, fake, store } = await withAdded(t)
  const calls = await page()
  await calls.connect({ connectorId: 'added' })
  await fake.close()
  const ended = await calls.post('/api/v1/connections/added/disconnect')
  assert.equal(ended.body.revocation, 'failed_will_retry')
  refused(await put({ revoke: { url } }, { client }))
  refused(await put({ token: { ...record.token, url } }, { client }))
  assert.equal((await put({ apiOrigins: [origin] }, { client }))[0], 200, 'an API gets none of them')
  await store.db.deleteFrom('revocation').execute()
  assert.equal((await put({ revoke: { url } }, { client }))[0], 200)
})

test('a client secret that is kept goes to no other host, unless that is said or a new one comes with the record', async (t) => {
  const { put, host, client, record, fake } = await withAdded(t)
  const moved = { token: { ...record.token, url } }
  refused(await put(moved))
  refused(await put({ par: { url } }))
  assert.equal((await put({ apiOrigins: [origin] }))[0], 200, 'an API never gets it')
  assert.equal((await put(moved, { client }))[0], 200)
  assert.equal((await put({}, { move: true }))[0], 200)
  await host('DELETE', added)
  refused(await put(moved))
  // The one of the configuration is no less a secret.
  const configured = { ...fake.record(), token: { ...record.token, url } }
  const answer = await host('PUT', '/api/v1/connectors/fake', { record: configured })
  refused([answer.status, answer.body.reason, answer.body.detail])
})
