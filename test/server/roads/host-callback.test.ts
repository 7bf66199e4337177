import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackend, sqliteStore } from '../../../src/server/index.ts'
import { appOrigin, callsOf, sealingKey } from '../../support/backend.ts'
import { type Roads, appCallback, returnUrl, startRoads } from '../../support/roads.ts'

const create = (roads: Pick<Roads, 'host'>, request: Record<string, unknown> = {}) =>
  roads.host('POST', '/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana', returnUrl, ...request })

/** Consents in a browser, and gives what it brings to the host. */
async function returned(roads: Roads, request: Record<string, unknown> = {}) {
  const created = await create(roads, request)
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const browser = roads.browser()
  const callback = await roads.fake.authorize(created.body.redirectUrl)
  const answer = await browser.visit(callback)
  const location = new URL(answer.headers.get('location') ?? 'https://none.invalid')
  const completionCode = location.searchParams.get('completion') ?? ''
  const complete = (body: Record<string, unknown> = {}) =>
    roads.host('POST', `/api/v1/auth-sessions/${created.body.id}/complete`, { subject: 'ana', completionCode, ...body })
  return { id: String(created.body.id), created, callback, answer, location, completionCode, complete }
}

test('the callback goes to the registered URL with session and completion, and the host completes', async (t) => {
  const roads = await startRoads(t)
  const { id, created, answer, location, completionCode, complete } = await returned(roads)
  assert.deepEqual(
    [created.body.road, new URL(created.body.redirectUrl).searchParams.get('redirect_uri')],
    ['host_callback', appCallback],
  )
  assert.equal(answer.status, 303)
  assert.equal(answer.headers.get('set-cookie'), null)
  assert.equal(`${location.origin}${location.pathname}`, 'https://host.test/connected')
  assert.deepEqual(
    [...location.searchParams.keys()],
    ['from', 'session', 'completion'],
    'neither code nor state goes on to the host',
  )
  assert.equal(location.searchParams.get('session'), id)
  assert.match(completionCode, /^[0-9a-f]{64}$/)
  assert.equal(roads.tokenCalls(), 0, 'the callback redeems nothing')
  const { status, body } = await complete()
  assert.deepEqual([status, body.status, body.connectionId, body.credentials], [200, 'ACTIVE', 'default', undefined])
  const read = await roads.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana' })
  assert.match(read.body.accessToken, /^fake-at-/)
})

// Attacks 13 and 14.
test('a return URL is one of the registered ones to the byte, or the attempt is refused', async (t) => {
  const roads = await startRoads(t, { backend: { returnUrls: [returnUrl, 'https://host.test/cb'] } })
  const refused = [
    'https://host.test/connected',
    'https://host.test/connected?from=service&x=1',
    'https://host.test/connected?from=service#x',
    'https://host.test/cb2',
    'https://host.test/cb/',
    'https://host.test/CB',
    'https://host.test:444/cb',
    'https://host.test:443/cb',
    'http://host.test/cb',
    'https://sub.host.test/cb',
    'https://host.test@evil.test/cb',
    'https://host.test/./cb',
    'https://host.test/x/../cb',
    'https://host.test/%63b',
    'HTTPS://host.test/cb',
    ' https://host.test/cb',
    'https://host.test/cb ',
    'https://host。test/cb',
    '//host.test/cb',
    '/cb',
    '/\\evil.test',
    'https:evil.test',
    'javascript:alert(1)',
    '',
  ]
  for (const url of refused) {
    const { status, body } = await create(roads, { returnUrl: url })
    assert.deepEqual([status, body.reason], [400, 'invalid_redirect'], JSON.stringify(url))
  }
  assert.equal((await create(roads, { returnUrl: 'https://host.test/cb' })).status, 201, 'the positive control')
})

test('return URLs that no parser reads alike cannot be registered', () => {
  for (const url of [
    'https://host.test',
    'http://host.test/',
    'https://host.test/#x',
    'https://a@host.test/',
    '/cb',
    'https://host.test/a\\b',
  ])
    assert.throws(
      () =>
        createBackend({
          publicUrl: appOrigin,
          store: sqliteStore(':memory:'),
          sealingKeys: [sealingKey],
          connectors: [],
          clients: {},
          returnUrls: [url],
        }),
      /returnUrls/,
      url,
    )
})

test('only the same owner completes; for any other there is no such attempt', async (t) => {
  const roads = await startRoads(t)
  const { complete } = await returned(roads)
  const unknown = await roads.host('POST', `/api/v1/auth-sessions/as_${'0'.repeat(32)}/complete`, {
    subject: 'ana',
    completionCode: 'x',
  })
  const strangers = [{ subject: 'ben' }, { tenant: 'acme' }, { org: 'elsewhere' }, { owner: 'shared' }]
  for (const stranger of strangers) {
    const { status, body } = await complete(stranger)
    assert.equal(status, 404)
    assert.deepEqual({ ...body, requestId: '' }, { ...unknown.body, requestId: '' }, 'as for an unknown id')
  }
  assert.equal(roads.tokenCalls(), 0)
  assert.equal((await complete()).body.status, 'ACTIVE', 'and the attempt stands')
})

test("another space's key finds neither the attempt nor its answer", async (t) => {
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { backend: { store } })
  const { id, callback, completionCode, complete } = await returned(roads)
  const elsewhere = await startRoads(t, { backend: { store, space: 'other' } })
  const foreign = await elsewhere.host('POST', `/api/v1/auth-sessions/${id}/complete`, {
    subject: 'ana',
    completionCode,
  })
  assert.deepEqual([foreign.status, foreign.body.reason], [404, 'not_found'])
  const visited = await elsewhere.browser().visit(`${appOrigin}/connector-auth/callback/other/fake${callback.search}`)
  assert.equal(visited.status, 400)
  assert.equal((await complete()).body.status, 'ACTIVE')
})

test('a page completes nothing', async (t) => {
  const roads = await startRoads(t)
  const { id, completionCode, complete } = await returned(roads)
  const page = await roads.page('ana')
  const answer = await page.post(`/api/v1/auth-sessions/${id}/complete`, { completionCode })
  assert.deepEqual([answer.status, answer.body.reason], [403, 'credential_not_accepted'])
  const redeemed = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { verifier: 'x'.repeat(43) })
  assert.equal(redeemed.status, 404, "a host's attempt is not a page's")
  const byHost = await roads.host('POST', `/api/v1/auth-sessions/${id}/redeem`, { subject: 'ana' })
  assert.deepEqual([byHost.status, byHost.body.reason], [409, 'wrong_road'])
  assert.equal((await complete()).body.status, 'ACTIVE')
})

test("a host does not complete a page's attempt", async (t) => {
  const roads = await startRoads(t)
  const { id } = await (await roads.page('ana')).begin()
  const answer = await roads.host('POST', `/api/v1/auth-sessions/${id}/complete`, {
    subject: 'ana',
    completionCode: 'x',
  })
  assert.deepEqual([answer.status, answer.body.reason], [409, 'wrong_road'])
})

test('before an answer there is nothing to complete, and no try is lost', async (t) => {
  const roads = await startRoads(t)
  const created = await create(roads)
  for (let round = 0; round < 7; round += 1) {
    const { status, body } = await roads.host('POST', `/api/v1/auth-sessions/${created.body.id}/complete`, {
      subject: 'ana',
      completionCode: 'x'.repeat(64),
    })
    assert.deepEqual([status, body.reason], [409, 'answer_not_there'])
  }
  assert.equal(
    (await roads.host('GET', `/api/v1/auth-sessions/${created.body.id}?subject=ana`)).body.status,
    'INACTIVE',
  )
})

test('four wrong codes are forgiven, the fifth ends the attempt for the right one too', async (t) => {
  const roads = await startRoads(t)
  const forgiven = await returned(roads)
  const wrong = { completionCode: '0'.repeat(64) }
  for (let round = 0; round < 4; round += 1) {
    const { status, body } = await forgiven.complete(wrong)
    assert.deepEqual([status, body.reason], [400, 'completion_code_wrong'])
  }
  assert.equal((await forgiven.complete()).body.status, 'ACTIVE')
  const ended = await returned(roads, { subject: 'ben' })
  const tell = async () => (await roads.host('GET', `/api/v1/auth-sessions/${ended.id}?subject=ben`)).body
  for (let round = 0; round < 4; round += 1) await ended.complete({ ...wrong, subject: 'ben' })
  assert.equal((await tell()).status, 'INACTIVE')
  assert.match((await ended.complete({ ...wrong, subject: 'ben' })).body.detail, /Too many wrong codes/)
  assert.deepEqual([(await tell()).status, (await tell()).reason], ['FAILED', 'completion_code_wrong'])
  assert.equal((await ended.complete({ subject: 'ben' })).status, 409)
  assert.equal(roads.tokenCalls(), 1)
})

test('wrong codes at once are five tries, however many they are', async (t) => {
  const roads = await startRoads(t)
  const { complete, id } = await returned(roads)
  const guesses = Array.from({ length: 60 }, (_, index) => ({ completionCode: String(index).padStart(64, '0') }))
  await Promise.all(guesses.map((guess) => complete(guess)))
  const row = await roads.store.db.selectFrom('auth_session').select('tries').where('id', '=', id).executeTakeFirst()
  assert.equal(row?.tries, 5)
  assert.equal((await complete()).status, 409)
  assert.equal(roads.tokenCalls(), 0)
})

// Attack 11.
test('50 completes at once make one token request and have one outcome, as has every later one', async (t) => {
  const roads = await startRoads(t)
  const { complete } = await returned(roads)
  const answers = await Promise.all(Array.from({ length: 50 }, () => complete()))
  assert.deepEqual([...new Set(answers.map(({ status, body }) => `${status} ${body.status}`))], ['200 ACTIVE'])
  assert.equal(roads.tokenCalls(), 1)
  for (let round = 0; round < 7; round += 1) assert.deepEqual((await complete()).body, answers[0]?.body)
  assert.equal(roads.tokenCalls(), 1)
  const other = await complete({ completionCode: '0'.repeat(64) })
  assert.deepEqual([other.status, other.body.reason], [409, 'session_consumed'])
})

test('an answer waits 60 s for its host, an attempt 600 s for its answer', async (t) => {
  let now = Date.now()
  const roads = await startRoads(t, { backend: { now: () => now } })
  const inTime = await returned(roads)
  now += 59_000
  assert.equal((await inTime.complete()).body.status, 'ACTIVE')
  const late = await returned(roads, { subject: 'ben' })
  now += 60_000
  assert.equal((await late.complete({ subject: 'ben' })).body.reason, 'answer_not_there')
  const never = await create(roads, { subject: 'cleo' })
  const callback = await roads.fake.authorize(never.body.redirectUrl)
  now += 600_000
  assert.equal((await roads.browser().visit(callback)).status, 400)
  const told = await roads.host('GET', `/api/v1/auth-sessions/${never.body.id}?subject=cleo`)
  assert.equal(told.body.reason, 'session_expired')
})

test('a second answer is not taken, so nobody gets a second completion code', async (t) => {
  const roads = await startRoads(t)
  const { callback, complete } = await returned(roads)
  const again = await roads.browser().visit(callback)
  assert.deepEqual([again.status, again.headers.get('location')], [400, null])
  assert.equal((await complete()).body.status, 'ACTIVE')
})

test('a no comes back to the host too, and completes as denied', async (t) => {
  const roads = await startRoads(t)
  const created = await create(roads)
  const callback = await roads.fake.authorize(created.body.redirectUrl)
  callback.searchParams.delete('code')
  callback.searchParams.set('error', 'access_denied')
  const { headers } = await roads.browser().visit(callback)
  const location = new URL(headers.get('location') ?? '')
  assert.equal(location.searchParams.has('error'), false)
  const { body } = await roads.host('POST', `/api/v1/auth-sessions/${created.body.id}/complete`, {
    subject: 'ana',
    completionCode: location.searchParams.get('completion'),
  })
  assert.deepEqual([body.status, body.reason], ['FAILED', 'access_denied'])
})

// Attacks 15 and 16.
test('where the callback goes on to was settled at the start: neither query, Host nor Referer changes it', async (t) => {
  const roads = await startRoads(t)
  const created = await create(roads)
  const callback = await roads.fake.authorize(created.body.redirectUrl)
  for (const name of ['returnUrl', 'return_to', 'redirect_uri', 'session', 'completion'])
    callback.searchParams.set(name, 'https://evil.test/')
  const headers = {
    host: 'evil.test',
    referer: 'https://evil.test/',
    'x-forwarded-host': 'evil.test',
    forwarded: 'host=evil.test',
  }
  const answer = await roads.call('GET', `/callback/default/fake${callback.search}`, { headers })
  const location = new URL(answer.headers.get('location') ?? '')
  assert.equal(location.origin, 'https://host.test')
  assert.equal(location.searchParams.get('session'), created.body.id)
  const nobody = await roads.call('GET', '/callback/default/fake?code=x', { headers })
  assert.deepEqual([nobody.status, nobody.headers.get('location')], [400, null])
})

test('two backends on one store share an attempt: one creates, the other parks, either completes', async (t) => {
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { backend: { store } })
  const created = await create(roads)
  const second = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    connectors: [roads.fake.record()],
    clients: { fake: { clientId: roads.fake.clientId, clientSecret: roads.fake.clientSecret } },
    egress: { allow: [roads.fake.issuer] },
  })
  const { call } = callsOf(second, roads.fake)
  const callback = await roads.fake.authorize(created.body.redirectUrl)
  const answer = await call('GET', `/callback/default/fake${callback.search}`)
  assert.equal(answer.status, 303)
  const completionCode = new URL(answer.headers.get('location') ?? '').searchParams.get('completion')
  const path = `/api/v1/auth-sessions/${created.body.id}/complete`
  assert.equal((await roads.host('POST', path, { subject: 'ana', completionCode })).body.status, 'ACTIVE')
})
