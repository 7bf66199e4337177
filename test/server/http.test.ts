import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasons } from '../../src/protocol/reasons.ts'
import { sql } from 'kysely'
import { sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, startHarness } from '../support/backend.ts'

test('bad bodies get a typed problem that names the field', async (t) => {
  const { call } = await startHarness(t)
  const path = '/api/v1/connect-tokens'
  const headers = { authorization: `Bearer ${apiKey}` }
  const cases: [string, { raw?: string; headers?: Record<string, string> }, number, string][] = [
    ['not JSON', { raw: '{"subject":' }, 400, 'invalid_json'],
    ['two values', { raw: '{"subject":"a"}{"b":1}' }, 400, 'invalid_json'],
    ['a list', { raw: '[]' }, 400, 'invalid_request'],
    ['an unknown field', { raw: '{"subject":"ana","expires_at":1}' }, 400, 'invalid_request'],
    ['a polluting field', { raw: '{"subject":"ana","__proto__":{"polluted":1}}' }, 400, 'invalid_request'],
    ['a wrong type', { raw: '{"subject":7}' }, 400, 'invalid_request'],
    ['an empty subject', { raw: '{"subject":""}' }, 400, 'invalid_request'],
    [
      'a wrong media type',
      { raw: '{"subject":"ana"}', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a compressed body',
      { raw: '{"subject":"ana"}', headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['a huge body', { raw: JSON.stringify({ subject: 'a'.repeat(70_000) }) }, 413, 'body_too_large'],
    ['a foreign origin', { raw: '{"subject":"ana","origins":["https://evil.test"]}' }, 400, 'invalid_request'],
  ]
  for (const [name, init, status, reason] of cases) {
    const answer = await call('POST', path, { ...init, headers: { ...headers, ...init.headers } })
    assert.deepEqual([answer.status, answer.body.reason], [status, reason], name)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.equal(answer.body.error, reason)
    assert.match(answer.body.requestId, /^req_/)
    assert.equal(answer.body.requestId, answer.headers.get('x-request-id'))
  }
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
})

test('unknown paths, methods and ids answer typed problems', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  assert.equal((await harness.call('GET', '/nothing')).body.reason, 'not_found')
  const wrong = await harness.call('DELETE', '/api/v1/connections')
  assert.deepEqual([wrong.status, wrong.body.reason, wrong.headers.get('allow')], [405, 'method_not_allowed', 'GET'])
  assert.equal((await page.get(`/api/v1/auth-sessions/as_${'0'.repeat(32)}`)).body.reason, 'not_found')
  assert.equal((await page.post('/api/v1/connections/..%2fx/credentials')).status, 400)
  assert.equal((await page.begin({ connectorId: 'nope' })).created.body.reason, 'unknown_connector')
  assert.equal((await page.begin({ scopes: ['admin'] })).created.body.reason, 'scope_not_allowed')
  assert.equal((await page.begin({ framed: true })).created.body.reason, 'callback_not_configured')
  assert.equal((await page.begin({ connection: { id: 'f'.repeat(32) } })).created.body.reason, 'not_connected')
  assert.equal((await page.begin({ redirect_uri: 'https://evil.test' })).created.body.reason, 'invalid_request')
})

test('a connector without a client registration says so', async (t) => {
  const harness = await startHarness(t, { backend: { clients: {} } })
  assert.equal((await (await harness.page()).begin()).created.body.reason, 'connector_not_configured')
})

test('a credential in a URL is refused', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  for (const query of ['access_token=x', 'token=x', `q=${page.token}`]) {
    assert.equal((await page.get(`/api/v1/connections?${query}`)).body.reason, 'credential_in_url')
  }
})

test('every answer is uncacheable, unframeable and unsniffable', async (t) => {
  const { call } = await startHarness(t)
  for (const path of [
    '/healthz',
    '/readyz',
    '/api/v1/openapi.json',
    '/callback/default/fake?state=x',
    '/api/v1/connections',
    '/nothing',
  ]) {
    const { headers } = await call('GET', path)
    assert.equal(headers.get('cache-control'), 'no-store', path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  }
})

test('the callback page is given to an attempt of this space and connector, and to nobody else', async (t) => {
  const harness = await startHarness(t)
  const { callback } = await (await harness.page()).begin()
  const path = callback.pathname.replace('/connector-auth', '')
  const page = await harness.call('GET', `${path}${callback.search}`)
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'sha256-/)
  assert.equal(
    page.body.includes(callback.searchParams.get('code') ?? '?'),
    false,
    'nothing of the answer is written into the page',
  )
  for (const other of [`${path}?state=unknown`, path, `/callback/default/other${callback.search}`]) {
    const answer = await harness.call('GET', other)
    assert.equal(answer.status, 400)
    assert.match(answer.body, /not started here/)
  }
})

test('every reason has a title and a remedy', () => {
  for (const [reason, { title, remedy }] of Object.entries(reasons)) assert.ok(title && remedy, reason)
})

test('the backend answers with or without its path in front', async (t) => {
  const { backend } = await startHarness(t)
  for (const url of [`${appOrigin}/connector-auth/healthz`, `${appOrigin}/healthz`]) {
    assert.deepEqual(await (await backend.fetch(new Request(url))).json(), { status: 'ok' })
  }
})

test('connectors tell a browser what it needs and nothing of the registration', async (t) => {
  const harness = await startHarness(t)
  const { body } = await (await harness.page()).get('/api/v1/connectors')
  assert.deepEqual(
    body.connectors.map(({ id, name, monogram }: { id: string; name: string; monogram: string }) => [
      id,
      name,
      monogram,
    ]),
    [['fake', 'Fake service', 'F']],
  )
  assert.equal(JSON.stringify(body).includes('/token'), false)
})

test('disconnecting deletes the connection and revokes the refresh token', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  assert.deepEqual((await page.post('/api/v1/connections/fake/disconnect')).body, { revocation: 'revoked' })
  assert.match(harness.fake.requests.at(-1)?.fields['token'] ?? '', /^fake-rt-/)
  assert.equal((await page.post('/api/v1/connections/fake/disconnect')).body.reason, 'not_connected')
})

test('disconnecting works when the authorization server does not', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  await harness.fake.close()
  assert.deepEqual((await page.post('/api/v1/connections/fake/disconnect')).body, { revocation: 'failed_will_retry' })
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections, [])
})

test('a fault of the store is retryable, a mistake of ours is internal, and neither says more', async (t) => {
  const store = sqliteStore(':memory:')
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await sql`ALTER TABLE connection RENAME TO elsewhere`.execute(store.db)
  const fault = await page.get('/api/v1/connections')
  assert.deepEqual([fault.status, fault.body.reason, fault.body.retryable], [503, 'storage_unavailable', true])
  assert.equal(fault.headers.get('retry-after'), '1')
  assert.equal(JSON.stringify(fault.body).includes('elsewhere') || JSON.stringify(fault.body).includes('table'), false)
  await store.close()
  const mistake = await page.get('/api/v1/connections')
  assert.deepEqual([mistake.status, mistake.body.reason], [500, 'internal'])
  assert.equal(JSON.stringify(mistake.body).includes('driver'), false)
})
