import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFakeService } from '../../src/fakes/index.ts'
import type { FakeService, QuirkName } from '../../src/fakes/index.ts'
import { oauth } from '../../src/fakes/quirk.ts'
import { type Fields, call, reasons, startQuirk, tokensOf } from './drive.ts'

const apiUrl = (service: FakeService, end: string, alias = 'api') =>
  `${service.record.proxy?.[alias]?.origin}/${service.apiPath(alias, end)}`

async function withToken(service: FakeService): Promise<Fields> {
  return { authorization: `Bearer ${(await tokensOf(service)).access_token}` }
}

test('the API answers with what it saw, the credential redacted', async (t) => {
  const service = await startQuirk(t, 'plain')
  const headers = { ...(await withToken(service)), 'x-mine': 'yes' }
  const answer = await call(`${apiUrl(service, 'things/7')}?page=2`, { method: 'POST', headers, body: 'text' })
  const { method, path, query, body } = answer.body
  assert.deepEqual([method, path, query, body], ['POST', '/things/7', { page: '2' }, 'text'])
  assert.deepEqual([answer.body.headers.authorization, answer.body.headers['x-mine']], ['[redacted]', 'yes'])
  const keyed = await startQuirk(t, 'api_key_query')
  const { apiKey = '' } = keyed.values
  const seen = await call(`${apiUrl(keyed, 'echo')}?${new URLSearchParams({ api_key: apiKey, page: '2' })}`)
  assert.deepEqual(seen.body.query, { api_key: '[redacted]', page: '2' })
})

const refused: readonly (readonly [QuirkName, string, Fields, RegExp])[] = [
  ['plain', 'echo', {}, /authorization is missing/],
  ['plain', 'echo', { authorization: 'Bearer made-up' }, /no access token of this service/],
  ['plain', 'echo', { authorization: 'Token x' }, /authorization is not as it must be/],
  [
    'inject_header',
    'echo',
    { 'x-service-token': 't', 'x-client': 'c', authorization: 'Bearer t' },
    /authorization must not/,
  ],
  ['api_key_header', 'echo', { 'x-api-key': 'other' }, /the credential is not right/],
  ['api_key_header', 'echo', { 'x-api-key': 'other', cookie: 'a=1' }, /cookie must not be sent/],
  ['api_key_two_fields', 'echo', { 'x-api-key': 'k' }, /x-app is missing/],
]

for (const [name, end, headers, reason] of refused)
  test(`a call without the right credential is a fault: ${name} ${reason}`, async (t) => {
    const service = await startQuirk(t, name)
    assert.ok((await call(apiUrl(service, end), { headers })).status >= 400)
    assert.match(reasons(service), reason)
  })

test('a token that has ended is answered 401, and is no fault', async (t) => {
  const service = await startQuirk(t, 'plain')
  const headers = await withToken(service)
  service.expireAccessTokens()
  assert.equal((await call(apiUrl(service, 'echo'), { headers })).status, 401)
  assert.equal((await call(apiUrl(service, 'echo'), { headers: await withToken(service) })).status, 200)
  service.expiresInSeconds = 0
  assert.equal((await call(apiUrl(service, 'echo'), { headers: await withToken(service) })).status, 401)
  assert.deepEqual(service.faults, [])
})

test('each proxied host has its own paths, methods and headers', async (t) => {
  const service = await startQuirk(t, 'proxy_hosts')
  const token = await withToken(service)
  const headers = { ...token, 'x-version': '2026-01-01' }
  assert.notEqual(new URL(apiUrl(service, 'a')).origin, new URL(apiUrl(service, 'a', 'upload')).origin)
  assert.equal((await call(apiUrl(service, 'echo'), { headers })).body.path, '/v2/echo')
  assert.equal((await call(apiUrl(service, 'echo', 'upload'), { headers: token })).status, 200)
  assert.deepEqual(service.faults, [])
  assert.equal((await call(apiUrl(service, 'echo'), { headers: token })).status, 400)
  assert.equal((await call(apiUrl(service, 'echo'), { method: 'DELETE', headers })).status, 400)
  assert.equal((await call(apiUrl(service, 'echo').replace('/v2/', '/v1/'), { headers })).status, 400)
  assert.match(reasons(service), /x-version is missing or wrong; DELETE is not allowed at api; no host of the proxy/)
})

test('the host of a connection is told in a header, because an origin has no path', async (t) => {
  const service = await startQuirk(t, 'api_key_templated_host')
  const { apiKey = '', domain = '' } = service.values
  const get = (host: string) =>
    call(apiUrl(service, 'echo'), { headers: { 'x-api-key': apiKey, 'x-fake-host-api': `${host}.service.example` } })
  assert.equal(service.record.inject?.headers?.['x-fake-host-api'], '{domain}.service.example')
  assert.equal((await get(domain)).status, 200)
  assert.equal((await get('evil')).status, 400)
  assert.match(reasons(service), /the host is not the one of this connection/)
})

test('the API streams, redirects, sets cookies, takes its time and fails when it is asked to', async (t) => {
  const service = await startQuirk(t, 'plain')
  const headers = await withToken(service)
  const start = performance.now()
  const answer = await fetch(`${apiUrl(service, 'fake/stream')}?chunks=3&ms=60`, { headers })
  const reader = answer.body?.getReader()
  const first = await reader?.read()
  const early = performance.now() - start
  assert.match(new TextDecoder().decode(first?.value), /data: 0/)
  while (!(await reader?.read())?.done);
  assert.ok(performance.now() - start > early + 60, 'the stream came at once')
  const redirect = await call(`${apiUrl(service, 'fake/redirect')}?to=https://other.example/`, { headers })
  assert.deepEqual([redirect.status, redirect.headers.get('location')], [302, 'https://other.example/'])
  assert.deepEqual((await call(apiUrl(service, 'fake/cookies'), { headers })).headers.getSetCookie(), ['a=1', 'b=2'])
  const slow = performance.now()
  assert.equal((await call(`${apiUrl(service, 'fake/slow')}?ms=80`, { headers })).body.path, '/fake/slow')
  assert.ok(performance.now() - slow >= 75)
  assert.equal((await call(apiUrl(service, 'fake/status/418'), { headers })).status, 418)
  assert.deepEqual(service.faults, [])
})

test('a page may call an API that is for pages, and no other', async (t) => {
  const direct = await startQuirk(t, 'reach_direct')
  const allowed = (await call(apiUrl(direct, 'echo'), { method: 'OPTIONS' })).headers.get('access-control-allow-origin')
  const seen = await call(apiUrl(direct, 'echo'), { headers: await withToken(direct) })
  assert.deepEqual([allowed, seen.headers.get('access-control-allow-origin')], ['*', '*'])
  const proxied = await startQuirk(t, 'plain')
  assert.equal(
    (await call(apiUrl(proxied, 'echo'), { method: 'OPTIONS' })).headers.get('access-control-allow-origin'),
    null,
  )
})

test('what a backend asks for itself is checked: headers, body, query, captured values', async (t) => {
  const service = await startQuirk(t, 'identity_headers')
  const { access_token } = await tokensOf(service)
  const url =
    'identity' in service.record && service.record.identity?.from === 'userinfo' ? service.record.identity.url : ''
  const token = { authorization: `Bearer ${access_token}`, 'client-id': service.client.clientId }
  const right = await call(url ?? '', { headers: { ...token, 'x-version': '2026-01-01' } })
  assert.deepEqual(right.body.data, [{ id: service.account.id, login: service.account.name }])
  assert.deepEqual(service.faults, [])
  assert.equal((await call(url ?? '', { headers: token })).status, 400)
  assert.equal(
    (await call((url ?? '').split('?')[0] ?? '', { headers: { ...token, 'x-version': '2026-01-01' } })).status,
    400,
  )
})

test('one GraphQL address answers who it is, and echoes every other query', async (t) => {
  const service = await startQuirk(t, 'graphql_identity')
  const headers = { ...(await withToken(service)), 'content-type': 'application/json' }
  const ask = (query: string) =>
    call(apiUrl(service, 'graphql'), { method: 'POST', headers, body: JSON.stringify({ query }) })
  assert.equal((await ask('{ viewer { id email } }')).body.data.viewer.email, service.account.name)
  assert.equal((await ask('{ boards { id } }')).body.path, '/graphql')
})

test('everything that was received is kept, in order, as it was sent', async (t) => {
  const service = await startQuirk(t, 'plain')
  const headers = await withToken(service)
  await call(`${apiUrl(service, 'a%20b')}?q=%7E`, { method: 'PUT', headers, body: 'ä' })
  assert.deepEqual(
    service.requests.map(({ endpoint }) => endpoint),
    ['authorize', 'token', 'api'],
  )
  const last = service.requests.at(-1)
  assert.deepEqual([last?.method, last?.path, last?.rawQuery, last?.body], ['PUT', '/a%20b', 'q=%7E', 'ä'])
})

test('an endpoint may be scripted, not the token endpoint alone', async (t) => {
  const service = await startQuirk(t, 'plain')
  const headers = await withToken(service)
  service.scriptAt('api', { kind: 'answer', status: 429, body: '{}' })
  assert.equal((await call(apiUrl(service, 'echo'), { headers })).status, 429)
  assert.equal((await call(apiUrl(service, 'echo'), { headers })).status, 200)
})

test('a pattern that nothing fits is told when the fake starts, and a given value helps', async () => {
  const { record } = oauth({ inputs: [{ name: 'odd', label: 'Odd', pattern: '(?=a)b' }] })
  await assert.rejects(startFakeService(record), /No text was found for the pattern \(\?=a\)b/)
  const service = await startFakeService(record, { values: { odd: 'given' } })
  assert.equal(service.values['odd'], 'given')
  await service.close()
})
