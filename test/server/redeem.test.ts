import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '../../src/server/logger.ts'
import { type Harness, startHarness } from '../support/backend.ts'
import { randomVerifier } from '../support/pkce.ts'
import { newStore } from '../support/store.ts'

const tokenCalls = ({ fake }: Harness) => fake.requests.filter(({ path }) => path === '/token').length

test('a code and its verifier become a connection and a short-lived token', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { status, body } = await page.connect()
  assert.equal(status, 200)
  assert.equal(body.status, 'ACTIVE')
  assert.equal(body.connectionId, 'default')
  assert.deepEqual(body.account, { id: 'account-1', name: 'ana@fake.example' })
  assert.match(body.credentials.accessToken, /^fake-at-/)
  assert.ok(body.credentials.expiresInSeconds > 3_500)
  assert.equal(body.credentials.refreshToken, undefined)
  assert.equal(JSON.stringify(body).includes('fake-rt-'), false)
})

test('the authorization request carries PKCE, state and the redirect URI of space and connector', async (t) => {
  const harness = await startHarness(t)
  const { created } = await (await harness.page()).begin({ scopes: ['write'] })
  const url = new URL(created.body.redirectUrl)
  assert.equal(url.searchParams.get('code_challenge_method'), 'S256')
  assert.equal(url.searchParams.get('redirect_uri'), 'https://app.test/connector-auth/callback/default/fake')
  assert.equal(url.searchParams.get('state'), created.body.stateKey)
  assert.equal(url.searchParams.get('scope'), 'read write')
})

test('the same redeem request again answers the same outcome and calls the token endpoint once', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)),
  )
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(new Set(answers.map(({ body }) => body.credentials.accessToken)).size, 1)
  assert.equal(tokenCalls(harness), 1)
})

test('another request for a finished session is refused', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  const { status, body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, {
    ...redeem,
    callback: `${redeem.callback}&x=1`,
  })
  assert.deepEqual([status, body.reason], [409, 'session_consumed'])
})

const precondition = async (
  t: Parameters<typeof startHarness>[0],
  change: (redeem: { verifier: string; redirectUri: string; callback: string }, harness: Harness) => object,
) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  const refused = await page.post(`/api/v1/auth-sessions/${id}/redeem`, change(redeem, harness))
  assert.equal(tokenCalls(harness), 0, 'nothing was redeemed')
  const after = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  assert.equal(after.body.status, 'ACTIVE', 'the attempt is not lost')
  return refused
}

test('a wrong state is refused and consumes nothing', async (t) => {
  const { status, body } = await precondition(t, (redeem) => ({
    ...redeem,
    callback: redeem.callback.replace(/state=[^&]*/, `state=${'x'.repeat(43)}`),
  }))
  assert.deepEqual([status, body.reason, body.code], [400, 'state_mismatch', 'AUTH_FAILED'])
})

test('a foreign iss is refused and consumes nothing (RFC 9207)', async (t) => {
  const { body } = await precondition(t, (redeem) => ({
    ...redeem,
    callback: redeem.callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example'),
  }))
  assert.equal(body.reason, 'issuer_mismatch')
})

test('a missing iss is refused where every answer must carry one', async (t) => {
  const { body } = await precondition(t, (redeem) => ({
    ...redeem,
    callback: redeem.callback.replace(/&iss=[^&]*/, ''),
  }))
  assert.equal(body.reason, 'issuer_mismatch')
})

test("somebody else's error does not end the attempt", async (t) => {
  const { body } = await precondition(t, () => ({
    verifier: randomVerifier(),
    redirectUri: 'https://app.test/connector-auth/callback/default/fake',
    callback: 'error=access_denied',
  }))
  assert.equal(body.reason, 'verifier_mismatch')
})

test('a wrong verifier is refused and consumes nothing', async (t) => {
  const { body } = await precondition(t, (redeem) => ({ ...redeem, verifier: randomVerifier() }))
  assert.equal(body.reason, 'verifier_mismatch')
})

test("another connector's redirect URI is refused and consumes nothing", async (t) => {
  const { body } = await precondition(t, (redeem) => ({
    ...redeem,
    redirectUri: redeem.redirectUri.replace(/fake$/, 'other'),
  }))
  assert.equal(body.reason, 'redirect_uri_mismatch')
})

test('a doubled parameter is refused and consumes nothing', async (t) => {
  const { body } = await precondition(t, (redeem) => ({ ...redeem, callback: `${redeem.callback}&code=second` }))
  assert.equal(body.reason, 'invalid_request')
})

test("another person, tenant, owner kind or origin cannot redeem somebody's session", async (t) => {
  const harness = await startHarness(t, { backend: { allowedOrigins: ['https://app.test', 'https://other.test'] } })
  const { id, redeem } = await (await harness.page('ana')).begin()
  const strangers = [
    await harness.page('ben'),
    await harness.page('ana', { tenant: 'acme' }),
    await harness.page('ana', { org: 'elsewhere' }),
    await harness.page('ana', { owner: 'shared' }),
    await harness.page('ana', {}, 'https://other.test'),
  ]
  for (const stranger of strangers) {
    const { status, body } = await stranger.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
    assert.deepEqual([status, body.reason], [404, 'not_found'])
  }
  assert.equal(tokenCalls(harness), 0)
})

test('a session ends after its time', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  now += 601_000
  const { status, body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  assert.deepEqual([status, body.reason], [400, 'session_expired'])
  const { body: told } = await page.get(`/api/v1/auth-sessions/${id}`)
  assert.deepEqual([told.status, told.reason], ['FAILED', 'session_expired'])
})

test('a person who says no ends the attempt with access_denied', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem, created } = await page.begin()
  const callback = new URLSearchParams({
    error: 'access_denied',
    state: created.body.stateKey,
    iss: harness.fake.issuer,
  }).toString()
  const { body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback })
  assert.deepEqual([body.status, body.reason, body.error], ['FAILED', 'access_denied', 'access_denied'])
})

test('a token endpoint that fails ends the attempt with a reason, and a new attempt works', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const cases = [
    [{ kind: 'answer', status: 503, body: '<html>', contentType: 'text/html' }, 'authorization_server_unavailable'],
    [{ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' }, 'redemption_rejected'],
    [{ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' }, 'client_registration_refused'],
    [{ kind: 'answer', status: 200, body: '{"error":"bad_verification_code"}' }, 'redemption_rejected'],
    [{ kind: 'answer', status: 200, body: '<html>login</html>' }, 'invalid_token_response'],
    [{ kind: 'answer', status: 200, body: '{"access_token":"with\\r\\nbreak"}' }, 'invalid_token_response'],
    [{ kind: 'cut' }, 'authorization_server_unavailable'],
  ] as const
  for (const [answer, reason] of cases) {
    harness.fake.script(answer)
    const { body, headers } = await page.connect()
    assert.deepEqual([body.status, body.reason], ['FAILED', reason])
    assert.equal(body.requestId, headers.get('x-request-id'))
  }
  assert.equal((await page.connect()).body.status, 'ACTIVE')
})

test('an attempt that failed names the request in which it did, to whoever asks later, and so do audit and log', async (t) => {
  const logged: unknown[] = []
  const warn: Logger['warn'] = (message, fields) => logged.push([message, fields?.['requestId']])
  const harness = await startHarness(t, { backend: { logger: { ...silentLogger, warn } } })
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  harness.fake.script({ kind: 'answer', status: 503, body: '' })
  const failed = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  const requestId = failed.headers.get('x-request-id')
  const again = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  const polled = await page.get(`/api/v1/auth-sessions/${id}`)
  assert.deepEqual(
    [failed, again, polled].map(({ body }) => [body.reason, body.requestId]),
    Array.from({ length: 3 }, () => ['authorization_server_unavailable', requestId]),
  )
  const { body } = await harness.host('GET', '/api/v1/audit?limit=1000')
  const audited = body.events.find(({ event }: { event: string }) => event === 'auth_session.failed')
  assert.deepEqual([audited.target, audited.requestId], [id, requestId])
  assert.deepEqual(logged.at(-1), ['redemption failed', requestId])
})

test('reconnecting the same account keeps the connection; another account is refused and the old one stays', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const first = await page.connect()
  const again = await page.connect()
  assert.deepEqual([again.body.connectionId, again.body.existing], [first.body.connectionId, true])
  harness.fake.grants.account = { id: 'account-2', name: 'other@fake.example' }
  const other = await page.connect()
  assert.deepEqual([other.body.status, other.body.reason], ['FAILED', 'account_mismatch'])
  const read = await page.post('/api/v1/connections/fake/credentials')
  assert.equal(read.body.accessToken, again.body.credentials.accessToken)
})

test('adding another account makes a second connection; adding a known one renews it', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.grants.account = { id: 'account-2', name: 'other@fake.example' }
  const added = await page.connect({ connection: { new: true } })
  assert.match(added.body.connectionId, /^[0-9a-f]{32}$/)
  const renewed = await page.connect({ connection: { new: true } })
  assert.deepEqual([renewed.body.connectionId, renewed.body.existing], [added.body.connectionId, true])
  const { body } = await page.get('/api/v1/connections')
  assert.equal(body.connections.length, 2)
  const ambiguous = await page.post('/api/v1/connections/fake/credentials')
  assert.deepEqual([ambiguous.status, ambiguous.body.reason], [409, 'connection_ambiguous'])
})

test('two attempts that both found nothing end as two connections where the accounts differ', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const one = await page.begin()
  harness.fake.grants.account = { id: 'account-2', name: 'other@fake.example' }
  const two = await page.begin()
  const first = await page.post(`/api/v1/auth-sessions/${one.id}/redeem`, one.redeem)
  const second = await page.post(`/api/v1/auth-sessions/${two.id}/redeem`, two.redeem)
  assert.equal(first.body.connectionId, 'default')
  assert.match(second.body.connectionId, /^[0-9a-f]{32}$/)
})

test('an account that cannot be found out does not replace one that is known', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const first = await page.connect()
  harness.fake.script({ kind: 'answer', status: 200, body: '{"access_token":"unknown-to-userinfo","expires_in":3600}' })
  const { body } = await page.connect()
  assert.deepEqual([body.status, body.reason], ['FAILED', 'account_mismatch'])
  assert.equal(
    (await page.post('/api/v1/connections/fake/credentials')).body.accessToken,
    first.body.credentials.accessToken,
  )
})

test('an attempt that fails takes nothing from a connection that stands', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.grants.account = { id: 'account-2', name: 'other@fake.example' }
  await page.connect()
  assert.equal(harness.fake.requests.filter(({ path }) => path === '/revoke').length, 0)
})

test('an error other than a no is told with the words of the authorization server', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem, created } = await page.begin()
  const callback = new URLSearchParams({
    error: 'invalid_scope',
    error_description: 'No such scope\u0007',
    state: created.body.stateKey,
    iss: harness.fake.issuer,
  }).toString()
  const { body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback })
  assert.deepEqual([body.reason, body.error], ['scope_refused', 'invalid_scope'])
  assert.match(body.message, /No such scope$/)
})

test('a redemption that takes long is waited for, then said to be in progress; one that never ends is given up', async (t) => {
  let skew = 0
  const limits = { tokenEndpointSeconds: 1.5, leaseSeconds: 1.6, graceSeconds: 1, authSessionSeconds: 60 }
  const harness = await startHarness(t, { backend: { limits, now: () => Date.now() + skew } })
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  harness.fake.script({ kind: 'delay', ms: 1_200 })
  const first = page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(
    (await page.get(`/api/v1/auth-sessions/${id}`)).body.status,
    'INACTIVE',
    'as if nothing had been redeemed yet',
  )
  skew = 31_000
  const given = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  assert.equal(given.body.reason, 'redeem_outcome_unknown')
  assert.equal((await first).body.reason, 'redeem_outcome_unknown', 'what was said stands')
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections, [])
})

test("a code of one connector is worth nothing in another connector's session", async (t) => {
  const other = await startHarness(t)
  const harness = await startHarness(t)
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  const foreign = await (await other.page()).begin()
  const code = new URLSearchParams(foreign.redeem.callback).get('code') ?? ''
  const callback = new URLSearchParams(redeem.callback)
  callback.set('code', code)
  const { body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback: callback.toString() })
  assert.deepEqual([body.status, body.reason], ['FAILED', 'redemption_rejected'])
})

test('a session of another space is not found', async (t) => {
  const store = await newStore()
  const harness = await startHarness(t, { backend: { store } })
  const { id, redeem } = await (await harness.page()).begin()
  const elsewhere = await startHarness(t, { backend: { store, space: 'other' } })
  const page = await elsewhere.page()
  assert.equal((await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)).body.reason, 'not_found')
})

test('an answer that another process is redeeming is waited for, then called in progress', async (t) => {
  const store = await newStore()
  const limits = { tokenEndpointSeconds: 0.5, leaseSeconds: 0.6, graceSeconds: 1, authSessionSeconds: 60 }
  const harness = await startHarness(t, { backend: { store, limits } })
  const page = await harness.page()
  const { id, redeem } = await page.begin()
  await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  // As it stands while another process is at it.
  await store.db.updateTable('auth_session').set({ status: 'REDEEMING', status_at: Date.now() }).execute()
  const { status, body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  assert.deepEqual([status, body.reason, body.retryable], [409, 'redeem_in_progress', true])
})
