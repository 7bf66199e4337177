import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultLimits } from '../../src/server/options.ts'
import { type Harness, startHarness } from '../support/backend.ts'

const read = '/api/v1/connections/fake/credentials'
const refreshes = ({ fake }: Harness) =>
  fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length

test('a token that is about to end is refreshed once, however many ask', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  await (await harness.page()).connect()
  const before = refreshes(harness)
  now += 3_580_000
  const page = await harness.page()
  const answers = await Promise.all(Array.from({ length: 100 }, () => page.post(read)))
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.equal(refreshes(harness) - before, 1)
  assert.equal(harness.fake.grants.reuses, 0)
})

test('a valid token is answered without asking the authorization server', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const connected = await page.connect()
  const calls = harness.fake.requests.length
  assert.equal((await page.post(read)).body.accessToken, connected.body.credentials.accessToken)
  assert.equal(harness.fake.requests.length, calls)
})

test('forceRefresh brings a new token, and rotation is kept over many refreshes', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const seen = new Set([(await page.connect()).body.credentials.accessToken])
  for (let round = 0; round < 5; round += 1) seen.add((await page.post(read, { forceRefresh: true })).body.accessToken)
  assert.equal(seen.size, 6)
  assert.equal(harness.fake.grants.reuses, 0)
})

test('an answer without a refresh token keeps the old one', async (t) => {
  const harness = await startHarness(t, { fake: { rotate: false } })
  const page = await harness.page()
  await page.connect()
  for (let round = 0; round < 3; round += 1) assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
})

test('a fault of the authorization server does not end the connection, and a valid token is still served', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const page = await harness.page()
  const { accessToken } = (await page.connect()).body.credentials
  // 20 s are left, less than the leeway: each read tries to refresh.
  now += 3_580_000
  const another = await harness.page()
  for (const answer of [
    { kind: 'answer', status: 503, body: '' },
    { kind: 'answer', status: 429, body: '{}' },
    { kind: 'answer', status: 401, body: '{"error":"invalid_client"}' },
  ] as const) {
    harness.fake.script(answer)
    const { status, body } = await another.post(read)
    assert.deepEqual([status, body.accessToken], [200, accessToken])
  }
  const { body } = await another.get('/api/v1/connections')
  assert.equal(body.connections[0].status, 'active')
})

test('a definitive refusal asks for a reconnect, which keeps the connection id', async (t) => {
  const harness = await startHarness(t, { fake: { expiresInSeconds: 0 } })
  const page = await harness.page()
  const connected = await page.connect()
  harness.fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  const refused = await page.post(read)
  assert.deepEqual([refused.status, refused.body.reason, refused.body.retryable], [409, 'needs_reconnect', false])
  const { body } = await page.get('/api/v1/connections')
  assert.deepEqual([body.connections[0].status, body.connections[0].reason], ['needs_reconnect', 'invalid_grant'])
  harness.fake.grants.expiresInSeconds = 3_600
  const again = await page.connect()
  assert.equal(again.body.connectionId, connected.body.connectionId)
  assert.equal((await page.post(read)).status, 200)
})

test('a refused client registration is said, and the connection lives on when it is mended', async (t) => {
  const harness = await startHarness(t, { fake: { expiresInSeconds: 0 } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' })
  assert.equal((await page.post(read)).body.reason, 'client_registration_refused')
  assert.equal((await page.post(read)).status, 200)
})

test('a refresh token in an answer that cannot be used otherwise is kept', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'answer', status: 200, body: '{"refresh_token":"rescued-rt"}' })
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'invalid_token_response')
  harness.fake.script({ kind: 'answer', status: 200, body: '{"access_token":"after","expires_in":3600}' })
  assert.equal((await page.post(read, { forceRefresh: true })).body.accessToken, 'after')
  assert.equal(harness.fake.requests.at(-1)?.fields['refresh_token'], 'rescued-rt')
})

test('a lost answer is not followed by the old refresh token at once', async (t) => {
  const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 60, authSessionSeconds: 8 }
  const harness = await startHarness(t, { backend: { limits } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'cut' })
  const lost = await page.post(read, { forceRefresh: true })
  assert.deepEqual([lost.status, lost.body.retryable], [502, true])
  const sent = refreshes(harness)
  const waiting = await page.post(read, { forceRefresh: true })
  assert.deepEqual([waiting.body.reason, waiting.body.retryable], ['refresh_in_progress', true])
  assert.equal(refreshes(harness), sent)
})

test('a slow token endpoint is given up at its limit', async (t) => {
  const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1, authSessionSeconds: 8 }
  const harness = await startHarness(t, { backend: { limits } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'delay', ms: 3_000 })
  const { status, body } = await page.post(read, { forceRefresh: true })
  assert.deepEqual([status, body.reason, body.code], [504, 'authorization_server_timeout', 'TIMEOUT'])
})

test('disconnecting during a refresh does not bring the connection back', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'delay', ms: 300 })
  const refreshing = page.post(read, { forceRefresh: true })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await page.post('/api/v1/connections/fake/disconnect')
  assert.equal((await refreshing).body.reason, 'not_connected')
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections, [])
  assert.equal(
    harness.fake.requests.filter(({ path }) => path === '/revoke').length,
    2,
    'the late grant is revoked too',
  )
})

test('a token without a refresh token is served to its end, then a reconnect is asked for', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const page = await harness.page()
  harness.fake.script({ kind: 'answer', status: 200, body: '{"access_token":"only","expires_in":50}' })
  await page.connect()
  now += 45_000
  assert.equal((await page.post(read)).body.accessToken, 'only')
  now += 6_000
  assert.equal((await page.post(read)).body.reason, 'needs_reconnect')
})

test('the default limits are those of the documentation', () => {
  assert.deepEqual(defaultLimits, {
    tokenEndpointSeconds: 15,
    leaseSeconds: 20,
    graceSeconds: 60,
    authSessionSeconds: 600,
    proxyIdleSeconds: 60,
  })
})

const noVerdicts = [
  { kind: 'answer', status: 403, body: '<html>blocked</html>', contentType: 'text/html' },
  { kind: 'answer', status: 404, body: 'not found', contentType: 'text/plain' },
  { kind: 'answer', status: 407, body: '' },
  { kind: 'answer', status: 200, body: '{"ok":false,"error":"ratelimited"}' },
  { kind: 'answer', status: 200, body: '<html>login</html>', contentType: 'text/html' },
] as const
for (const answer of noVerdicts) {
  test(`an answer that is no verdict on the grant does not end the connection: ${answer.status} ${answer.body.slice(0, 20)}`, async (t) => {
    const harness = await startHarness(t)
    const page = await harness.page()
    await page.connect()
    harness.fake.script(answer)
    assert.notEqual((await page.post(read, { forceRefresh: true })).status, 200)
    assert.equal((await page.get('/api/v1/connections')).body.connections[0].status, 'active')
    assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  })
}

test('a dead refresh token answered by an empty 400 means reconnect', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'answer', status: 400, body: '' })
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'needs_reconnect')
})

test('scopes that a refresh took away are missing from its own answer on', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect({ scopes: ['write'] })
  assert.equal((await page.post(read, { scopes: ['write'] })).status, 200)
  harness.fake.script({
    kind: 'answer',
    status: 200,
    body: '{"access_token":"less","expires_in":3600,"scope":"read","refresh_token":"r"}',
  })
  assert.equal((await page.post(read, { scopes: ['write'], forceRefresh: true })).body.reason, 'scope_not_granted')
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections[0].scopes, {
    requested: ['read', 'write'],
    granted: ['read'],
    missing: ['write'],
  })
})

test('a hostile answer costs no time', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'answer', status: 200, body: `${'='.repeat(900_000)}<` })
  const started = Date.now()
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'invalid_token_response')
  // A quadratic pattern takes minutes here; this bound is for that, not for speed.
  assert.ok(Date.now() - started < 10_000)
})
