import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { EnteredConnector } from '../../src/protocol/connector.ts'
import { asHost } from '../support/proxy.ts'
import { described, startService } from '../support/service.ts'

type Changes = (origin: string) => Partial<EnteredConnector>

const secret = 'sk-Öffnen!/+&=%20' // A person may type any character.
const plain = 'sk-live-0123456789abcdef'

const start = (t: TestContext, method: EnteredConnector['method'], changes: Changes = () => ({})) =>
  startService(t, (origin) => ({
    ...described,
    method,
    ...(method === 'api_key' ? { inject: { headers: { 'X-Key': '{apiKey}' } } } : {}),
    proxy: { api: { origin } },
    apiOrigins: [origin],
    ...changes(origin),
  }))

const verified: Changes = (origin) => ({
  verify: { url: `${origin}/me`, account: { id: 'id', name: 'mail' }, message: ['error.message', 'detail'] },
})

const answer = (status: number, body: unknown) => (_: unknown, response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

test('each method proves itself in its own way, when it is tried and when it is used', async (t) => {
  const basic = Buffer.from(`ana:${secret}`).toString('base64')
  for (const [method, values, header, proof] of [
    ['api_key', { apiKey: plain }, 'x-key', plain],
    ['basic', { username: 'ana', password: secret }, 'authorization', `Basic ${basic}`],
    ['bearer', { token: plain }, 'authorization', `Bearer ${plain}`],
  ] as const) {
    const { enter, upstream, call } = await start(t, method, verified)
    upstream.answer = answer(200, { id: 7, mail: 'ana@acme.test' })
    const { status, body } = await enter(values)
    assert.deepEqual([status, body.status, body.account], [201, 'ACTIVE', { id: '7', name: 'ana@acme.test' }], method)
    await call('GET', '/api/v1/proxy/service/api/x', { headers: asHost })
    const tried = upstream.received.map(({ target, headers }) => [target, headers[header]])
    assert.deepEqual(tried, [
      ['/me', proof],
      ['/x', proof],
    ])
  }
})

test('a host reads what was typed and how to send it; a page never does', async (t) => {
  const inject = { headers: { 'X-Key': '{apiKey}', 'X-Region': '{region}' }, query: { key: '{apiKey}' } }
  const { enter, read, page } = await start(t, 'api_key', () => ({
    inject,
    inputs: [
      { name: 'apiKey', label: 'Key', secret: true },
      { name: 'region', label: 'Region', optional: true, default: 'eu' },
    ],
  }))
  await enter({ apiKey: plain })
  const { body } = await read()
  assert.deepEqual(body, {
    connectionId: 'default',
    values: { apiKey: plain, region: 'eu' },
    headers: { 'X-Key': plain, 'X-Region': 'eu' },
    query: { key: plain },
    extra: {},
  })
  const ana = await page('ana')
  const refused = await ana.post('/api/v1/connections/service/credentials')
  assert.deepEqual([refused.status, refused.body.reason], [403, 'proxy_only'])
  for (const path of ['/api/v1/connections', '/api/v1/connectors'])
    assert.equal(JSON.stringify((await ana.get(path)).body).includes(plain), false, path)
})

test('a host reads a bearer as a token, for a time that nobody knows', async (t) => {
  const { enter, read } = await start(t, 'bearer')
  await enter({ token: plain })
  const { accessToken, tokenType, expiresInSeconds } = (await read()).body
  assert.deepEqual([accessToken, tokenType, expiresInSeconds], [plain, 'Bearer', null])
})

test("a refusal tells the service's own words, and keeps nothing", async (t) => {
  const { enter, read, upstream, connections } = await start(t, 'bearer', verified)
  upstream.answer = answer(401, { error: { message: 'This token was revoked.\r\nSet-Cookie: x' } })
  const { status, body } = await enter({ token: plain })
  assert.deepEqual([status, body.reason], [422, 'credentials_rejected'])
  assert.match(body.detail, /This token was revoked\.Set-Cookie: x/)
  assert.equal((await read()).status, 404)
  assert.deepEqual(await connections(), [])
})

test('what was typed is never quoted, in whatever form the service says it', async (t) => {
  const { enter, upstream } = await start(t, 'basic', verified)
  const forms = [secret, encodeURIComponent(secret), Buffer.from(`ana.b:${secret}`).toString('base64')]
  for (const form of forms)
    for (const text of [`wrong: ${form}`, `${form}${form}`, `${'x'.repeat(300 - 12)}${form}`]) {
      upstream.answer = answer(403, { detail: text })
      const { body } = await enter({ username: 'ana.b', password: secret })
      assert.equal(body.reason, 'credentials_rejected')
      for (const other of forms)
        for (let length = 6; length <= other.length; length += 1)
          assert.equal(body.detail.includes(other.slice(0, length)), false, body.detail)
    }
})

test('a service that is down at verification has refused nothing', async (t) => {
  const { enter, read, upstream } = await start(t, 'api_key', verified)
  for (const status of [500, 502, 503, 429, 408]) {
    upstream.answer = answer(status, { error: { message: 'later' } })
    const { body } = await enter({ apiKey: plain })
    assert.deepEqual([body.reason, body.retryable], ['service_unavailable', true], String(status))
  }
  upstream.raw = (request) => void request.socket.destroy()
  const lost = await enter({ apiKey: plain })
  assert.deepEqual([lost.status, lost.body.retryable], [502, true])
  assert.equal((await read()).status, 404)
})

test('an answer is right by its status or by what stands at a path', async (t) => {
  const byStatus = await start(t, 'bearer', (origin) => ({ verify: { url: origin, expect: { status: ['404'] } } }))
  byStatus.upstream.answer = answer(404, {})
  assert.equal((await byStatus.enter({ token: plain })).status, 201)
  byStatus.upstream.answer = answer(200, {})
  assert.equal((await byStatus.enter({ token: plain })).status, 422)
  const byPath = await start(t, 'bearer', (origin) => ({ verify: { url: origin, expect: { path: 'user.active' } } }))
  for (const [active, status] of [
    [true, 201],
    [1, 201],
    [false, 422],
    [null, 422],
    ['', 422],
    [undefined, 422],
  ] as const) {
    byPath.upstream.answer = answer(200, { user: { active } })
    assert.equal((await byPath.enter({ token: plain })).status, status, String(active))
  }
  byPath.upstream.answer = (_, response) => void response.end('<html>Sign in</html>')
  assert.equal((await byPath.enter({ token: plain })).status, 422)
})

test('new values keep the id of the connection; refused ones change nothing', async (t) => {
  const { enter, read, upstream, connections } = await start(t, 'api_key', verified)
  upstream.answer = answer(200, { id: 1, mail: 'a' })
  const first = (await enter({ apiKey: plain })).body
  const second = (await enter({ apiKey: 'k-2' })).body
  assert.deepEqual([second.connectionId, second.existing], [first.connectionId, true])
  const [{ createdAt }] = await connections()
  assert.deepEqual([first.createdAt, second.createdAt], [createdAt, createdAt])
  assert.equal((await read()).body.values.apiKey, 'k-2')
  upstream.answer = answer(401, {})
  assert.equal((await enter({ apiKey: 'k-3' })).status, 422)
  assert.equal((await read()).body.values.apiKey, 'k-2')
  upstream.answer = answer(200, { id: 2, mail: 'b' })
  const other = await enter({ apiKey: 'k-4' })
  assert.deepEqual([other.status, other.body.reason], [409, 'account_mismatch'])
  assert.equal((await connections()).length, 1)
})

test('several connections stand beside each other', async (t) => {
  const { enter, read, host, upstream, connections } = await start(t, 'api_key', verified)
  upstream.answer = answer(200, { id: 1, mail: 'a' })
  const first = (await enter({ apiKey: 'k-1' })).body
  upstream.answer = answer(200, { id: 2, mail: 'b' })
  const second = (await enter({ apiKey: 'k-2' }, { connection: { new: true } })).body
  assert.notEqual(second.connectionId, first.connectionId)
  assert.equal((await connections()).length, 2)
  assert.equal((await read()).body.reason, 'connection_ambiguous')
  assert.equal((await read({ connectionId: first.connectionId })).body.values.apiKey, 'k-1')
  assert.equal((await read({ connectionId: second.connectionId })).body.values.apiKey, 'k-2')
  // The account of the first once more: it is renewed, not doubled.
  upstream.answer = answer(200, { id: 1, mail: 'a' })
  const again = (await enter({ apiKey: 'k-3' }, { connection: { new: true } })).body
  assert.deepEqual([again.connectionId, again.existing], [first.connectionId, true])
  const gone = { subject: 'ana', connectionId: second.connectionId }
  assert.equal((await host('POST', '/api/v1/connections/service/disconnect', gone)).body.revocation, 'unsupported')
  assert.equal((await read()).body.values.apiKey, 'k-3')
})

test('a form is told to a page with every field, and is held to over HTTP', async (t) => {
  const { enter, page, upstream } = await start(t, 'api_key', (origin) => ({
    inputs: [
      { name: 'apiKey', label: 'Key', secret: true, pattern: 'sk-[a-z0-9-]+' },
      { name: 'region', label: 'Region', enum: ['eu', 'us'], labels: { eu: 'Europe' } },
    ],
    verify: { url: `${origin}/{region}` },
  }))
  const { connectors } = (await (await page()).get('/api/v1/connectors')).body
  assert.deepEqual(connectors[0].inputs, [
    { name: 'apiKey', label: 'Key', secret: true, pattern: 'sk-[a-z0-9-]+' },
    { name: 'region', label: 'Region', enum: ['eu', 'us'], labels: { eu: 'Europe' } },
  ])
  for (const [values, field] of [
    [{ apiKey: plain }, 'region'],
    [{ apiKey: 'x', region: 'eu' }, 'apiKey'],
    [{ apiKey: `${plain}\r\nX: 1`, region: 'eu' }, 'apiKey'],
    [{ apiKey: plain, region: 'eu', admin: '1' }, 'admin'],
  ] as const) {
    const { status, body } = await enter(values)
    assert.deepEqual([status, body.reason], [400, 'invalid_input'])
    assert.ok(body.detail.startsWith(`${field}: `), body.detail)
  }
  for (const values of ['x', [], { apiKey: 1 }, { apiKey: null }, { apiKey: { a: 'b' } }])
    assert.equal((await enter(values)).body.reason, 'invalid_request')
  assert.deepEqual(upstream.received, [])
  assert.equal((await enter({ apiKey: plain, region: 'us' })).status, 201)
  assert.deepEqual(
    upstream.received.map(({ target }) => target),
    ['/us'],
  )
})

test('a page is told that something must be typed first, and not where nothing shows', async (t) => {
  const hidden = { name: 'apiKey', label: 'Key', hidden: true, default: plain }
  for (const [inputs, asks] of [
    [undefined, true],
    [[hidden, { name: 'region', label: 'Region', optional: true }], true],
    [[hidden], undefined],
    [[], undefined],
  ] as const) {
    const { page } = await start(t, 'api_key', () => (inputs ? { inject: {}, inputs } : {}))
    const { connectors } = (await (await page()).get('/api/v1/connectors')).body
    assert.equal(connectors[0].asks, asks)
  }
})

test('a key that no header can carry is refused before anything is sent', async (t) => {
  const { enter, upstream } = await start(t, 'api_key', verified)
  const { status, body } = await enter({ apiKey: 'ключ' })
  assert.deepEqual([status, body.reason], [400, 'invalid_input'])
  assert.deepEqual(upstream.received, [])
})

test('who types credentials is sent to no consent page', async (t) => {
  const { page } = await start(t, 'api_key')
  const { created } = await (await page()).begin({ connectorId: 'service' })
  assert.equal(created.body.reason, 'wrong_method')
})
