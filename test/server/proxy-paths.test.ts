import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetOf } from '../../src/server/proxy/target.ts'
import { keyedRecord, sendRaw, startProxied } from '../support/proxy.ts'
import { startUpstream } from '../support/upstream.ts'

const get = (base: string, path: string) => `GET ${base}${path} HTTP/1.1`

/** Every form that attack 43 names, and more: none may leave host or path. */
const escapes = [
  '//evil.test/x',
  '///evil.test/x',
  '/\\evil.test/x',
  '\\\\evil.test/x',
  '/%5Cevil.test/x',
  '/%2F%2Fevil.test/x',
  '/%252F%252Fevil.test/x',
  '/..%2f..%2fadmin',
  '/v1/..%2f..%2fadmin',
  '/v1/..%2fadmin',
  '/v1/..%252fadmin',
  '/v1/..%25252fadmin',
  '/v1/..%2525252fadmin',
  '/v1/..%25252525252525252fadmin',
  '/v1/%25252525252541',
  '/v1/%2e%2e%2fadmin',
  '/v1/%252e%252e%252fadmin',
  '/v1/%25zz/%252e%252e/%252e%252e/admin',
  '/v1/.%2fadmin',
  '/v1/..;/admin',
  '/v1/..%3b/admin',
  '/v1/..%5cadmin',
  '/v1\\..\\admin',
  '/v1/%00/admin',
  '/v1/x%00.json',
  '/v1/%2500',
  '/v1/%09/admin',
  '/v1/a%0d%0aHost:%20evil.test',
  '/v1/a%250d%250ab',
  '/v1/%7f',
  '/v1/%zz',
  '/v1/%',
  '/v1/%c0%ae%c0%ae/admin',
  '/v1/%25c0%25ae/admin',
]

test('no form of a path leaves the host or the paths of the record', async (t) => {
  const evil = await startUpstream(t)
  const proxied = await startProxied(t, (origin) => ({ proxy: { api: { origin, paths: ['/v1'] } } }), {
    egress: { allow: [evil.origin] },
  })
  const { upstream, port, base } = proxied
  const { host } = new URL(evil.origin)
  const more = [
    `//${host}/x`,
    `/http://${host}/x`,
    `/@${host}/x`,
    `@${host}/x`,
    `;@${host}/x`,
    `:80@${host}/x`,
    `.${host}/x`,
    `?@${host}/x`,
    `#@${host}/x`,
    '/v1%2fadmin',
    '/v10/x',
    '/V1/x',
    '/v1;x/y',
    '/',
    '/v1/../admin',
    '/v1/%2e%2e/admin',
    '/v1/.%2E/admin',
    '/v1/%2e%2e/%2e%2e/%2e%2e/%2e%2e/healthz?x',
  ]
  for (const path of [...escapes, ...more]) {
    const { status, body } = await sendRaw(port, get(base, path))
    assert.ok([400, 404].includes(status), `${path}: ${status} ${body}`)
  }
  assert.deepEqual(upstream.received, [])
  assert.deepEqual(evil.received, [])
  // Where no path is excluded, they are the record's host's own business, and nobody else's.
  const open = await startProxied(t, undefined, { egress: { allow: [evil.origin] } })
  for (const path of escapes) assert.equal((await sendRaw(open.port, get(open.base, path))).status, 400, path)
  for (const path of [`/http://${host}/x`, `/@${host}/x`, `/;@${host}/x`])
    assert.equal((await sendRaw(open.port, get(open.base, path))).status, 200, path)
  assert.equal(open.upstream.received.length, 3)
  assert.deepEqual(evil.received, [])
})

test('a path that a service may have arrives as it was written, with its query', async (t) => {
  const { upstream, port, base } = await startProxied(t, (origin) => ({ proxy: { api: { origin, paths: ['/v1'] } } }))
  const paths = [
    '/v1',
    '/v1/',
    '/v1/projects/group%2Fproject',
    '/v1/a%20b',
    '/v1/100%25',
    '/v1/100%25%20sure',
    '/v1/sites/https%3A%2F%2Fwww.example.com%2F',
    '/v1/a//b',
    '/v1/.well-known/...',
    '/v1/a:b@c;d=e,f',
    '/v1/%E2%82%AC',
    "/v1/(a)!$&'*+=~_-",
    '/v1/x?q=a%20b&q=1+2&y=%2F..%2F&z=%23&empty',
    '/v1/x?next=//evil.test/%2e%2e',
  ]
  for (const path of paths) assert.equal((await sendRaw(port, get(base, path))).status, 200, path)
  assert.deepEqual(
    upstream.received.map(({ target }) => target),
    paths,
  )
})

test('a value that a person typed moves no call to another host or path', () => {
  const record = keyedRecord('https://{region}.api.test', {
    inputs: [{ name: 'region', label: 'Region', format: 'subdomain' }],
    proxy: { api: { origin: 'https://{region}.api.test', paths: ['/accounts/{account}/'] } },
  })
  const target = (values: Record<string, string>, path: string) =>
    targetOf(record, { alias: 'api', method: 'GET', path, search: '' }, values).url.href
  const right = { region: 'eu', account: 'a/b' }
  assert.equal(target(right, '/accounts/a%2Fb/x'), 'https://eu.api.test/accounts/a%2Fb/x')
  assert.throws(() => target(right, '/accounts/other/x'), { reason: 'path_not_allowed' })
  for (const region of ['evil.test/', 'a@b', 'a#', 'a?', 'a:1@', 'evil.test:443/x?', 'a\\b', '', 'é', '.', 'a..b'])
    assert.throws(() => target({ ...right, region }, '/accounts/a%2Fb/x'), { reason: 'invalid_input' }, region)
  for (const account of ['..', '.'])
    assert.throws(() => target({ ...right, account }, '/x'), { reason: 'invalid_input' })
})
