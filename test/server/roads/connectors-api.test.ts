import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue, createBackend, sqliteStore } from '../../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey } from '../../support/backend.ts'
import { startRoads } from '../../support/roads.ts'

const added = '/api/v1/connectors/added'

async function withRecord(t: Parameters<typeof startRoads>[0], changes: object = {}) {
  const roads = await startRoads(t)
  const record = { ...roads.fake.record(), id: 'added', name: 'Added service', ...changes }
  const { clientId, clientSecret } = roads.fake
  return { ...roads, record, client: { clientId, clientSecret }, put: (body: object) => roads.host('PUT', added, body) }
}

test('a record and a client that are put make a connector at once, on every backend of the store', async (t) => {
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { backend: { store } })
  const second = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [],
    clients: {},
    egress: { allow: [roads.fake.issuer] },
  })
  const there = callsOf(second, roads.fake)
  const page = await there.page('ana')
  assert.equal((await page.connect({ connectorId: 'added' })).body.reason, 'unknown_connector')
  const record = { ...roads.fake.record(), id: 'added' }
  const { clientId, clientSecret } = roads.fake
  const put = await roads.host('PUT', added, { record, client: { clientId, clientSecret } })
  assert.deepEqual([put.status, put.body], [200, { id: 'added', warnings: [] }])
  assert.equal((await page.connect({ connectorId: 'added' })).body.status, 'ACTIVE')
  assert.equal((await page.post('/api/v1/connections/added/credentials', { forceRefresh: true })).status, 200)
  const events = (await roads.host('GET', '/api/v1/audit?connectorId=added')).body.events
  assert.deepEqual(events.map(({ event }: { event: string }) => event).slice(0, 2), [
    'client_registration.saved',
    'connector.saved',
  ])
})

test('record and client are put apart too: each leaves the other as it is', async (t) => {
  const { put, record, client, page } = await withRecord(t)
  const calls = await page()
  assert.deepEqual([(await put({ client })).status, (await put({ client })).body.reason], [404, 'unknown_connector'])
  assert.equal((await put({ record })).status, 200)
  assert.equal((await calls.connect({ connectorId: 'added' })).body.reason, 'connector_not_configured')
  assert.equal((await put({ client })).status, 200)
  assert.equal((await calls.connect({ connectorId: 'added' })).body.status, 'ACTIVE')
  assert.equal((await put({ record: { ...record, name: 'Renamed' } })).status, 200)
  assert.equal((await calls.connect({ connectorId: 'added' })).body.status, 'ACTIVE', 'the client is still there')
  const listed = (await calls.get('/api/v1/connectors')).body.connectors
  assert.equal(listed.find(({ id }: { id: string }) => id === 'added').name, 'Renamed')
})

test('a record over the API stands before the configured one, and goes when it is removed', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.page()
  const scopes = async () => new URL((await page.begin()).created.body.redirectUrl).searchParams.get('scope')
  const { issuer } = roads.fake
  const record = { ...roads.fake.record(), authorize: { url: `${issuer}/authorize`, scope: { default: ['other'] } } }
  assert.equal(await scopes(), 'read')
  await roads.host('PUT', '/api/v1/connectors/fake', { record })
  assert.equal(await scopes(), 'other')
  assert.equal((await roads.host('DELETE', '/api/v1/connectors/fake')).status, 204)
  assert.equal(await scopes(), 'read')
  const again = await roads.host('DELETE', '/api/v1/connectors/fake')
  assert.deepEqual(
    [again.status, again.body.reason],
    [404, 'unknown_connector'],
    'configured ones are not removed here',
  )
})

test('removing a connector leaves its connections, which work again when it is back', async (t) => {
  const { put, record, client, page, host } = await withRecord(t)
  await put({ record, client })
  const calls = await page()
  await calls.connect({ connectorId: 'added' })
  assert.equal((await host('DELETE', added)).status, 204)
  const path = '/api/v1/connections/added/credentials'
  assert.equal((await calls.post(path)).body.reason, 'unknown_connector')
  assert.equal((await calls.get('/api/v1/connections')).body.connections.length, 1)
  await put({ record, client })
  assert.equal((await calls.post(path, { forceRefresh: true })).status, 200)
})

test('every fault of a record is told with its field and the mend, and nothing is stored', async (t) => {
  const { put, record, client, host } = await withRecord(t)
  const { issuer } = record
  const cases: [object, RegExp][] = [
    [{ authorize: { url: 'ftp://as.test/authorize' } }, /authorize\.url: /],
    [{ authorize: { url: 'http://as.test/authorize' } }, /authorize\.url: use https/],
    [{ authorize: { url: 'https://u:p@as.test/' } }, /authorize\.url: take the user name and password out/],
    [{ token: { url: 'https://as.test/token#x' } }, /token\.url: take the fragment out/],
    [{ token: { url: `${issuer}/{tenant}/token` } }, /token\.url: declare tenant among inputs or capture/],
    [{ token: {} }, /token\.url: write it, or set discovery/],
    [{ issuer: null, issuerRequired: true }, /issuerRequired: name the issuer too/],
    [{ dpop: true }, /reach: say proxy/],
    [{ reach: 'everywhere' }, /reach: /],
    [{ more: 1 }, /more: /],
    [{ name: '' }, /name: /],
    [{ method: 'magic' }, /method: /],
    [{ icon: { viewBox: '0 0 1 1', paths: [{ d: '<script>' }] } }, /icon\.paths/],
  ]
  for (const [changes, expected] of cases) {
    const { status, body } = await put({ record: { ...record, ...changes }, client })
    assert.deepEqual([status, body.reason], [400, 'connector_invalid'], JSON.stringify(changes))
    assert.match(body.detail, expected)
  }
  const many = await put({
    record: { ...record, token: { url: 'http://as.test/' }, revoke: { url: 'http://as.test/' } },
  })
  assert.match(many.body.detail, /token\.url: use https; revoke\.url: use https/)
  for (const other of [null, 'x', 1, [], {}])
    assert.equal((await put({ record: other })).status, 400, JSON.stringify(other))
  const renamed = await put({ record: { ...record, id: 'else' } })
  assert.match(renamed.body.detail, /record\.id: write added, as in the path/)
  for (const body of [{ record, client, more: 1 }, { client: {} }, { client: { clientId: '' } }])
    assert.equal((await put(body)).body.reason, 'invalid_request')
  assert.equal((await host('DELETE', added)).status, 404, 'nothing was stored')
  const kept = await host('GET', '/api/v1/connectors')
  assert.deepEqual(
    kept.body.connectors.map(({ id }: { id: string }) => id),
    ['fake'],
  )
})

test('warnings come with the answer, and stop nothing', async (t) => {
  const { put, record, client } = await withRecord(t, { issuer: null, issuerRequired: false })
  const { identity: _, ...rest } = record
  const { status, body } = await put({ record: rest, client })
  assert.equal(status, 200)
  assert.deepEqual(body.warnings.map(({ field }: { field: string }) => field).sort(), ['identity', 'issuer'])
  for (const { mend } of body.warnings) assert.ok(mend.length > 10)
})

// Attacks 25 and 37.
test('an address of this machine or of a private network is refused in every field, in every notation', async (t) => {
  const { put, record, client, host } = await withRecord(t)
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '169.254.169.254',
    '[fd00:ec2::254]',
    '100.64.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '192.0.0.192',
    '[fe80::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    'sub.localhost',
    'localhost.',
    'ⓛocalhost',
    '127。0。0。1',
  ]
  const told = async (changes: object, field: string) => {
    const { status, body } = await put({ record: { ...record, ...changes }, client })
    assert.deepEqual([status, body.reason], [400, 'connector_invalid'], JSON.stringify(changes))
    assert.ok(body.detail.includes(`${field}: `), `${JSON.stringify(changes)}: ${body.detail}`)
  }
  for (const name of hosts) await told({ token: { url: `https://${name}/token` } }, 'token.url')
  const url = 'https://169.254.169.254/x'
  await told({ issuer: url }, 'issuer')
  await told({ authorize: { url } }, 'authorize.url')
  await told({ refresh: { rotation: 'always', url } }, 'refresh.url')
  await told({ revoke: { url } }, 'revoke.url')
  await told({ par: { url } }, 'par.url')
  await told({ device: { url } }, 'device.url')
  await told({ identity: { from: 'userinfo', url, id: 'x', name: 'x' } }, 'identity.url')
  await told({ apiOrigins: ['https://169.254.169.254'] }, 'apiOrigins[0]')
  await told({ proxy: { api: { origin: 'https://10.0.0.1' } } }, 'proxy.api.origin')
  await told({ capture: { x: { from: 'request', url, path: 'x', optional: true } } }, 'capture.x.url')
  await told({ token: { url: 'https://as.test:22/token' } }, 'token.url')
  assert.equal((await host('DELETE', added)).status, 404, 'nothing was stored')
  assert.equal((await put({ record, client })).status, 200, 'the positive control: an origin that egress allows')
})

test('the list shows forms and what a page needs, and neither an endpoint nor a secret', async (t) => {
  const { put, record, client, page, host } = await withRecord(t)
  await put({ record: { ...record, token: { ...record.token, params: { audience: 'canary-param' } } }, client })
  const keyed = {
    id: 'keyed',
    name: 'Keyed',
    category: 'fakes',
    method: 'api_key',
    apiOrigins: [],
    reach: 'proxy',
    inputs: [
      { name: 'region', label: 'Region', enum: ['eu', 'us'], labels: { eu: 'Europe' } },
      { name: 'apiKey', label: 'API key', secret: true, help: 'In your settings.' },
    ],
    inject: { headers: { 'x-api-key': '{apiKey}', 'x-canary': 'canary-header' } },
    checked: 'docs 2026-11-21',
    sources: [],
  }
  assert.equal((await host('PUT', '/api/v1/connectors/keyed', { record: keyed })).status, 200)
  const calls = await page()
  await calls.post('/api/v1/connections/keyed', { values: { region: 'eu', apiKey: 'canary-typed' } })
  for (const answer of [await calls.get('/api/v1/connectors'), await host('GET', '/api/v1/connectors')]) {
    assert.equal(answer.status, 200)
    const text = JSON.stringify(answer.body)
    for (const hidden of ['canary', '/token', '/authorize', client.clientSecret, client.clientId, 'sources', 'inject'])
      assert.equal(text.includes(hidden), false, hidden)
    const shown = answer.body.connectors.find(({ id }: { id: string }) => id === 'keyed')
    assert.deepEqual(shown.inputs, keyed.inputs)
    const oauth = answer.body.connectors.find(({ id }: { id: string }) => id === 'added')
    assert.deepEqual(
      [oauth.inputs, oauth.scopes, oauth.apiOrigins],
      [undefined, { default: ['read'], required: [], optional: ['write'] }, [record.issuer]],
    )
  }
})

test('only what can be connected is listed', async (t) => {
  const roads = await startRoads(t, { backend: { connectors: [catalogue.gmail, catalogue.stripe], clients: {} } })
  const ids = async () =>
    (await roads.host('GET', '/api/v1/connectors')).body.connectors.map(({ id }: { id: string }) => id)
  assert.equal((await ids()).includes('gmail'), false, 'no client, no connection')
  assert.equal((await ids()).includes('stripe'), true, 'a key is the person’s own')
  await roads.host('PUT', '/api/v1/connectors/gmail', { client: { clientId: 'x', clientSecret: 'y' } })
  assert.equal((await ids()).includes('gmail'), true)
})

test('neither a page nor a wrong path changes a connector', async (t) => {
  const { record, client, page, call, host } = await withRecord(t)
  const { token } = await page()
  const headers = { authorization: `Bearer ${token}`, origin: appOrigin }
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { record, client } : undefined
    assert.equal((await call(method, added, { headers, body })).body.reason, 'credential_not_accepted')
    for (const id of ['..%2fx', '__proto__', 'A', 'x'.repeat(65), '%00'])
      assert.ok([400, 404].includes((await host(method, `/api/v1/connectors/${id}`, body)).status), id)
  }
})
