import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FastnAuth, createAgent } from '../../src/agent/index.ts'
import { apiKey, appOrigin, startHarness } from '../support/backend.ts'

test("an agent reads, refreshes and ends a named user's connection", async (t) => {
  const harness = await startHarness(t)
  const connected = await (await harness.page('ana')).connect()
  const send: typeof fetch = (input, init) => harness.backend.fetch(new Request(input, init))
  const agent = createAgent({ baseUrl: `${appOrigin}/connector-auth`, apiKey, subject: 'ana', fetch: send })
  assert.equal(await agent.getAccessToken('fake'), connected.body.credentials.accessToken)
  const fresh = await agent.getCredentials('fake', { forceRefresh: true })
  assert.ok(fresh && 'accessToken' in fresh)
  assert.notEqual(fresh.accessToken, connected.body.credentials.accessToken)
  assert.equal((await agent.connections())[0]?.connectorId, 'fake')
  assert.deepEqual(await agent.disconnect('fake'), { revocation: 'revoked' })
  assert.equal(await agent.getCredentials('fake'), null)
  await assert.rejects(agent.getAccessToken('fake'), { reason: 'not_connected', code: 'AUTH_FAILED', statusCode: 404 })
})

test('an agent reads what was typed, and is told that there is no token', async (t) => {
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
  const harness = await startHarness(t, { backend: { connectors: [record], clients: {} } })
  const page = await harness.page('ana')
  assert.equal((await page.post('/api/v1/connections/keyed', { values: { apiKey: 'k-123' } })).status, 201)
  const send: typeof fetch = (input, init) => harness.backend.fetch(new Request(input, init))
  const agent = createAgent({ baseUrl: `${appOrigin}/connector-auth`, apiKey, subject: 'ana', fetch: send })
  const credentials = await agent.getCredentials('keyed')
  assert.ok(credentials && 'values' in credentials)
  assert.deepEqual([credentials.values, credentials.headers], [{ apiKey: 'k-123' }, { 'x-api-key': 'k-123' }])
  await assert.rejects(agent.getAccessToken('keyed'), { reason: 'wrong_method' })
})

test('an agent that names nobody is refused', () => {
  assert.throws(() => createAgent({ baseUrl: appOrigin, apiKey }), { reason: 'invalid_configuration' })
})

test('a backend that is down is a retryable network error', async () => {
  const agent = createAgent({ baseUrl: 'http://127.0.0.1:9', apiKey, subject: 'ana' })
  await assert.rejects(agent.getCredentials('fake'), { reason: 'backend_unreachable', retryable: true })
})

test('an API key goes to https, to this machine, or where plain http was permitted', () => {
  const at =
    (baseUrl: string, allowHttp = false) =>
    () =>
      createAgent({ baseUrl, apiKey, subject: 'ana', allowHttp })
  assert.throws(at('http://backend.internal'), { reason: 'invalid_configuration' })
  assert.throws(at('backend.internal'), { reason: 'invalid_configuration' })
  assert.throws(() => new FastnAuth({ baseUrl: 'http://backend.internal', spaceId: 'default', apiKey }), {
    reason: 'invalid_configuration',
  })
  for (const url of ['https://backend.example', 'http://127.0.0.1:4100', 'http://localhost']) at(url)()
  at('http://backend.internal', true)()
})
