// What comes back on a redirect URI, as nobody must send it: attacks 5 to 7, 9 to 12 and 16 to 19, on the two roads of
// pages. After each the right answer still connects: nobody ends somebody's attempt.
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { test } from 'node:test'
import { listen } from '../../../src/node/index.ts'
import { type Answer, appOrigin } from '../../support/backend.ts'
import { challengeOf, randomVerifier } from '../../support/pkce.ts'
import { type Roads, appCallback, hostOrigin, startRoads } from '../../support/roads.ts'

/** One attempt that has its answer. */
interface Answered {
  readonly id: string
  readonly answer: URLSearchParams
  /** Brings a callback's query to where this road takes it. */
  bring(query: string): Promise<Answer>
  /** What that said, where it is refused. */
  reason(refused: Answer): string
  /** Brings an answer and finishes. */
  finish(query: string): Promise<Answer>
  /** The same redemption again. */
  again(): Promise<Answer>
}

interface PageRoad {
  readonly name: string
  start(roads: Roads): Promise<Answered>
}

const appRoad: PageRoad = {
  name: 'app callback',
  async start(roads) {
    const page = await roads.page()
    const { id, redeem } = await page.begin()
    let last = redeem.callback
    const bring = (callback: string) =>
      page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback: (last = callback) })
    const answer = new URLSearchParams(redeem.callback)
    return { id, answer, bring, reason: ({ body }) => body.reason, finish: bring, again: () => bring(last) }
  },
}

const bridgeRoad: PageRoad = {
  name: 'bridge',
  async start(roads) {
    const attempt = await roads.bridge(await roads.bridgePage())
    const browser = roads.browser()
    const callback = await roads.consent(await attempt.enter(browser))
    const bring = (query: string) => browser.visit(`${appCallback}?${query}`)
    return {
      id: attempt.id,
      answer: callback.searchParams,
      bring,
      reason: () => 'page',
      async finish(query) {
        await bring(query)
        return attempt.redeem()
      },
      again: () => attempt.redeem(),
    }
  },
}

/** The answer with some parameters changed; null takes one away. */
function changed(answer: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams(answer)
  for (const [name, value] of Object.entries(changes))
    if (value === null) query.delete(name)
    else query.set(name, value)
  return query.toString()
}

for (const road of [appRoad, bridgeRoad]) {
  const refused = async (
    t: Parameters<typeof startRoads>[0],
    queries: (answer: URLSearchParams, roads: Roads) => readonly (readonly [query: string, reason: string])[],
  ) => {
    const roads = await startRoads(t)
    const { answer, bring, reason, finish } = await road.start(roads)
    for (const [query, expected] of queries(answer, roads)) {
      const started = performance.now()
      const told = await bring(query)
      assert.equal(told.status, 400, query.slice(0, 200))
      assert.ok(['page', expected].includes(reason(told)), `${query.slice(0, 200)}: ${reason(told)}`)
      assert.ok(performance.now() - started < 1_000)
    }
    assert.equal(roads.tokenCalls(), 0)
    assert.equal((await finish(answer.toString())).body.status, 'ACTIVE', 'the attempt stands')
    assert.equal(roads.tokenCalls(), 1)
  }

  test(`${road.name}, attack 5: an answer of another issuer, or of none where one is due, is no answer`, (t) =>
    refused(t, (answer, { fake }) =>
      [
        'https://evil.test',
        fake.issuer.toUpperCase(),
        `${fake.issuer}/`,
        `${fake.issuer}#`,
        ` ${fake.issuer}`,
        '',
        null,
      ].map((iss) => [changed(answer, { iss }), 'issuer_mismatch']),
    ))

  test(`${road.name}, attack 7: an error of another issuer ends nothing`, (t) =>
    refused(t, (answer) => [
      [changed(answer, { code: null, error: 'access_denied', iss: 'https://evil.test' }), 'issuer_mismatch'],
      [changed(answer, { code: null, error: 'access_denied', iss: null }), 'issuer_mismatch'],
    ]))

  test(`${road.name}, attack 9: an error without the state, or with a wrong one, ends nothing`, (t) =>
    refused(t, (answer) => [
      [changed(answer, { code: null, error: 'access_denied', state: null }), 'state_mismatch'],
      [changed(answer, { code: null, error: 'access_denied', state: '' }), 'state_mismatch'],
      [changed(answer, { code: null, error: 'access_denied', state: randomVerifier() }), 'state_mismatch'],
      ['error=access_denied', 'state_mismatch'],
      ['', 'state_mismatch'],
    ]))

  test(`${road.name}, attack 17: what cannot be decoded is refused at once`, (t) =>
    refused(t, (answer) =>
      ['%', '%zz', '%E0%A4%A', '%00', '%ED%A0%80', '%C0%AF', '+', '&&==&'].flatMap((junk) => [
        [`${changed(answer, { state: null })}&state=${junk}`, 'state_mismatch'],
        [`code=${junk}&state=${junk}&iss=${junk}`, 'state_mismatch'],
        [junk, 'state_mismatch'],
      ]),
    ))

  test(`${road.name}, attack 18: a parameter that stands twice is refused, whichever it is`, (t) =>
    refused(t, (answer) => {
      const doubled = [...answer.keys(), 'x'].map(
        (name) => [`${answer}&${name}=1&${name}=2`, 'invalid_request'] as const,
      )
      const mixed = ['state[]', 'state[0]', 'state.x'].map((name) => {
        const query = changed(answer, { state: null, [name]: answer.get('state') ?? '' })
        return [query, 'state_mismatch'] as const
      })
      return [...doubled, [`state=a&${answer}`, 'state_mismatch'], ...mixed]
    }))

  test(`${road.name}, attack 19: a state, code or error of any length or letters is refused, or taken as what it is`, (t) =>
    refused(t, (answer) =>
      ['x'.repeat(3_000), '\u0000', '😀'.repeat(200), '\r\nset-cookie: x=y'].flatMap((value) => [
        [changed(answer, { state: value }), 'state_mismatch'],
        [changed(answer, { state: value, error: value, code: null }), 'state_mismatch'],
        [changed(answer, { iss: value }), 'issuer_mismatch'],
      ]),
    ))

  test(`${road.name}: an answer that holds neither code nor error is none`, async (t) => {
    const roads = await startRoads(t)
    const { answer, bring, finish } = await road.start(roads)
    for (const changes of [{ code: null }, { code: '' }])
      assert.equal((await bring(changed(answer, changes))).status, 400)
    assert.equal((await finish(answer.toString())).body.status, 'ACTIVE')
  })

  test(`${road.name}, attack 10: a stolen code in one's own attempt connects nobody`, async (t) => {
    const roads = await startRoads(t)
    const victim = await road.start(roads)
    const own = await road.start(roads)
    const { body } = await own.finish(changed(own.answer, { code: victim.answer.get('code') ?? '' }))
    assert.deepEqual([body.status, body.reason], ['FAILED', 'redemption_rejected'])
    assert.equal(await roads.connections(), 0)
  })

  test(`${road.name}, attack 11: 50 redemptions at once are one token request and one outcome`, async (t) => {
    const roads = await startRoads(t)
    const { answer, finish, again } = await road.start(roads)
    await Promise.all([finish(answer.toString()), ...Array.from({ length: 49 }, () => again())])
    const answers = await Promise.all(Array.from({ length: 50 }, () => again()))
    const told = answers.map(({ status, body }) => [
      status,
      body.status,
      body.connectionId,
      body.credentials.accessToken,
    ])
    assert.equal(new Set(told.map((one) => JSON.stringify(one))).size, 1)
    assert.equal(told[0]?.[1], 'ACTIVE')
    assert.equal(roads.tokenCalls(), 1)
    assert.equal(await roads.connections(), 1)
  })

  test(`${road.name}, attack 12: the authorization request is made of what is configured`, async (t) => {
    const roads = await startRoads(t)
    const page = await (road === appRoad ? roads.page() : roads.bridgePage())
    const request = { connectorId: 'fake', codeChallenge: 'x'.repeat(43), bindingHash: 'x'.repeat(43) }
    const more = {
      redirect_uri: 'https://evil.test/',
      scope: 'write',
      client_id: 'evil',
      code_challenge_method: 'plain',
      response_mode: 'fragment',
      response_type: 'token',
      prompt: 'none',
      request_uri: 'urn:x',
      state: 'x',
      nonce: 'x',
      __proto__x: 'x',
    }
    for (const [name, value] of Object.entries(more)) {
      const { status, body } = await page.post('/api/v1/auth-sessions', { ...request, [name]: value })
      assert.deepEqual([status, body.reason], [400, 'invalid_request'], name)
      assert.match(body.detail, new RegExp(name))
    }
    const beyond = await page.post('/api/v1/auth-sessions', { ...request, scopes: ['admin'] })
    assert.equal(beyond.body.reason, 'scope_not_allowed')
    const query = new URLSearchParams(more).toString()
    assert.equal((await page.post(`/api/v1/auth-sessions?${query}`, request)).status, 201)
    const { id } = await road.start(roads)
    const redeemed = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { verifier: 'x'.repeat(43), code: 'x' })
    assert.equal(redeemed.body.reason, 'invalid_request')
  })
}

test('the authorization URL holds what the record and the registration say, whatever stands in the query of its creation', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.page()
  const { body } = await page.post('/api/v1/auth-sessions?redirect_uri=https://evil.test&scope=write&client_id=evil', {
    connectorId: 'fake',
    codeChallenge: challengeOf('x'.repeat(43)),
  })
  const sent = new URL(body.redirectUrl).searchParams
  assert.deepEqual(Object.fromEntries(sent), {
    response_type: 'code',
    client_id: roads.fake.clientId,
    redirect_uri: appCallback,
    state: body.stateKey,
    scope: 'read',
    code_challenge: challengeOf('x'.repeat(43)),
    code_challenge_method: 'S256',
  })
})

test('a plain challenge and a short verifier do not exist (RFC 7636 §4.1)', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.page()
  for (const codeChallenge of [undefined, '', 'x'.repeat(42), 'x'.repeat(44), '='.repeat(43)])
    assert.equal(
      (await page.post('/api/v1/auth-sessions', { connectorId: 'fake', codeChallenge })).body.reason,
      'invalid_request',
    )
  const { id, redeem } = await page.begin()
  for (const verifier of ['', 'x'.repeat(42), 'x'.repeat(129), 'ä'.repeat(43)])
    assert.equal(
      (await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, verifier })).body.reason,
      'invalid_request',
    )
})

// Attack 6 (COAT): an honest server's code comes back with the state of an attempt at another one.
test("attack 6: a code that came back on another connector's redirect URI never reaches this one's token endpoint", async (t) => {
  const roads = await startRoads(t, { backend: { callbacks: { [hostOrigin]: `${hostOrigin}/cb/{connector}.html` } } })
  const evil = await startRoads(t)
  const record = { ...evil.fake.record(), id: 'evil', issuer: null, issuerRequired: false }
  const client = { clientId: evil.fake.clientId, clientSecret: evil.fake.clientSecret }
  const allow = { egress: { allow: [evil.fake.issuer] } }
  const both = await startRoads(t, {
    backend: {
      ...allow,
      connectors: [evil.fake.record({ ...record }), roads.fake.record()],
      clients: { evil: client },
    },
  })
  const page = await both.page()
  const attempt = await page.begin({ connectorId: 'evil' })
  assert.equal(attempt.created.status, 201, JSON.stringify(attempt.created.body))
  const honest = both.fake.grants.authorize({ redirect_uri: appCallback })
  const callback = new URLSearchParams({ state: attempt.created.body.stateKey, code: honest }).toString()
  const answer = await page.post(`/api/v1/auth-sessions/${attempt.id}/redeem`, {
    verifier: attempt.redeem.verifier,
    redirectUri: appCallback,
    callback,
  })
  assert.equal(answer.body.reason, 'redirect_uri_mismatch')
  assert.equal((await both.browser().visit(`${appCallback}?${callback}`)).status, 400, 'the callback page is not there')
  assert.equal(evil.tokenCalls(), 0)
})

test('an answer for an app with a callback page of its own is not taken at the backend’s', async (t) => {
  const roads = await startRoads(t, { backend: { callbacks: { [hostOrigin]: `${hostOrigin}/cb/{connector}.html` } } })
  const page = await roads.bridgePage()
  const { callback, redeem, id } = await page.begin()
  assert.equal(callback.origin, hostOrigin)
  const visited = await roads.browser().visit(`${appCallback}${callback.search}`)
  assert.equal(visited.status, 400)
  const wrong = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, redirectUri: appCallback })
  assert.equal(wrong.body.reason, 'redirect_uri_mismatch')
  const { redirectUri: _, ...without } = redeem
  const unsaid = await page.post(`/api/v1/auth-sessions/${id}/redeem`, without)
  assert.equal(unsaid.body.reason, 'redirect_uri_mismatch', 'whoever does not say where it came back is not believed')
  assert.equal((await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)).body.status, 'ACTIVE')
})

// Attack 16.
test('neither Host nor forwarded headers nor a missing state move anybody anywhere', async (t) => {
  const roads = await startRoads(t)
  const headers = {
    host: 'evil.test',
    referer: 'https://evil.test/',
    'x-forwarded-host': 'evil.test',
    'x-forwarded-proto': 'http',
  }
  for (const query of ['', '?code=x', '?state=', '?state=x&code=x', '?error=x', '?returnTo=https://evil.test'])
    for (const method of ['GET', 'POST']) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const more = method === 'POST' ? { raw: 'code=x', headers: { ...headers, ...form } } : { headers }
      const answer = await roads.call(method, `/callback/default/fake${query}`, more)
      const location = answer.headers.get('location')
      assert.deepEqual([answer.status, location?.[0]], method === 'GET' ? [400, undefined] : [303, '?'], query)
      assert.equal(String(answer.body).includes('evil.test'), false)
    }
  const { token } = await roads.page()
  const created = await roads.backend.fetch(
    new Request('https://evil.test/connector-auth/api/v1/auth-sessions', {
      method: 'POST',
      headers: { ...headers, origin: appOrigin, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ connectorId: 'fake', codeChallenge: 'x'.repeat(43) }),
    }),
  )
  assert.equal((await created.json()).redirectUri, appCallback)
})

test('a callback path that cannot be decoded, or names nobody, is a plain refusal', async (t) => {
  const roads = await startRoads(t)
  for (const path of [
    '%zz/fake',
    'default/%zz',
    'default/%00',
    'default/..%2f..',
    'default/FAKE',
    `default/${'x'.repeat(300)}`,
    'default/__proto__',
  ]) {
    const answer = await roads.call('GET', `/callback/${path}?state=x`)
    assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`)
  }
})

// Attack 19, over a socket: nobody else cuts what is too long.
test('a megabyte of state, code or error is cut off before it is looked at', async (t) => {
  const lines: string[] = []
  const log = (message: string, fields?: object) => void lines.push(JSON.stringify([message, fields]))
  const roads = await startRoads(t, { backend: { logger: { debug: log, info: log, warn: log, error: log } } })
  const listening = await listen(roads.backend, { port: 0 })
  t.after(() => listening.close())
  const get = (path: string) =>
    new Promise<number>((resolve, reject) => {
      const sent = request({ port: listening.port, path, method: 'GET' }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      sent.on('error', reject).end()
    })
  for (const name of ['state', 'code', 'error'])
    assert.ok([414, 431].includes(await get(`/connector-auth/callback/default/fake?${name}=${'x'.repeat(1_000_000)}`)))
  assert.equal(await get(`/connector-auth/callback/default/fake?state=${'x'.repeat(10_000)}`), 400)
  assert.equal(await get('/connector-auth/healthz'), 200)
  for (const line of lines) assert.ok(line.length < 1_000, 'no log line is theirs')
  const page = await roads.page()
  const { id, redeem } = await page.begin()
  const long = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback: 'x'.repeat(8_193) })
  assert.equal(long.body.reason, 'invalid_request')
  const longer = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback: 'x'.repeat(70_000) })
  assert.deepEqual([longer.status, longer.body.reason], [413, 'body_too_large'])
})
