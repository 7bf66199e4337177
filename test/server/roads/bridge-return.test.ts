import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { readKeyRing, rotateKeys, verifyKeys } from '../../../src/server/index.ts'
import { forgetParkedAnswers } from '../../../src/server/sessions/park.ts'
import { appOrigin, sealingKey } from '../../support/backend.ts'
import { coreOf } from '../../support/core.ts'
import { randomVerifier } from '../../support/pkce.ts'
import { type Roads, hostOrigin, startRoads } from '../../support/roads.ts'

/** An attempt whose person has consented, and whose browser is about to come back. */
async function consented(roads: Roads, request: Record<string, unknown> = {}) {
  const page = await roads.bridgePage()
  const attempt = await roads.bridge(page, request)
  const browser = roads.browser()
  const callback = await roads.consent(await attempt.enter(browser))
  return { page, attempt, browser, callback }
}

const parkedColumn = async ({ store }: Roads) =>
  (await store.db.selectFrom('auth_session').select(['parked', 'parked_until']).execute())[0]

test('the whole way over the bridge connects, and the cookie is gone afterwards', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  assert.deepEqual([...browser.cookies.keys()], [`__Host-ca_${attempt.id}`])
  const done = await browser.visit(callback)
  assert.equal(done.status, 200)
  assert.match(done.body, /Done\. Close this window/)
  assert.match(done.body, /window\.close\(\)/)
  assert.equal(browser.cookies.size, 0)
  assert.equal(roads.tokenCalls(), 0, 'nothing is redeemed before the page asks')
  const { status, body } = await attempt.redeem()
  assert.deepEqual([status, body.status, body.account.id], [200, 'ACTIVE', 'account-1'])
  assert.match(body.credentials.accessToken, /^fake-at-/)
  assert.equal(roads.tokenCalls(), 1)
})

test('a callback without the cookie, with another attempt’s, with a wrong one or with two stores nothing', async (t) => {
  const roads = await startRoads(t)
  const { page, attempt, browser, callback } = await consented(roads)
  const other = await roads.bridge(page)
  const name = `__Host-ca_${attempt.id}`
  const path = `${callback.pathname.replace('/connector-auth', '')}${callback.search}`
  const cookies = [
    '',
    `__Host-ca_${other.id}=${other.secret}`,
    `${name}=${other.secret}`,
    `${name}=${randomVerifier()}`,
    `${name}=`,
    `ca_${attempt.id}=${attempt.secret}`,
    `${name}=${attempt.secret}; ${name}=${attempt.secret}`,
    `${name}=${attempt.secret}; ${name}=${other.secret}`,
  ]
  for (const cookie of cookies) {
    const answer = await roads.call('GET', path, { headers: { cookie } })
    assert.equal(answer.status, 400, cookie)
    assert.match(answer.body, /not started here/)
    assert.equal((await parkedColumn(roads))?.parked, '', cookie)
  }
  assert.deepEqual((await attempt.progress()).body, { progress: 'started' })
  assert.equal((await attempt.redeem()).body.reason, 'answer_not_there')
  assert.equal((await browser.visit(callback)).status, 200, 'the positive control')
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('the first answer wins, whatever comes after it', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  const cookie = `__Host-ca_${attempt.id}=${attempt.secret}`
  const before = new Map(browser.cookies)
  await browser.visit(callback)
  const parked = (await parkedColumn(roads))?.parked
  const later = [callback.search.replace(/code=[^&]*/, 'code=other'), callback.search.replace(/code=/, 'error=')]
  for (const search of later) {
    const answer = await roads.call('GET', `/callback/default/fake${search}`, { headers: { cookie } })
    assert.equal(answer.status, 400)
    assert.match(answer.body, /cannot be finished/)
  }
  assert.equal(before.get(`__Host-ca_${attempt.id}`), attempt.secret)
  assert.equal((await parkedColumn(roads))?.parked, parked)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('of many answers at once one is kept', async (t) => {
  const roads = await startRoads(t)
  const { attempt, callback } = await consented(roads)
  const cookie = `__Host-ca_${attempt.id}=${attempt.secret}`
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      roads.call('GET', `/callback/default/fake${callback.search}`, { headers: { cookie } }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('a no is parked like a yes, and redeemed as denied', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  callback.searchParams.delete('code')
  callback.searchParams.set('error', 'access_denied')
  assert.equal((await browser.visit(callback)).status, 200)
  assert.deepEqual((await attempt.progress()).body, { progress: 'returned' })
  const { body } = await attempt.redeem()
  assert.deepEqual([body.status, body.reason, body.error], ['FAILED', 'access_denied', 'access_denied'])
  assert.equal(roads.tokenCalls(), 0)
})

test('an answer with a foreign issuer, or without one where one is due, is not parked and ends nothing', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  for (const iss of ['https://evil.test', `${roads.fake.issuer}/`, '', null]) {
    const changed = new URL(callback)
    if (iss === null) changed.searchParams.delete('iss')
    else changed.searchParams.set('iss', iss)
    assert.equal((await browser.visit(changed)).status, 400, String(iss))
    assert.equal(browser.cookies.size, 1, 'the browser stays bound')
  }
  await browser.visit(callback)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test("an answer on another connector's path, or another space's, belongs to nobody", async (t) => {
  const roads = await startRoads(t)
  const record = { ...roads.fake.record(), id: 'other' }
  await roads.host('PUT', '/api/v1/connectors/other', {
    record,
    client: { clientId: 'other-client', clientSecret: 'x' },
  })
  const { attempt, browser, callback } = await consented(roads)
  for (const path of ['/callback/default/other', '/callback/elsewhere/fake', '/callback/default/none']) {
    const answer = await browser.visit(`${appOrigin}/connector-auth${path}${callback.search}`)
    assert.equal(answer.status, 400, path)
    assert.match(answer.body, /not started here/)
  }
  assert.equal((await parkedColumn(roads))?.parked, '')
  await browser.visit(callback)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('a posted answer goes on with 303 to a GET, which brings the cookie', async (t) => {
  const roads = await startRoads(t, {
    record: ({ issuer }) => ({ authorize: { url: `${issuer}/authorize`, params: { response_mode: 'form_post' } } }),
  })
  const { attempt, browser, callback } = await consented(roads)
  const form = Object.fromEntries(callback.searchParams)
  const posted = await browser.submit('/callback/default/fake', form, { origin: roads.fake.issuer })
  assert.equal(posted.status, 303)
  const location = posted.headers.get('location') ?? ''
  assert.match(location, /^\?/, 'nobody else can be meant')
  assert.equal((await parkedColumn(roads))?.parked, '', 'a POST stores nothing')
  assert.equal((await browser.visit(new URL(location, callback))).status, 200)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('a posted answer with a doubled name, also one that stands in the query too, is not taken', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  const form = callback.search.slice(1)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const doubled = await roads.call('POST', '/callback/default/fake', { headers, raw: `${form}&code=other` })
  assert.equal(doubled.status, 400)
  assert.match(doubled.headers.get('content-type') ?? '', /^text\/html/, 'a person looks at it')
  const mixed = await roads.call('POST', '/callback/default/fake?code=other', { headers, raw: form })
  assert.equal((await browser.visit(new URL(mixed.headers.get('location') ?? '', callback))).status, 400)
  assert.equal((await roads.call('POST', '/callback/default/fake', { headers: {}, raw: '{}' })).status, 400)
  await browser.visit(callback)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('without a popup the callback goes back to the page, on its own origin and without a parameter', async (t) => {
  const roads = await startRoads(t)
  const returnTo = 'https://host.test/settings/@ana?tab=mail'
  const { attempt, browser, callback } = await consented(roads, { returnTo })
  callback.searchParams.set('returnTo', 'https://evil.test/')
  callback.searchParams.set('return_to', 'https://evil.test/')
  const { status, headers } = await browser.visit(callback)
  assert.deepEqual([status, headers.get('location')], [303, returnTo])
  assert.equal(browser.cookies.size, 0)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

// Attacks 13 and 14.
test('a return to anywhere but the own origin is refused before there is an attempt', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.bridgePage()
  const refused = [
    '//evil.test',
    '/\\evil.test',
    '/%09/evil.test',
    '/%0d%0a/evil.test',
    'https:evil.test',
    'https:/evil.test',
    '\\\\evil.test',
    '/settings',
    'settings',
    '',
    'https://host.test@evil.test/',
    'https://host.test:pw@evil.test/',
    'https://ana@host.test/',
    'https://host.test.evil.test/',
    'https://evil.test#https://host.test/',
    'https://evil.test/https://host.test/',
    'https://evil.test?https://host.test/',
    'https://evil.test\\@host.test/',
    'https://host.test\\@evil.test/',
    'https://host.test\t@evil.test/',
    'https://host。test/',
    'https://host%2etest/',
    'https://host.test./',
    'https://HOST.test/',
    'https://host.test:444/',
    'https://host.test:443/',
    'http://host.test/',
    'https://sub.host.test/',
    'https://host.tes/',
    'https://app.test/',
    'https://host.test/#fragment',
    'https://host.test/\u0000',
    'https://host.test/\r\nset-cookie: x=y',
    'https://host.test/ x',
    ' https://host.test/',
    'javascript:alert(1)',
    'javascript://host.test/%0aalert(1)',
    'data:text/html,x',
    'blob:https://host.test/x',
  ]
  for (const returnTo of refused) {
    const { created } = await roads.bridge(page, { returnTo })
    assert.deepEqual([created.status, created.body.reason], [400, 'invalid_redirect'], JSON.stringify(returnTo))
  }
  const framed = await roads.bridge(page, { returnTo: 'https://host.test/', framed: true })
  assert.equal(framed.created.body.reason, 'invalid_redirect', 'a framed page is not left')
  for (const returnTo of ['https://host.test', 'https://host.test/', 'https://host.test/a?b=https://evil.test'])
    assert.equal((await roads.bridge(page, { returnTo })).created.status, 201, returnTo)
})

test('progress goes from pending to started, returned and ended', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  const told = [(await attempt.progress()).body.progress]
  await browser.visit(callback)
  told.push((await attempt.progress()).body.progress)
  await attempt.redeem()
  told.push((await attempt.progress()).body.progress)
  const fresh = await roads.bridge(await roads.bridgePage())
  assert.deepEqual([(await fresh.progress()).body.progress, ...told], ['pending', 'started', 'returned', 'ended'])
})

test('a poll wakes within a second of what it waits for', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const browser = roads.browser()
  async function wakes(after: string, work: () => Promise<unknown>): Promise<[string, boolean]> {
    const poll = attempt.progress(after).then(({ body }) => ({ at: performance.now(), body }))
    await wait(350)
    await work()
    const changed = performance.now()
    const { at, body } = await poll
    return [body.progress, at >= changed - 100 && at - changed < 1_000]
  }
  let callback = new URL('https://none.invalid')
  const enter = async () => void (callback = await roads.consent(await attempt.enter(browser)))
  assert.deepEqual(await wakes('pending', enter), ['started', true])
  assert.deepEqual(await wakes('started', () => browser.visit(callback)), ['returned', true])
  assert.deepEqual(await wakes('returned', () => attempt.redeem()), ['ended', true])
})

test('a second poll ends the first, and nobody else may poll', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const started = performance.now()
  const first = attempt.progress('pending')
  await wait(100)
  const second = attempt.progress('pending')
  assert.deepEqual((await first).body, { progress: 'pending' })
  assert.ok(performance.now() - started < 1_500, 'the first did not wait its 25 s')
  await attempt.enter(roads.browser())
  assert.deepEqual((await second).body, { progress: 'started' }, 'and the second went on')
  const stranger = await roads.bridgePage('ben')
  assert.equal((await stranger.get(`/api/v1/auth-sessions/${attempt.id}/progress`)).status, 404)
  const refused = await roads.host('GET', `/api/v1/auth-sessions/${attempt.id}/progress`)
  assert.equal(refused.body.reason, 'credential_not_accepted')
})

test('only the page that started redeems: with its verifier, its token and its origin', async (t) => {
  const roads = await startRoads(t, { backend: { allowedOrigins: [appOrigin, hostOrigin, 'https://two.test'] } })
  const { page, attempt, browser, callback } = await consented(roads)
  await browser.visit(callback)
  const path = `/api/v1/auth-sessions/${attempt.id}/redeem`
  assert.equal((await page.post(path, {})).body.reason, 'verifier_mismatch')
  assert.equal((await page.post(path, { verifier: randomVerifier() })).body.reason, 'verifier_mismatch')
  // The binding secret is no verifier.
  assert.equal((await page.post(path, { verifier: attempt.secret })).body.reason, 'verifier_mismatch')
  const strangers = [
    await roads.bridgePage('ben'),
    await roads.bridgePage('ana', { tenant: 'acme' }),
    await roads.bridgePage('ana', { owner: 'shared' }),
    await roads.bridgePage('ana', {}, 'https://two.test'),
  ]
  for (const stranger of strangers)
    assert.equal((await stranger.post(path, { verifier: attempt.verifier })).status, 404)
  const host = await roads.host('POST', path, { subject: 'ana', verifier: attempt.verifier })
  assert.deepEqual([host.status, host.body.reason], [409, 'wrong_road'])
  assert.equal(roads.tokenCalls(), 0)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('what a page sends as its callback does not count beside what was parked', async (t) => {
  const roads = await startRoads(t)
  const { attempt, browser, callback } = await consented(roads)
  await browser.visit(callback)
  const foreign = callback.search.slice(1).replace(/code=[^&]*/, 'code=foreign')
  const wrong = await attempt.redeem({ redirectUri: 'https://host.test/other' })
  assert.equal(wrong.body.reason, 'redirect_uri_mismatch')
  assert.equal((await attempt.redeem({ callback: foreign })).body.status, 'ACTIVE')
})

test('a parked answer is sealed in the database, and gone after 60 s', async (t) => {
  let now = Date.now()
  const roads = await startRoads(t, { backend: { now: () => now } })
  const { attempt, browser, callback } = await consented(roads)
  await browser.visit(callback)
  const row = await parkedColumn(roads)
  const code = callback.searchParams.get('code') ?? ''
  assert.ok(code.length > 20 && row && row.parked.length > code.length)
  const whole = JSON.stringify(await roads.store.db.selectFrom('auth_session').selectAll().execute())
  for (const secret of [code, callback.searchParams.get('state') ?? '', attempt.secret, attempt.verifier])
    assert.equal(whole.includes(secret), false)
  now += 59_000
  await forgetParkedAnswers(await coreOf(roads.store, { now: () => now }))
  assert.deepEqual((await attempt.progress()).body, { progress: 'returned' })
  now += 1_000
  assert.deepEqual((await attempt.progress()).body, { progress: 'ended' })
  const late = await attempt.redeem()
  assert.deepEqual([late.status, late.body.reason], [409, 'answer_not_there'])
  assert.equal(roads.tokenCalls(), 0)
  // The chores erase it, and what they leave lets no second answer in.
  await forgetParkedAnswers(await coreOf(roads.store, { now: () => now }))
  assert.equal((await parkedColumn(roads))?.parked, 'gone')
  const keys = { store: roads.store, ring: readKeyRing([sealingKey]), space: 'default' }
  assert.deepEqual((await rotateKeys({ ...keys, data: true })).unreadableRows, [])
  assert.deepEqual((await verifyKeys({ ...keys, all: true })).failed, [])
  const cookie = `__Host-ca_${attempt.id}=${attempt.secret}`
  const again = await roads.call('GET', `/callback/default/fake${callback.search}`, { headers: { cookie } })
  assert.match(again.body, /cannot be finished/)
  assert.equal((await attempt.redeem()).body.reason, 'answer_not_there')
})

test('an attempt that expired takes no answer', async (t) => {
  let now = Date.now()
  const roads = await startRoads(t, { backend: { now: () => now } })
  const { attempt, browser, callback } = await consented(roads)
  now += 600_000
  assert.equal((await browser.visit(callback)).status, 400)
  const { body } = await (await roads.bridgePage()).get(`/api/v1/auth-sessions/${attempt.id}`)
  assert.deepEqual([body.status, body.reason], ['FAILED', 'session_expired'])
})
