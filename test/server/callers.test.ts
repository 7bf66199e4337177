import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMint } from '../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, startHarness } from '../support/backend.ts'

test('a same-origin GET needs no Origin header', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const headers = { authorization: `Bearer ${page.token}`, 'sec-fetch-site': 'same-origin' }
  assert.equal((await harness.call('GET', '/api/v1/connections', { headers })).status, 200)
})

test('a connect token does only what it was minted for', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page('ana', { actions: ['read_token'] })
  const { status, body } = await page.post('/api/v1/auth-sessions', {
    connectorId: 'fake',
    codeChallenge: 'x'.repeat(43),
  })
  assert.deepEqual([status, body.reason], [403, 'action_not_allowed'])
  assert.equal((await page.get('/api/v1/connections')).status, 200)
})

test('a connect token limits scopes per connector', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page('ana', { scopes: { fake: ['read'] } })
  assert.equal((await page.begin({ scopes: ['write'] })).created.body.reason, 'scope_not_allowed')
  assert.equal((await page.begin({ scopes: ['read'] })).created.status, 201)
})

test('a token that was minted without read_token gets no credentials from redeem', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page('ana', { actions: ['connect'] })
  const { body } = await page.connect()
  assert.equal(body.status, 'ACTIVE')
  assert.equal(body.credentials, undefined)
})

test('a connect token ends by time, by itself and by the host; connections stay', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const first = await harness.page()
  await first.connect()
  assert.equal((await first.remove('/api/v1/connect-tokens/current')).status, 204)
  assert.equal((await first.get('/api/v1/connections')).body.reason, 'connect_token_invalid')
  const second = await harness.page()
  const revoked = await harness.host('POST', '/api/v1/connect-tokens/revoke', { subject: 'ana' })
  assert.deepEqual(revoked.body, { revoked: 1 })
  assert.equal((await second.get('/api/v1/connections')).body.reason, 'connect_token_invalid')
  const third = await harness.page()
  now += 901_000
  assert.equal((await third.get('/api/v1/connections')).body.reason, 'connect_token_expired')
  const fourth = await harness.page()
  assert.equal((await fourth.get('/api/v1/connections')).body.connections.length, 1)
})

test('people do not see each other, and a body cannot say who one is', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana')).connect()
  const ben = await harness.page('ben')
  assert.deepEqual((await ben.get('/api/v1/connections')).body.connections, [])
  assert.equal((await ben.post('/api/v1/connections/fake/credentials')).body.reason, 'not_connected')
  assert.equal(
    (await ben.post('/api/v1/connections/fake/credentials', { subject: 'ana' })).body.reason,
    'owner_mismatch',
  )
  assert.equal((await ben.get('/api/v1/connections?subject=ana')).body.reason, 'owner_mismatch')
  assert.equal(
    (await ben.post('/api/v1/connections/fake/disconnect', { tenant: 'acme' })).body.reason,
    'owner_mismatch',
  )
})

test("the host's server reads a named user's token with an API key, and must name the user", async (t) => {
  const harness = await startHarness(t)
  const connected = await (await harness.page('ana')).connect()
  const read = await harness.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana' })
  assert.equal(read.body.accessToken, connected.body.credentials.accessToken)
  assert.equal((await harness.host('POST', '/api/v1/connections/fake/credentials', {})).body.reason, 'invalid_request')
})

test('a shared connection belongs to the tenant, whoever connected it', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana', { tenant: 'acme', owner: 'shared' })).connect()
  const ben = await harness.page('ben', { tenant: 'acme', owner: 'shared' })
  assert.equal((await ben.post('/api/v1/connections/fake/credentials')).status, 200)
  assert.equal(
    (await (await harness.page('ben', { tenant: 'acme' })).post('/api/v1/connections/fake/credentials')).status,
    404,
  )
})

test('the tag is constant per person and differs between people', async (t) => {
  const harness = await startHarness(t)
  const tags = await Promise.all(
    ['ana', 'ana', 'ben'].map(async (subject) => (await harness.page(subject)).token.slice(4, 36)),
  )
  assert.equal(tags[0], tags[1])
  assert.notEqual(tags[0], tags[2])
})

test('only allowed origins get CORS headers', async (t) => {
  const harness = await startHarness(t)
  const preflight = (origin: string) =>
    harness.call('OPTIONS', '/api/v1/connections', { headers: { origin, 'access-control-request-method': 'GET' } })
  assert.equal((await preflight(appOrigin)).headers.get('access-control-allow-origin'), appOrigin)
  for (const origin of [
    'null',
    'https://evil.test',
    'https://app.test.evil.test',
    'http://app.test',
    'https://app.test:444',
  ]) {
    const { headers } = await preflight(origin)
    assert.equal(headers.get('access-control-allow-origin'), null, origin)
    assert.equal(headers.get('vary'), 'Origin')
  }
})

test('the host mints in process or over HTTP, and not for a page on another site', async (t) => {
  const harness = await startHarness(t)
  const inProcess = createMint({ backend: harness.backend })
  const overHttp = createMint({
    url: `${appOrigin}/connector-auth`,
    apiKey,
    fetch: (input, init) => harness.backend.fetch(new Request(input, init)),
  })
  for (const mint of [inProcess, overHttp]) {
    const answer = await mint(new Request('https://app.test/connect-token', { method: 'POST' }), { subject: 'ana' })
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const { token, expiresInSeconds } = await answer.json()
    assert.match(token, /^cct_[0-9a-f]{32}_[0-9a-f]{64}$/)
    assert.equal(expiresInSeconds, 900)
    const evil = new Request('https://app.test/connect-token', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
    })
    assert.equal((await mint(evil, { subject: 'ana' })).status, 403)
  }
})

test('a connect token that is limited to scopes reads no token with more', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana')).connect({ scopes: ['write'] })
  const limited = await harness.page('ana', { scopes: { fake: ['read'] } })
  const { status, body } = await limited.post('/api/v1/connections/fake/credentials')
  assert.deepEqual([status, body.reason], [403, 'scope_beyond_token'])
})

test('a token of a connector for the proxy only never reaches a browser', async (t) => {
  const harness = await startHarness(t)
  const { backend } = await startHarness(t, {
    backend: {
      connectors: [{ ...harness.fake.record(), reach: 'proxy' }],
      clients: { fake: { clientId: harness.fake.clientId, clientSecret: harness.fake.clientSecret } },
      egress: { allow: [harness.fake.issuer] },
    },
  })
  const { page: pageOf, host } = callsOf(backend, harness.fake)
  const page = await pageOf('ana')
  const connected = await page.connect()
  assert.deepEqual([connected.body.status, connected.body.credentials], ['ACTIVE', undefined])
  const refused = await page.post('/api/v1/connections/fake/credentials')
  assert.deepEqual([refused.status, refused.body.reason], [403, 'proxy_only'])
  assert.match(
    (await host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana' })).body.accessToken,
    /^fake-at-/,
  )
})

test('subjects that a database would write alike, and empty lists of origins, are refused', async (t) => {
  const { host } = await startHarness(t)
  for (const body of [{ subject: '\ud800' }, { subject: 'a\nb' }, { subject: 'ana', origins: [] }]) {
    assert.equal(
      (await host('POST', '/api/v1/connect-tokens', body)).body.reason,
      'invalid_request',
      JSON.stringify(body),
    )
  }
})
