import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  AuthenticationError,
  type ConnectorAuthError,
  FastnAuth,
  type FastnAuthOptions,
  InvalidResponseError,
  NetworkError,
  TimeoutError,
} from '../../src/agent/index.ts'
import { type Harness, apiKey, appOrigin, startHarness } from '../support/backend.ts'

const baseUrl = `${appOrigin}/connector-auth`
const returnUrl = 'https://app.test/connected'

async function start(t: TestContext, options: Partial<FastnAuthOptions> = { apiKey }) {
  const harness = await startHarness(t, {
    backend: { compat: { fastn: true }, space: 'ws1', returnUrls: [returnUrl] },
  })
  const sent: Request[] = []
  const send: typeof fetch = (input, init) => {
    const request = new Request(input, init)
    sent.push(request)
    return harness.backend.fetch(request)
  }
  return { harness, sent, send, fastn: new FastnAuth({ spaceId: 'ws1', baseUrl, fetch: send, ...options }) }
}

/** As the person's browser: consents, and comes back with a code. */
async function consent(harness: Harness, url: string, error?: string): Promise<Response> {
  const callback = await harness.fake.authorize(url)
  if (error !== undefined) {
    callback.searchParams.delete('code')
    callback.searchParams.set('error', error)
  }
  return harness.backend.fetch(new Request(callback))
}
const codeIn = (answer: Response) => new URL(answer.headers.get('location') ?? '').searchParams.get('completion') ?? ''

test('FastnAuth starts a flow, waits for it, and reads its credentials without a refresh token', async (t) => {
  const { harness, fastn, sent } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', tenantId: 'acme', returnUrl })
  assert.match(session.redirectUrl, /^http:\/\/127\.0\.0\.1/)
  assert.ok(session.id && session.stateKey)
  assert.deepEqual(await session.getStatus(), { status: 'INACTIVE' })
  const done = session.waitForCompletion({ interval: 0.05, timeout: 10 })
  assert.deepEqual(await session.complete(codeIn(await consent(harness, session.redirectUrl))), { status: 'ACTIVE' })
  const result = await done
  assert.equal(result.status, 'ACTIVE')
  assert.match(result.credentials?.accessToken ?? '', /./)
  assert.ok(Date.parse(result.credentials?.expiresAt ?? '') > Date.now())
  assert.deepEqual(result.credentials?.extra, { token_type: 'Bearer', scope: 'read' })
  assert.ok(!JSON.stringify(result).includes('refresh'))
  const first = sent[0]
  assert.deepEqual([first?.headers.get('x-fastn-api-key'), first?.headers.get('x-fastn-space-id')], [apiKey, 'ws1'])
  const without = await fastn.getCredentials({ connectorId: 'fake', tenantId: 'acme' })
  assert.equal(without.accessToken, result.credentials?.accessToken, 'no flow is needed for a connection that stands')
})

test('FastnAuth finishes without a return URL by the code that the person reads', async (t) => {
  const { harness, fastn } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', tenantId: 'acme', subject: 'ana' })
  const page = await (await consent(harness, session.redirectUrl)).text()
  const code = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(page)?.[0] ?? ''
  await assert.rejects(session.complete('AAAA-AAAA'), { code: 'AUTH_FAILED', reason: 'completion_code_wrong' })
  assert.equal((await session.complete(code)).status, 'ACTIVE')
  assert.match((await session.getCredentials()).accessToken ?? '', /./)
  await assert.rejects(fastn.getCredentials({ connectorId: 'fake', tenantId: 'acme' }), { reason: 'not_connected' })
})

test('FastnAuth keeps tenants and orgs apart', async (t) => {
  const { harness, fastn } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', orgId: 'one', tenantId: 'acme', returnUrl })
  await session.complete(codeIn(await consent(harness, session.redirectUrl)))
  const read = async (orgId: string, tenantId: string) =>
    fastn.getCredentials({ connectorId: 'fake', orgId, tenantId }).then(
      () => 'there',
      (error: ConnectorAuthError) => error.reason,
    )
  assert.equal(await read('one', 'acme'), 'there')
  assert.equal(await read('one', 'globex'), 'not_connected')
  assert.equal(await read('community', 'acme'), 'not_connected')
})

test('a refused consent ends the wait with FAILED and a message', async (t) => {
  const { harness, fastn } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', tenantId: 'acme', returnUrl })
  const refused = await session.complete(codeIn(await consent(harness, session.redirectUrl, 'access_denied')))
  assert.equal(refused.status, 'FAILED')
  const result = await session.waitForCompletion({ interval: 0.05 })
  assert.deepEqual([result.status, result.credentials], ['FAILED', undefined])
  assert.match(result.errorMessage ?? '', /not given/)
})

test("FastnAuth's errors have its codes: TIMEOUT, AUTH_FAILED, NETWORK_ERROR, INVALID_RESPONSE", async (t) => {
  const { fastn, send } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', tenantId: 'acme', returnUrl })
  const is = (type: typeof ConnectorAuthError | typeof TimeoutError, code: string) => (error: ConnectorAuthError) =>
    error instanceof type && error.code === code
  await assert.rejects(session.waitForCompletion({ interval: 0.02, timeout: 0.1 }), is(TimeoutError, 'TIMEOUT'))
  const wrong = new FastnAuth({ spaceId: 'ws1', baseUrl, apiKey: `cak_${'0'.repeat(64)}`, fetch: send })
  const one = { connectorId: 'fake', tenantId: 'acme' }
  await assert.rejects(wrong.getCredentials(one), is(AuthenticationError, 'AUTH_FAILED'))
  const answering = (status: number, body: string) =>
    new FastnAuth({ spaceId: 'ws1', baseUrl, apiKey, fetch: async () => new Response(body, { status }) })
  await assert.rejects(
    answering(503, 'down').getCredentials(one),
    (error) => error instanceof NetworkError && error.code === 'NETWORK_ERROR' && error.statusCode === 503,
  )
  for (const body of ['{}', '{"auth":{"access_token":1}}', 'hello'])
    await assert.rejects(answering(200, body).getCredentials(one), is(InvalidResponseError, 'INVALID_RESPONSE'))
})

test('a refresh token that a server sends all the same is not handed on', async () => {
  const body = '{"auth":{"access_token":"a","refresh_token":"r","expires_at":1795000000,"team":"t"}}'
  const fastn = new FastnAuth({ spaceId: 'ws1', baseUrl, apiKey, fetch: async () => new Response(body) })
  assert.deepEqual(await fastn.getCredentials({ connectorId: 'fake' }), {
    accessToken: 'a',
    expiresAt: '2026-11-18T11:06:40.000Z',
    extra: { team: 't' },
  })
})

test('a wait is 2 s between questions and 300 s long by default', async (t) => {
  const { fastn, sent } = await start(t)
  const session = await fastn.initialize({ connectorId: 'fake', tenantId: 'acme', returnUrl })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const waiting = session.waitForCompletion()
  const ended = assert.rejects(waiting, { reason: 'timeout' })
  const questions = () => sent.filter(({ url }) => url.endsWith('/status')).length
  /** Lets everything happen that needs no timer: a question is asked and its answer read. */
  const settle = async (count: number) => {
    for (let turns = 0; turns < 2_000 && questions() < count; turns += 1) await new Promise(setImmediate)
    for (let turns = 0; turns < 50; turns += 1) await new Promise(setImmediate)
    return questions()
  }
  assert.equal(await settle(1), 1)
  t.mock.timers.tick(1_999)
  assert.equal(await settle(1), 1)
  t.mock.timers.tick(1)
  assert.equal(await settle(2), 2)
  t.mock.timers.tick(300_000 - 2_000 - 1)
  assert.equal(await settle(3), 3)
  assert.equal(await Promise.race([waiting.catch(() => 'ended'), Promise.resolve('going on')]), 'going on')
  t.mock.timers.tick(1)
  await ended
})

test('FastnAuth takes exactly one credential', () => {
  const options = { spaceId: 'ws1', baseUrl }
  assert.throws(() => new FastnAuth(options), { reason: 'invalid_configuration' })
  assert.throws(() => new FastnAuth({ ...options, apiKey, authToken: 'x' }), { reason: 'invalid_configuration' })
})

test('FastnAuth in a browser reads with a connect token, asked for anew by a function, and starts nothing', async (t) => {
  const { harness } = await start(t)
  const page = await harness.page('ana')
  await page.connect()
  let asked = 0
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init)
    request.headers.set('origin', appOrigin)
    return harness.backend.fetch(request)
  }
  const authToken = async () => {
    asked += 1
    return page.token
  }
  const fastn = new FastnAuth({ spaceId: 'ws1', baseUrl, authToken, fetch })
  assert.match((await fastn.getCredentials({ connectorId: 'fake' })).accessToken ?? '', /./)
  assert.equal(asked, 1)
  await assert.rejects(fastn.initialize({ connectorId: 'fake' }), { reason: 'credential_not_accepted' })
})

test("what was typed for a connector stands in FastnAuth's extra", async (t) => {
  const record = {
    id: 'keyed',
    name: 'Keyed',
    category: 'data',
    method: 'api_key',
    inject: { headers: { 'x-api-key': '{apiKey}' } },
    apiOrigins: ['https://api.example.com'],
    reach: 'proxy',
    checked: 'docs 2026-11-21',
    sources: [],
  } as const
  const harness = await startHarness(t, { backend: { compat: { fastn: true }, connectors: [record], clients: {} } })
  const who = { tenant: 'acme', owner: 'shared' }
  await harness.host('POST', '/api/v1/connections/keyed', { values: { apiKey: 'k-123' }, ...who })
  const send: typeof fetch = (input, init) => harness.backend.fetch(new Request(input, init))
  const fastn = new FastnAuth({ spaceId: 'default', baseUrl, apiKey, fetch: send })
  const credentials = await fastn.getCredentials({ connectorId: 'keyed', tenantId: 'acme' })
  assert.deepEqual(credentials, { extra: { apiKey: 'k-123' } })
})
