import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { type Endpoint, type QuirkName, quirks } from '../../src/fakes/index.ts'
import { appOrigin } from '../support/backend.ts'
import { type Conformance, connect, startConformance } from '../support/conform.ts'
import { asHost, startProxied } from '../support/proxy.ts'

interface Ready extends Conformance {
  /** Calls the API through the proxy. */
  api(body?: string | ReadableStream<Uint8Array>, headers?: Record<string, string>): Promise<Response>
  /** How many requests an endpoint has had since the connection stands. */
  count(endpoint: Endpoint): number
}

async function start(t: TestContext, name: QuirkName): Promise<Ready> {
  const quirk = quirks.get(name)
  assert.ok(quirk)
  const harness = await startConformance(t, quirk.record, quirk.options)
  const connected = await connect(harness)
  assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
  const { backend, service, record } = harness
  const before = service.requests.length
  const url = `${appOrigin}/connector-auth/api/v1/proxy/${record.id}/api/${service.apiPath('api', 'echo')}`
  return {
    ...harness,
    api(body, headers = {}) {
      const length = typeof body === 'string' ? { 'content-length': String(body.length) } : {}
      const init = { method: body === undefined ? 'GET' : 'POST', headers: { ...asHost, ...length, ...headers } }
      const sent = body === undefined ? {} : { body, duplex: 'half' as const }
      return backend.fetch(new Request(url, { ...init, ...sent }))
    },
    count: (endpoint) => service.requests.slice(before).filter((request) => request.endpoint === endpoint).length,
  }
}

const streamOf = (text: string) => new Blob([text]).stream()

test('a token that ended early is refreshed once, and the call is made once more with the same body', async (t) => {
  const { api, count, service } = await start(t, 'plain')
  service.expireAccessTokens()
  const answer = await api('{"name":"x"}', { 'content-type': 'application/json' })
  const body = await answer.json()
  assert.deepEqual([answer.status, body.body], [200, '{"name":"x"}'])
  assert.deepEqual([count('api'), count('token')], [2, 1])
  const calls = service.requests.filter(({ endpoint }) => endpoint === 'api')
  assert.deepEqual(
    calls.map((call) => [call.method, call.body, call.headers['content-type'], call.headers['content-length']]),
    [
      ['POST', '{"name":"x"}', 'application/json', '12'],
      ['POST', '{"name":"x"}', 'application/json', '12'],
    ],
  )
  assert.notEqual(calls[0]?.headers['authorization'], calls[1]?.headers['authorization'])
  assert.deepEqual(service.faults, [])
})

for (const [name, body] of [
  ['one without a length', () => streamOf('text')],
  ['one of more than 64 kB', () => 'x'.repeat(65_537)],
] as const)
  test(`a body that cannot be sent again is not: ${name}`, async (t) => {
    const { api, count, service } = await start(t, 'plain')
    service.expireAccessTokens()
    const answer = await api(body())
    assert.equal(answer.status, 401)
    assert.equal((await answer.json()).error, 'invalid_token')
    assert.deepEqual([count('api'), count('token')], [1, 0])
    assert.equal((await api()).status, 200, 'the next call refreshes')
  })

test('a body of 64 kB is sent again', async (t) => {
  const { api, count, service } = await start(t, 'plain')
  service.expireAccessTokens()
  assert.equal((await (await api('x'.repeat(65_536))).json()).body.length, 65_536)
  assert.deepEqual([count('api'), count('token')], [2, 1])
})

test("the service's 401 after the refresh is passed on: there is no third call", async (t) => {
  const { api, count, service } = await start(t, 'plain')
  const refused = { kind: 'answer', status: 401, body: '{"error":"not_yours"}' } as const
  service.scriptAt('api', refused, refused)
  const answer = await api()
  assert.deepEqual([answer.status, await answer.json()], [401, { error: 'not_yours' }])
  assert.equal(answer.headers.get('www-authenticate'), null)
  assert.deepEqual([count('api'), count('token')], [2, 1])
})

test('a call whose 401 comes after another call has refreshed takes the new token', async (t) => {
  const { api, count, service } = await start(t, 'plain')
  service.expireAccessTokens()
  service.scriptAt('api', { kind: 'delay', ms: 400 })
  const [slow, quick] = await Promise.all([api(), new Promise((resolve) => setTimeout(resolve, 100)).then(() => api())])
  assert.deepEqual([slow.status, quick.status], [200, 200])
  assert.deepEqual([count('api'), count('token')], [4, 1])
})

test('twenty calls with a dead token make one refresh', async (t) => {
  const { api, count, service } = await start(t, 'plain')
  service.expireAccessTokens()
  const answers = await Promise.all(Array.from({ length: 20 }, () => api()))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.deepEqual([count('api'), count('token')], [40, 1])
  assert.equal(service.families.reuses, 0)
})

test("where the refresh fails for the moment, the service's own 401 says more", async (t) => {
  const { api, count, service } = await start(t, 'plain')
  service.expireAccessTokens()
  service.script({ kind: 'answer', status: 503, body: '{}' })
  const answer = await api()
  assert.deepEqual([answer.status, (await answer.json()).error], [401, 'invalid_token'])
  assert.equal(count('api'), 1)
  assert.equal((await api()).status, 200)
})

test('a grant that has ended asks for a reconnect', async (t) => {
  const { api, service } = await start(t, 'plain')
  service.families.revokeAll()
  const answer = await api()
  assert.deepEqual([answer.status, (await answer.json()).reason], [409, 'needs_reconnect'])
})

test('a token of a service account, and one of a login, are had anew after a 401', async (t) => {
  for (const name of ['client_credentials_typed', 'two_step'] as const) {
    const { api, count, service } = await start(t, name)
    assert.equal((await api()).status, 200)
    service.expireAccessTokens()
    assert.equal((await (await api('again')).json()).body, 'again', name)
    assert.deepEqual([count('api'), count('token')], [3, 2], name)
  }
})

test('what cannot be renewed is not: the 401 is passed on at once', async (t) => {
  const { upstream, call } = await startProxied(t)
  upstream.answer = (_, response) => void response.writeHead(401).end('no')
  assert.equal((await call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })).status, 401)
  assert.equal(upstream.received.length, 1)
  const never = await start(t, 'rotation_none')
  never.service.expireAccessTokens()
  assert.equal((await never.api()).status, 401)
  assert.deepEqual([never.count('api'), never.count('token')], [1, 0])
})

test('a proof is made for each call, with the nonce that the service asks for', async (t) => {
  const { api, count, service } = await start(t, 'dpop')
  assert.equal((await api()).status, 200)
  const calls = count('api')
  service.changeNonce()
  assert.equal((await (await api('body')).json()).body, 'body')
  assert.equal(count('api'), calls + 2, 'once refused, once right')
  assert.equal((await api()).status, 200)
  assert.equal(count('api'), calls + 3, 'the nonce is remembered')
  assert.equal(count('token'), 0, 'a nonce is no reason for a refresh')
  const proofs = service.requests.filter(({ endpoint }) => endpoint === 'api').map(({ headers }) => headers['dpop'])
  assert.equal(new Set(proofs).size, proofs.length)
  service.changeNonce()
  assert.equal((await api(streamOf('once'))).status, 401, 'a streamed body is not sent again')
  assert.equal((await api(streamOf('now'))).status, 200, 'but the nonce is known')
  service.expireAccessTokens()
  assert.equal((await api('refreshed')).status, 200)
  assert.deepEqual(service.faults, [])
})

test('tokens that are bound to a key leave by the proxy alone', async (t) => {
  const { host, page, record } = await start(t, 'dpop')
  const path = `/api/v1/connections/${record.id}/credentials`
  assert.equal((await host('POST', path, { subject: 'ana' })).body.reason, 'proxy_only')
  assert.equal((await (await page('ana')).post(path)).body.reason, 'proxy_only')
})
