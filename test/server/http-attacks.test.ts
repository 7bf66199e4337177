import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '../../src/server/http/json.ts'
import { apiKey, appOrigin, startHarness } from '../support/backend.ts'
import { accepts, everySystem, guarded, methodOf, sampleBody, samplePath } from '../support/callers.ts'

const bearer = { authorization: `Bearer ${apiKey}` }

// Attacks 24 and 61.
test('an answer to a page that may not call carries no word that lets it read', async (t) => {
  const harness = await startHarness(t, { backend: { compat: everySystem } })
  const { token } = await harness.page()
  const strangers = [
    'null',
    'https://evil.test',
    'https://app.test.evil.test',
    'https://evilapp.test',
    'http://app.test',
    'https://app.test:444',
    'https://APP.test',
    '*',
  ]
  for (const route of guarded.filter((one) => accepts(one, 'connect_token')))
    for (const origin of strangers) {
      const headers = { origin, authorization: `Bearer ${token}` }
      const answer = await harness.call(methodOf(route), samplePath(route), { headers, body: sampleBody(route) })
      assert.deepEqual([answer.status, answer.body.reason], [403, 'origin_not_allowed'], `${route.name} ${origin}`)
      assert.equal(answer.headers.get('access-control-allow-origin'), null)
      assert.equal(answer.headers.get('vary'), 'Origin')
    }
  for (const origin of [...strangers, appOrigin]) {
    const preflight = await harness.call('OPTIONS', '/api/v1/connections', { headers: { origin } })
    assert.equal(preflight.headers.get('access-control-allow-origin'), origin === appOrigin ? appOrigin : null)
    assert.equal(preflight.headers.get('access-control-allow-credentials'), null, 'cookies are never asked for')
  }
})

// Attack 32.
test('a credential in a URL is refused, and is not in the log', async (t) => {
  const lines: unknown[] = []
  const log = (message: string, fields?: object) => void lines.push([message, fields])
  const harness = await startHarness(t, { backend: { logger: { debug: log, info: log, warn: log, error: log } } })
  const { token } = await harness.page()
  const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2ln'
  for (const query of [
    'access_token=canary',
    'Token=canary',
    'api_key=canary',
    `q=${token}`,
    `q=${apiKey}`,
    `q=${jwt}`,
    `q=Bearer%20${token}`,
  ]) {
    const answer = await harness.call('GET', `/api/v1/connections?${query}`, { headers: bearer })
    assert.deepEqual([answer.status, answer.body.reason], [400, 'credential_in_url'], query)
  }
  const text = JSON.stringify(lines)
  for (const secret of ['canary', token, apiKey, jwt]) assert.equal(text.includes(secret), false)
})

// Attack 55.
test('nobody is somebody by default: no header, cookie or body stands in for a credential', async (t) => {
  const harness = await startHarness(t)
  for (const headers of [
    { cookie: `token=${apiKey}` },
    { 'x-api-key': apiKey },
    { 'proxy-authorization': `Bearer ${apiKey}` },
    { 'x-forwarded-user': 'ana' },
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: `Token ${apiKey}` },
  ]) {
    const { status, body } = await harness.call('GET', '/api/v1/connections?subject=ana', { headers })
    assert.deepEqual([status, body.reason], [401, 'credential_missing'], JSON.stringify(headers))
  }
})

// Attack 59.
test('no other spelling of a path or method is a way around', async (t) => {
  const harness = await startHarness(t)
  const spellings = [
    '//api/v1/connections',
    '/api//v1/connections',
    '/API/v1/connections',
    '/api/v1/connections/',
    '/api%2fv1/connections',
    '/api/v1%2fconnections',
    '/api/v1/connections;x=1',
    '/api/v1/connections%00',
    '/api/v1/connections%20',
    '\\api\\v1\\connections\\',
    '/connector-auth/api/v1/connections',
  ]
  for (const path of spellings) {
    const { status, body } = await harness.call('GET', path)
    assert.ok(status === 404 || status === 401, `${path} ${status}`)
    assert.equal(body.connections, undefined)
  }
  // What a URL parser makes equal is the same route, with the same rules.
  for (const path of ['/api/./v1/connections', '/api/x/../v1/connections'])
    assert.equal((await harness.call('GET', path)).status, 401, path)
  const override = { 'x-http-method-override': 'GET', 'x-method-override': 'GET', ...bearer }
  const { status, headers } = await harness.call('POST', '/api/v1/connections', { headers: override, body: {} })
  assert.deepEqual([status, headers.get('allow')], [405, 'GET'])
  assert.equal((await harness.call('HEAD', '/api/v1/connections')).status, 401)
  const head = await harness.call('HEAD', '/api/v1/connections?subject=ana', { headers: bearer })
  assert.deepEqual([head.status, head.body], [200, ''])
  for (const method of ['PUT', 'PATCH', 'PROPFIND'])
    assert.equal((await harness.call(method, '/api/v1/connections', { headers: bearer })).status, 405, method)
})

// Attack 62.
test('no answer may be kept by a browser or a cache, whatever it is', async (t) => {
  const harness = await startHarness(t, { backend: { compat: everySystem } })
  const { token } = await harness.page()
  for (const route of guarded)
    for (const headers of [bearer, { origin: appOrigin, authorization: `Bearer ${token}` }, {}]) {
      const answer = await harness.call(methodOf(route), samplePath(route), { headers, body: sampleBody(route) })
      assert.equal(answer.headers.get('cache-control'), 'no-store', route.name)
      for (const name of ['etag', 'last-modified', 'expires', 'set-cookie'])
        assert.equal(answer.headers.get(name), null, `${route.name} ${name}`)
    }
})

// Attack 68.
test('strange JSON is refused or means what it says', async (t) => {
  const harness = await startHarness(t)
  const cases: [string, string, number, string][] = [
    ['a deep list', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400, 'invalid_request'],
    ['a deep object', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400, 'invalid_request'],
    ['deep inside a known field', `{"subject":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 400, 'invalid_request'],
    [
      'thousands of names',
      `{${Array.from({ length: 5_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
      400,
      'invalid_request',
    ],
    [
      'a million names',
      `{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join(',')}}`,
      413,
      'body_too_large',
    ],
    ['a number without end', '{"subject":"ana","expiresInSeconds":1e400}', 400, 'invalid_request'],
    ['a doubled name', '{"subject":"ana","subject":"ben"}', 400, 'invalid_json'],
    ['a doubled name, spelt otherwise', '{"subject":"ana","sub\\u006aect":"ben"}', 400, 'invalid_json'],
    ['a byte order mark', '\ufeff{"subject":"ana"}', 400, 'invalid_json'],
    ['two values', '{"subject":"ana"}{"b":1}', 400, 'invalid_json'],
    ['nothing', '', 400, 'invalid_json'],
    ['a comment', '{"subject":"ana"/**/}', 400, 'invalid_json'],
  ]
  for (const [name, raw, status, reason] of cases) {
    const started = performance.now()
    const headers = { ...bearer, 'content-type': 'application/json' }
    const answer = await harness.call('POST', '/api/v1/connect-tokens', { headers, raw })
    assert.deepEqual([answer.status, answer.body.reason], [status, reason], name)
    assert.ok(performance.now() - started < 500, name)
  }
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'multipart/form-data',
    '',
  ]) {
    const headers = { ...bearer, 'content-type': type }
    const answer = await harness.call('POST', '/api/v1/connect-tokens', { headers, raw: '{"subject":"ana"}' })
    assert.equal(answer.status, 415, type)
  }
})

test('a name may stand in several objects, in strings and in lists', () => {
  const text = '{"a":{"a":1,"b":[{"a":2},{"a":"\\"a\\":{\\"a\\""}]},"b":"{\\"a\\":1,\\"a\\":2}","c":["a","a"]}'
  assert.deepEqual(parseJson(text), JSON.parse(text))
  for (const doubled of ['{"a":1,"a":2}', '{"x":[{"b":1, "b" : 2}]}', '{"a":{},"b":{"c":1},"a":[]}', '{"":1,"":2}'])
    assert.throws(() => parseJson(doubled), SyntaxError, doubled)
})

// Attack 19.
test('what a caller chose is cut short in the log', async (t) => {
  const lines: [string, Record<string, unknown> | undefined][] = []
  const log = (message: string, fields?: Record<string, unknown>) => void lines.push([message, fields])
  const harness = await startHarness(t, { backend: { logger: { debug: log, info: log, warn: log, error: log } } })
  const long = 'x'.repeat(2_000)
  await harness.call(long.toUpperCase(), `/${long}?state=${long}`, { headers: { origin: `https://${long}.test` } })
  await harness.call('GET', `/callback/default/fake?state=${long}&error=${long}`)
  await harness.call('GET', `/api/v1/connections?subject=${long}`, { headers: bearer })
  assert.ok(lines.length >= 3)
  for (const [message, fields] of lines)
    for (const value of [message, ...Object.values(fields ?? {})])
      assert.ok(String(value).length <= 64, `${message}: ${String(value).slice(0, 80)}`)
})

// Attacks 17 and 18.
test('malformed or doubled parameters are refused at once', async (t) => {
  const harness = await startHarness(t)
  for (const query of ['subject=a&subject=b', 'subject[]=a', 'subject=%00', 'subject=%ud800', 'connectorId=%', 'x=1']) {
    const started = performance.now()
    const { status, body } = await harness.call('GET', `/api/v1/connections?${query}`, { headers: bearer })
    assert.ok(performance.now() - started < 100)
    if (query !== 'subject=%ud800') assert.deepEqual([status, body.reason], [400, 'invalid_request'], query)
    else assert.ok(status < 500, query)
  }
})
