import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeOf, randomVerifier } from '../../support/pkce.ts'
import { type Roads, startRoads } from '../../support/roads.ts'

const local = 'http://127.0.0.1:4711/callback'

async function create(roads: Roads, request: Record<string, unknown> = {}) {
  const verifier = randomVerifier()
  const created = await roads.host('POST', '/api/v1/auth-sessions', {
    connectorId: 'fake',
    subject: 'ana',
    redirectUri: local,
    codeChallenge: challengeOf(verifier),
    ...request,
  })
  const path = `/api/v1/auth-sessions/${created.body.id}/redeem`
  return { verifier, created, redeem: (body: object) => roads.host('POST', path, { subject: 'ana', ...body }) }
}

test('a process that listens on loopback connects with its own verifier', async (t) => {
  const roads = await startRoads(t)
  for (const redirectUri of [
    local,
    'http://127.0.0.1:4711',
    'http://127.0.0.1:4711/',
    'http://[::1]:65535/a-b/c.d_e~f',
  ]) {
    const { verifier, created, redeem } = await create(roads, { redirectUri })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    const { road, issuer, issuerRequired, clientId, stateKey } = created.body
    assert.deepEqual([road, created.body.redirectUri], ['loopback', redirectUri])
    assert.deepEqual([issuer, issuerRequired, clientId], [roads.fake.issuer, true, roads.fake.clientId])
    const callback = await roads.fake.authorize(created.body.redirectUrl)
    assert.equal(callback.searchParams.get('state'), stateKey)
    const { status, body } = await redeem({ verifier, redirectUri, callback: callback.search.slice(1) })
    assert.deepEqual([status, body.status, body.credentials], [200, 'ACTIVE', undefined])
  }
})

test('only an address literal of this machine with a port is a loopback redirect URI (RFC 8252 §7.3, §8.3)', async (t) => {
  const roads = await startRoads(t)
  const refused = [
    'http://localhost:4711/',
    'http://LOCALHOST:4711/',
    'http://127.0.0.1/',
    'http://127.0.0.1:/',
    'http://127.0.0.1:0x50/',
    'http://127.0.0.1:99999/',
    'http://127.0.0.2:4711/',
    'http://127.1:4711/',
    'http://2130706433:4711/',
    'http://0x7f.0.0.1:4711/',
    'http://0.0.0.0:4711/',
    'http://[::]:4711/',
    'http://[::ffff:127.0.0.1]:4711/',
    'http://[0:0:0:0:0:0:0:1]:4711/',
    'http://192.168.0.1:4711/',
    'http://evil.test:4711/',
    'http://127.0.0.1.evil.test:4711/',
    'http://127.0.0.1:4711@evil.test/',
    'http://evil.test@127.0.0.1:4711/',
    'https://127.0.0.1:4711/',
    'HTTP://127.0.0.1:4711/',
    'ftp://127.0.0.1:4711/',
    'javascript://127.0.0.1:4711/',
    'http://127.0.0.1:4711/?x=1',
    'http://127.0.0.1:4711/#x',
    'http://127.0.0.1:4711/\\evil.test',
    'http://127.0.0.1:4711/%2e%2e',
    'http://127.0.0.1:4711/ ',
    '//127.0.0.1:4711/',
    '',
  ]
  for (const redirectUri of refused) {
    const { created } = await create(roads, { redirectUri })
    assert.deepEqual([created.status, created.body.reason], [400, 'invalid_redirect'], JSON.stringify(redirectUri))
  }
})

test('the process must bring its own challenge, and no second road', async (t) => {
  const roads = await startRoads(t)
  const none = await roads.host('POST', '/api/v1/auth-sessions', {
    connectorId: 'fake',
    subject: 'ana',
    redirectUri: local,
  })
  assert.match(none.body.detail, /^codeChallenge: is missing/)
  for (const more of [{ returnUrl: 'https://host.test/' }, { road: 'typed_code' }, { road: 'device' }]) {
    const { created } = await create(roads, more)
    assert.deepEqual([created.status, created.body.reason], [400, 'invalid_request'])
  }
  const kept = await roads.host('POST', '/api/v1/auth-sessions', {
    connectorId: 'fake',
    subject: 'ana',
    codeChallenge: 'x'.repeat(43),
  })
  assert.match(kept.body.detail, /^codeChallenge: is kept by the backend/)
})

test('every precondition holds before the code is spent', async (t) => {
  const roads = await startRoads(t)
  const { verifier, created, redeem } = await create(roads)
  const answer = (await roads.fake.authorize(created.body.redirectUrl)).search.slice(1)
  const right = { verifier, redirectUri: local, callback: answer }
  const cases = [
    [{ ...right, verifier: randomVerifier() }, 'verifier_mismatch'],
    [{ redirectUri: local, callback: answer }, 'verifier_mismatch'],
    [{ ...right, redirectUri: 'http://127.0.0.1:4712/callback' }, 'redirect_uri_mismatch'],
    // A code of another server is kept out by the place where it came back: the caller must say it (RFC 9700 §4.4.2).
    [{ verifier, callback: answer }, 'redirect_uri_mismatch'],
    [{ ...right, callback: answer.replace(/state=[^&]*/, 'state=x') }, 'state_mismatch'],
    [{ ...right, callback: '' }, 'state_mismatch'],
    [{ ...right, callback: answer.replace(/iss=[^&]*/, 'iss=https://evil.test') }, 'issuer_mismatch'],
    [{ ...right, callback: `${answer}&code=2` }, 'invalid_request'],
  ] as const
  for (const [body, reason] of cases) assert.equal((await redeem(body)).body.reason, reason)
  assert.equal(roads.tokenCalls(), 0)
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(right)))
  assert.deepEqual([...new Set(answers.map(({ body }) => body.status))], ['ACTIVE'])
  assert.equal(roads.tokenCalls(), 1)
})

test('the backend takes no answer for a process, wherever it is sent', async (t) => {
  const roads = await startRoads(t)
  const { verifier, created, redeem } = await create(roads)
  const answer = await roads.fake.authorize(created.body.redirectUrl)
  const visited = await roads.browser().visit(`https://app.test/connector-auth/callback/default/fake${answer.search}`)
  assert.equal(visited.status, 400)
  assert.match(visited.body, /not started here/)
  assert.equal((await redeem({ verifier, redirectUri: local })).body.reason, 'state_mismatch')
})

test("a page does not redeem a process's attempt, nor a host a page's", async (t) => {
  const roads = await startRoads(t)
  const page = await roads.page('ana')
  const process = await create(roads)
  const callback = (await roads.fake.authorize(process.created.body.redirectUrl)).search.slice(1)
  const { verifier } = process
  const path = `/api/v1/auth-sessions/${process.created.body.id}`
  const stolen = await page.post(`${path}/redeem`, { verifier, redirectUri: local, callback })
  assert.deepEqual([stolen.status, stolen.body.reason], [404, 'not_found'], 'another origin than none')
  assert.equal((await page.get(path)).status, 404)
  const completed = await roads.host('POST', `${path}/complete`, { subject: 'ana', completionCode: 'x' })
  assert.equal(completed.body.reason, 'wrong_road')
  const other = await process.redeem({ subject: 'ben', verifier, redirectUri: local, callback })
  assert.equal(other.status, 404)
  const begun = await page.begin()
  const byHost = await roads.host('POST', `/api/v1/auth-sessions/${begun.id}/redeem`, {
    subject: 'ana',
    ...begun.redeem,
  })
  assert.deepEqual([byHost.status, byHost.body.reason], [409, 'wrong_road'])
  assert.equal(roads.tokenCalls(), 0)
  assert.equal((await process.redeem({ verifier, redirectUri: local, callback })).body.status, 'ACTIVE')
  assert.equal((await page.post(`/api/v1/auth-sessions/${begun.id}/redeem`, begun.redeem)).body.status, 'ACTIVE')
})
