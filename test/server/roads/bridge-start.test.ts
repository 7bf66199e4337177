import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from '../../../src/server/http/pages.ts'
import { sqliteStore } from '../../../src/server/index.ts'
import { appOrigin, startHarness } from '../../support/backend.ts'
import { challengeOf, randomVerifier } from '../../support/pkce.ts'
import { evilOrigin, goesTo, hostOrigin, startRoads } from '../../support/roads.ts'

test('an app without a callback page takes the bridge, and gets no authorization URL', async (t) => {
  const roads = await startRoads(t)
  const { created } = await roads.bridge(await roads.bridgePage())
  assert.equal(created.status, 201, JSON.stringify(created.body))
  assert.deepEqual(
    [created.body.road, created.body.redirectUrl, created.body.startUrl, created.body.expiresInSeconds],
    ['bridge', null, `${appOrigin}/connector-auth/bridge`, 600],
  )
  const text = JSON.stringify(created.body)
  for (const kept of [roads.fake.issuer, 'stateKey', 'state=']) assert.equal(text.includes(kept), false, kept)
})

test('an app with a callback page takes the bridge in a frame, and for form_post, and only then', async (t) => {
  const roads = await startRoads(t)
  const calls = await roads.page()
  const roadOf = async (request: object) => (await roads.bridge(calls, { ...request })).created.body.road
  assert.equal(await roadOf({}), 'app_callback')
  assert.equal(await roadOf({ framed: false }), 'app_callback')
  assert.equal(await roadOf({ framed: true }), 'bridge')
  const posted = await startRoads(t, {
    record: ({ issuer }) => ({ authorize: { url: `${issuer}/authorize`, params: { response_mode: 'form_post' } } }),
  })
  assert.equal((await posted.bridge(await posted.page())).created.body.road, 'bridge')
  const configured = await startRoads(t, {
    backend: { callbacks: { [hostOrigin]: `${hostOrigin}/callback/{connector}.html` } },
  })
  const { created } = await configured.bridge(await configured.bridgePage())
  assert.deepEqual(
    [created.body.road, created.body.redirectUri],
    ['app_callback', 'https://host.test/callback/fake.html'],
  )
})

test('without a binding hash there is no bridge, and the refusal says what to configure', async (t) => {
  const roads = await startRoads(t)
  const calls = await roads.bridgePage()
  const ask = (request: object) =>
    calls.post('/api/v1/auth-sessions', {
      connectorId: 'fake',
      codeChallenge: challengeOf(randomVerifier()),
      ...request,
    })
  const none = await ask({})
  assert.deepEqual([none.status, none.body.reason], [400, 'callback_not_configured'])
  assert.match(none.body.detail, /Configure callbacks for https:\/\/host\.test/)
  assert.match((await ask({ framed: true })).body.detail, /framed page/)
  for (const bindingHash of ['', 'x', 'x'.repeat(44), `${'x'.repeat(42)}=`])
    assert.equal((await ask({ bindingHash })).body.reason, 'invalid_request', bindingHash)
})

test('what only an API key may say is refused from a page, and the other way round', async (t) => {
  const roads = await startRoads(t)
  const calls = await roads.bridgePage()
  const forHosts = {
    returnUrl: 'https://host.test/connected?from=service',
    redirectUri: 'http://127.0.0.1:4711/',
    road: 'typed_code',
    client: { clientId: 'mine' },
  }
  for (const [field, value] of Object.entries(forHosts)) {
    const { created } = await roads.bridge(calls, { [field]: value })
    assert.deepEqual([created.status, created.body.reason], [400, 'invalid_request'], field)
    assert.match(created.body.detail, new RegExp(`^${field}: is for API keys`))
  }
  const forPages = { bindingHash: 'x'.repeat(43), returnTo: 'https://host.test/', framed: false }
  for (const [field, value] of Object.entries(forPages)) {
    const { status, body } = await roads.host('POST', '/api/v1/auth-sessions', {
      connectorId: 'fake',
      subject: 'ana',
      [field]: value,
    })
    assert.deepEqual([status, body.reason], [400, 'invalid_request'], field)
    assert.match(body.detail, new RegExp(`^${field}: is for pages`))
  }
})

test('the right form opens the bridge: the authorization URL of this attempt, and a binding cookie', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const browser = roads.browser()
  const entered = await attempt.enter(browser)
  assert.equal(entered.status, 200)
  const url = new URL(goesTo(entered))
  assert.equal(`${url.origin}${url.pathname}`, `${roads.fake.issuer}/authorize`)
  assert.equal(url.searchParams.get('code_challenge'), challengeOf(attempt.verifier))
  assert.equal(
    entered.headers.get('set-cookie'),
    `__Host-ca_${attempt.id}=${attempt.secret}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600`,
  )
})

test('on plain http on loopback the cookie has neither the prefix nor Secure', async (t) => {
  const publicUrl = 'http://127.0.0.1:7777/auth'
  const harness = await startHarness(t, {
    backend: { publicUrl, dev: true, allowedOrigins: ['http://localhost:3000'] },
  })
  const { token } = await harness.backend.mintConnectToken({ subject: 'ana' })
  const secret = randomVerifier()
  const send = (path: string, headers: Record<string, string>, body: string) =>
    harness.backend.fetch(new Request(`${publicUrl}${path}`, { method: 'POST', headers, body }))
  const origin = 'http://localhost:3000'
  const created = await send(
    '/api/v1/auth-sessions',
    { origin, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    JSON.stringify({ connectorId: 'fake', codeChallenge: 'x'.repeat(43), bindingHash: challengeOf(secret) }),
  )
  const { id, startUrl } = await created.json()
  assert.equal(startUrl, `${publicUrl}/bridge`)
  const form = new URLSearchParams({ session: id, secret }).toString()
  const entered = await send('/bridge', { origin, 'content-type': 'application/x-www-form-urlencoded' }, form)
  assert.equal(entered.status, 200)
  assert.equal(entered.headers.get('set-cookie'), `ca_${id}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600`)
})

test('the page of the bridge runs one script by nonce, goes on without it too, and can be neither framed nor cached', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const { headers, body } = await attempt.enter(roads.browser())
  const policy = headers.get('content-security-policy') ?? ''
  const [, nonce = ''] = /script-src 'nonce-([\w-]{43})'/.exec(policy) ?? []
  assert.equal(
    policy,
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  )
  assert.deepEqual(
    ['x-frame-options', 'referrer-policy', 'cache-control', 'x-content-type-options'].map((name) => headers.get(name)),
    ['DENY', 'no-referrer', 'no-store', 'nosniff'],
  )
  assert.deepEqual(body.match(/<script[^>]*>/g), [`<script nonce="${nonce}">`])
  assert.equal(/\son\w+=/.test(body), false, 'no inline handlers')
  assert.match(body, /<meta http-equiv="refresh" content="1;url=http:\/\/127\.0\.0\.1/)
  const second = await attempt.enter(roads.browser())
  assert.equal(
    (second.headers.get('content-security-policy') ?? '').includes(nonce),
    false,
    'each page has its own nonce',
  )
})

test('neither an authorization URL nor a text breaks out of a page', async () => {
  // A URL parser would have encoded most of this; the page does not rely on it.
  const nasty = `https://as.test/?x='"><script>alert(1)</script>&y=</script><!--`
  const answer = page({ status: 200, title: nasty, text: nasty, code: nasty, act: { kind: 'go', url: nasty } })
  const [, nonce = ''] = /'nonce-([\w-]+)'/.exec(answer.headers.get('content-security-policy') ?? '') ?? []
  const html = await answer.text()
  assert.deepEqual(html.match(/<\/?script[^>]*>/g), [`<script nonce="${nonce}">`, '</script>'])
  assert.equal(html.includes('<!--'), false)
  // An attribute ends at its quote alone.
  const [, refresh = ''] = /content="1;url=([^"]*)">/.exec(html) ?? []
  assert.ok(refresh.endsWith('&lt;!--'), refresh)
  assert.equal(
    goesTo({ status: 200, headers: answer.headers, body: html }),
    nasty,
    'and the script goes to the very URL',
  )
})

test('an authorization URL that is no https address is never navigated to', async (t) => {
  for (const url of ['javascript:alert(1)//', 'data:text/html,x', 'http://as.test/authorize', 'file:///etc/passwd']) {
    const roads = await startRoads(t)
    const record = { ...roads.fake.record(), id: 'added', authorize: { url } }
    const { status, body } = await roads.host('PUT', '/api/v1/connectors/added', { record })
    assert.deepEqual([status, body.reason], [400, 'connector_invalid'], url)
  }
})

test('the form may be sent again until an answer is there, and not after', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const browser = roads.browser()
  const first = goesTo(await attempt.enter(browser))
  assert.equal(goesTo(await attempt.enter(browser)), first, 'the same authorization URL')
  await browser.visit(await roads.fake.authorize(first))
  const late = await attempt.enter(browser)
  assert.equal(late.status, 403)
  assert.match(late.body, /not started here/)
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE', 'and the answer that was there counts')
  assert.equal((await attempt.enter(browser)).status, 403)
})

test('whoever is not the page of this attempt in a window of a browser does not enter, and changes nothing', async (t) => {
  const roads = await startRoads(t)
  const calls = await roads.bridgePage()
  const attempt = await roads.bridge(calls)
  const other = await roads.bridge(calls)
  const refused = {
    'another origin': { origin: evilOrigin },
    "the backend's own origin": { origin: appOrigin },
    'a prefix of the origin': { origin: 'https://host.test.evil.test' },
    'another scheme': { origin: 'http://host.test' },
    'another port': { origin: 'https://host.test:444' },
    'the origin null': { origin: 'null' },
    'no origin': { origin: null },
    'an empty origin': { origin: '' },
    'a fetch': { headers: { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' } },
    'a fetch without CORS': { headers: { 'sec-fetch-mode': 'no-cors' } },
    'a frame': { headers: { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' } },
    'an object': { headers: { 'sec-fetch-dest': 'object' } },
    'a wrong secret': { secret: randomVerifier() },
    "another attempt's secret": { secret: other.secret },
    'the hash of the secret': { secret: challengeOf(attempt.secret) },
  }
  for (const [name, changes] of Object.entries(refused)) {
    const browser = roads.browser()
    const answer = await attempt.enter(browser, changes)
    assert.equal(answer.status, 403, name)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/, 'a person looks at it')
    assert.equal(answer.body.includes(roads.fake.issuer), false, name)
    assert.equal(browser.cookies.size, 0, name)
  }
  assert.deepEqual((await attempt.progress()).body, { progress: 'pending' })
  const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }
  assert.equal((await attempt.enter(roads.browser(), { headers: navigation })).status, 200, 'the positive control')
})

test('there is no GET, no JSON and no doubled field at the bridge', async (t) => {
  const roads = await startRoads(t)
  const attempt = await roads.bridge(await roads.bridgePage())
  const { id, secret } = attempt
  const query = `session=${id}&secret=${secret}`
  const got = await roads.call('GET', `/bridge?${query}`, { headers: { origin: hostOrigin } })
  assert.deepEqual([got.status, got.headers.get('allow')], [405, 'POST'])
  const form = 'application/x-www-form-urlencoded'
  const bad: [string, string][] = [
    ['application/json', JSON.stringify({ session: id, secret })],
    ['text/plain', query],
    ['multipart/form-data; boundary=x', query],
    [form, `${query}&secret=${secret}`],
    [form, `${query}&more=1`],
    [form, `session=${id}`],
    [form, `session=${id}&secret=short`],
    [form, `session=as_&secret=${secret}`],
    [form, ''],
    [form, `${query}&x=${'x'.repeat(70_000)}`],
  ]
  for (const [type, raw] of bad) {
    const headers = { origin: hostOrigin, 'content-type': type }
    const answer = await roads.call('POST', '/bridge', { headers, raw })
    assert.equal(answer.status, 400, raw.slice(0, 80))
    assert.equal(answer.body.includes(roads.fake.issuer), false)
  }
  const unknown = { session: `as_${'0'.repeat(32)}`, secret }
  assert.equal((await roads.browser().submit('/bridge', unknown, { origin: hostOrigin })).status, 403)
})

test('an attempt that has expired, or belongs to another road or space, has no bridge', async (t) => {
  let now = Date.now()
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { backend: { store, now: () => now } })
  const attempt = await roads.bridge(await roads.bridgePage())
  const elsewhere = await startRoads(t, { backend: { store, space: 'other', now: () => now } })
  const form = { session: attempt.id, secret: attempt.secret }
  assert.equal((await elsewhere.browser().submit('/bridge', form, { origin: hostOrigin })).status, 403)
  const open = await roads.bridge(await roads.page())
  assert.equal(open.created.body.road, 'app_callback')
  assert.equal((await open.enter(roads.browser(), { origin: appOrigin })).status, 403)
  assert.equal((await attempt.enter(roads.browser())).status, 200)
  now += 600_000
  assert.equal((await attempt.enter(roads.browser())).status, 403)
})
