import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AuthenticationError } from '../../src/protocol/errors.ts'
import type { CustomGrant, CustomScheme, CustomTokens } from '../../src/server/index.ts'
import { asHost } from '../support/proxy.ts'
import { described, startService } from '../support/service.ts'

const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1 }

/** A scheme that issues `at-1`, `at-2`, … and takes each refresh token once. */
function scheme(changes: Partial<CustomScheme> = {}) {
  const seen: { readonly call: string; readonly grant: unknown }[] = []
  let count = 0
  const tokens = (): CustomTokens => {
    count += 1
    return { accessToken: `at-${count}`, refreshToken: `rt-${count}`, expiresInSeconds: 3_600 }
  }
  const own: CustomScheme = {
    async authenticate(request) {
      seen.push({ call: 'authenticate', grant: request })
      return { ...tokens(), scopes: ['read'], account: { id: '7', name: 'ana' } }
    },
    async refresh(grant) {
      seen.push({ call: 'refresh', grant })
      if (grant.refreshToken !== `rt-${count}`) throw new AuthenticationError('credentials_rejected', 'Used before.')
      return tokens()
    },
    async revoke(grant) {
      seen.push({ call: 'revoke', grant })
    },
    ...changes,
  }
  return { own, seen, count: (call: string) => seen.filter((one) => one.call === call).length }
}

const start = (t: TestContext, own: CustomScheme) =>
  startService(
    t,
    (origin) => ({
      ...described,
      method: 'custom',
      inputs: [{ name: 'pin', label: 'PIN', secret: true, pattern: '\\d{4}' }],
      proxy: { api: { origin } },
      apiOrigins: [origin],
    }),
    { custom: { service: own }, limits },
  )

const never = () => new Promise<never>(() => {})

test("a host's own scheme connects, is used, renewed and ended", async (t) => {
  const { own, seen } = scheme()
  const { enter, read, call, host, upstream } = await start(t, own)
  const { status, body } = await enter({ pin: '1234' })
  assert.deepEqual([status, body.account, body.scopes.granted], [201, { id: '7', name: 'ana' }, ['read']])
  assert.equal((await read()).body.accessToken, 'at-1')
  await call('GET', '/api/v1/proxy/service/api/x', { headers: asHost })
  assert.equal(upstream.received[0]?.headers['authorization'], 'Bearer at-1')
  assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-2')
  assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-3')
  const ended = await host('POST', '/api/v1/connections/service/disconnect', { subject: 'ana' })
  assert.equal(ended.body.revocation, 'revoked')
  const values = { pin: '1234' }
  assert.deepEqual(seen, [
    { call: 'authenticate', grant: { values, scopes: [] } },
    { call: 'refresh', grant: { accessToken: 'at-1', refreshToken: 'rt-1', values } },
    { call: 'refresh', grant: { accessToken: 'at-2', refreshToken: 'rt-2', values } },
    { call: 'revoke', grant: { accessToken: 'at-3', refreshToken: 'rt-3', values } },
  ])
  assert.equal((await read()).status, 404)
})

test('however many ask, the scheme renews once', async (t) => {
  const { own, count } = scheme()
  const { enter, read } = await start(t, own)
  await enter({ pin: '1234' })
  const answers = await Promise.all(Array.from({ length: 20 }, () => read({ forceRefresh: true })))
  assert.deepEqual(new Set(answers.map(({ body }) => body.accessToken)), new Set(['at-2']))
  assert.equal(count('refresh'), 1)
})

test('a 401 of the service renews the token, and the call is made again', async (t) => {
  const { own, count } = scheme()
  const { enter, call, upstream } = await start(t, own)
  await enter({ pin: '1234' })
  upstream.answer = ({ headers }, response) =>
    void response.writeHead(headers['authorization'] === 'Bearer at-2' ? 200 : 401).end('text')
  assert.equal((await call('GET', '/api/v1/proxy/service/api/x', { headers: asHost })).status, 200)
  assert.equal(count('refresh'), 1)
})

test("the scheme's verdict is told in its own words at first, and ends the connection later", async (t) => {
  const verdict = () => Promise.reject(new AuthenticationError('credentials_rejected', 'The PIN is not right.'))
  const refusing = await start(t, scheme({ authenticate: verdict }).own)
  const { status, body } = await refusing.enter({ pin: '1234' })
  assert.deepEqual([status, body.reason, body.detail], [422, 'credentials_rejected', 'The PIN is not right.'])
  assert.deepEqual(await refusing.connections(), [])
  const ending = await start(t, scheme({ refresh: verdict }).own)
  await ending.enter({ pin: '1234' })
  assert.equal((await ending.read({ forceRefresh: true })).body.reason, 'needs_reconnect')
  assert.equal((await ending.connections())[0].status, 'needs_reconnect')
  assert.equal((await ending.read()).body.accessToken, 'at-1', 'the valid token is served to its end')
})

const faults: Readonly<Record<string, () => Promise<never>>> = {
  'it throws': () => Promise.reject(new Error('socket hang up with secret-of-host')),
  'it throws at once': () => {
    throw new TypeError('undefined is not a function')
  },
  'it throws what is no error': () => Promise.reject('text'),
}

for (const [name, fail] of Object.entries(faults))
  test(`a passing fault of the scheme ends nothing: ${name}`, async (t) => {
    const first = await start(t, scheme({ authenticate: fail }).own)
    const { status, body } = await first.enter({ pin: '1234' })
    assert.deepEqual([status, body.reason, body.retryable], [502, 'service_unavailable', true])
    assert.equal(JSON.stringify(body).includes('secret-of-host'), false)
    const failing = scheme()
    let broken = true
    const { refresh } = failing.own
    const own = { ...failing.own, refresh: (grant: CustomGrant) => (broken ? fail() : (refresh?.(grant) ?? never())) }
    const later = await start(t, own)
    await later.enter({ pin: '1234' })
    const refused = await later.read({ forceRefresh: true })
    assert.deepEqual([refused.status, refused.body.retryable], [502, true])
    assert.equal((await later.connections())[0].status, 'active')
    assert.equal((await later.read()).body.accessToken, 'at-1')
    broken = false
    assert.equal((await later.read({ forceRefresh: true })).body.accessToken, 'at-2')
  })

test('a function that never answers holds nobody up', async (t) => {
  const started = performance.now()
  const hanging = await start(t, scheme({ authenticate: never }).own)
  const entered = await hanging.enter({ pin: '1234' })
  assert.deepEqual([entered.status, entered.body.code], [504, 'TIMEOUT'])
  assert.deepEqual(await hanging.connections(), [])
  const later = await start(t, scheme({ refresh: never, revoke: never }).own)
  await later.enter({ pin: '1234' })
  assert.equal((await later.read({ forceRefresh: true })).status, 504)
  assert.equal((await later.read()).body.accessToken, 'at-1')
  assert.equal((await later.connections())[0].status, 'active')
  const ended = await later.host('POST', '/api/v1/connections/service/disconnect', { subject: 'ana' })
  assert.equal(ended.body.revocation, 'failed_will_retry')
  assert.ok(performance.now() - started < 6_000)
})

test('an answer that is none is not taken', async (t) => {
  const answers: readonly unknown[] = [
    undefined,
    null,
    'token',
    {},
    { accessToken: '' },
    { accessToken: 'a b' },
    { accessToken: 'a\r\nX: 1' },
    { accessToken: { toString: () => 'x' } },
    { accessToken: 'x'.repeat(16_385) },
    { accessToken: 'x', expiresInSeconds: -1 },
    { accessToken: 'x', expiresInSeconds: '60' },
    { accessToken: 'x', scopes: 'read' },
    { accessToken: 'x', refresh_token: 'y' },
  ]
  let answer: unknown
  // After a fault the next try waits as shortly as it may.
  t.mock.method(Math, 'random', () => 0)
  // What a host's JavaScript answers is nobody's type.
  const lying = async (): Promise<CustomTokens> => answer as CustomTokens
  const first = await start(t, scheme({ authenticate: lying }).own)
  const later = await start(t, scheme({ refresh: lying }).own)
  await later.enter({ pin: '1234' })
  for (answer of answers) {
    const entered = await first.enter({ pin: '1234' })
    const told = JSON.stringify(answer)
    assert.deepEqual([entered.status, entered.body.reason], [502, 'invalid_token_response'], told)
    const refused = await later.read({ forceRefresh: true })
    assert.deepEqual([refused.status, refused.body.reason], [502, 'invalid_token_response'], told)
    assert.equal((await later.read()).body.accessToken, 'at-1')
  }
  assert.deepEqual(await first.connections(), [])
})

test('a scheme that cannot renew asks for the person when its token ends', async (t) => {
  const { own } = scheme({
    authenticate: async () => ({ accessToken: 'at-1', expiresInSeconds: 0 }),
    refresh: undefined as never,
  })
  const { enter, read } = await start(t, own)
  await enter({ pin: '1234' })
  assert.equal((await read()).body.reason, 'needs_reconnect')
})

test('a form holds before the scheme is asked', async (t) => {
  const { own, count } = scheme()
  const { enter } = await start(t, own)
  assert.equal((await enter({ pin: '12345' })).body.reason, 'invalid_input')
  assert.equal(count('authenticate'), 0)
})
