import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKey, appOrigin } from '../support/backend.ts'
import { type Proxied, asHost, key, sendRaw, startProxied } from '../support/proxy.ts'
import { startUpstream } from '../support/upstream.ts'

const get = (base: string, path: string) => `GET ${base}${path} HTTP/1.1`

test('only hosts and methods that the record names are called', async (t) => {
  const { upstream, call, backend } = await startProxied(t, (origin) => ({
    proxy: { api: { origin, methods: ['GET', 'POST'] }, files: { origin } },
  }))
  const at = async (method: string, alias: string, headers: Record<string, string> = {}) =>
    call(method, `/api/v1/proxy/keyed/${alias}/x`, { headers: { ...asHost, ...headers } })
  assert.equal((await at('DELETE', 'api')).body.reason, 'method_not_proxied')
  assert.equal((await at('HEAD', 'api')).status, 405)
  assert.equal((await at('GET', 'constructor')).body.reason, 'proxy_host_unknown')
  assert.equal((await at('GET', '__proto__')).status, 400)
  assert.deepEqual(upstream.received, [])
  for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override'])
    assert.equal((await at('POST', 'api', { [name]: 'DELETE' })).status, 200)
  assert.equal((await at('DELETE', 'files')).status, 200)
  for (const { headers } of upstream.received) assert.equal(/method/.test(Object.keys(headers).join()), false)
  const trace = await backend.fetch(
    new Request(`${appOrigin}/connector-auth/api/v1/proxy/keyed/files/x`, { method: 'PROPFIND', headers: asHost }),
  )
  assert.ok([404, 405].includes(trace.status))
  assert.equal(upstream.received.length, 4)
})

/** What a caller may send, and what of it the service must never see. */
const private_: readonly (readonly [string, string])[] = [
  ['cookie', 'session=1'],
  ['origin', 'https://elsewhere.test'],
  ['referer', 'https://app.test/secret'],
  ['x-forwarded-for', '203.0.113.7'],
  ['x-forwarded-host', 'evil.test'],
  ['x-forwarded-proto', 'http'],
  ['x-real-ip', '203.0.113.7'],
  ['x-original-url', '/admin'],
  ['x-rewrite-url', '/admin'],
  ['forwarded', 'for=203.0.113.7'],
  ['via', '1.1 me'],
  ['sec-fetch-mode', 'cors'],
  ['sec-ch-ua', '"x"'],
  ['proxy-authorization', 'Basic eDp5'],
  ['proxy-connection', 'keep-alive'],
  ['keep-alive', 'timeout=9'],
  ['te', 'trailers'],
  ['trailer', 'x-later'],
  ['upgrade', 'h2c'],
  ['x_forwarded_user', 'root'],
  ['content_length', '5'],
  ['x-named', 'by Connection'],
  ['connector-auth-tenant', ''],
]

test('of the caller, the service sees what is meant for it alone', async (t) => {
  const { upstream, port, base } = await startProxied(t)
  const headers = [
    ...Object.entries(asHost),
    // An API key and an Origin do not go together; the page's own way is the next test's.
    ...private_.filter(([name]) => !['origin', 'connector-auth-tenant'].includes(name)),
    ['accept', 'application/xml'],
    ['x-custom', 'yes'],
    ['content-type', 'text/plain; charset=utf-8'],
    ['connection', 'X-Named'],
    ['x-api-key', 'of the caller'],
    ['user-agent', 'host/1'],
    ['if-none-match', '"e1"'],
  ] as const
  const { status } = await sendRaw(port, `POST ${base}/x HTTP/1.1`, headers, 'body')
  assert.equal(status, 200)
  const [got] = upstream.received
  assert.equal(got?.body, 'body')
  const { host, connection, 'content-length': length, ...rest } = got?.headers ?? {}
  assert.deepEqual(rest, {
    accept: 'application/xml',
    'x-custom': 'yes',
    'content-type': 'text/plain; charset=utf-8',
    'x-api-key': key,
    'user-agent': 'host/1',
    'if-none-match': '"e1"',
  })
  assert.equal(host, new URL(upstream.origin).host)
  assert.equal(connection, 'keep-alive')
  assert.equal(length, '4')
})

test('a control header that there is not is refused, and so is one that does not fit', async (t) => {
  const { upstream, call } = await startProxied(t)
  const send = (headers: Record<string, string>) =>
    call('GET', '/api/v1/proxy/keyed/api/x', { headers: { authorization: `Bearer ${apiKey}`, ...headers } })
  const wrong = [
    { 'connector-auth-base-url': 'https://evil.test' },
    { 'connector-auth-connection': 'a/b' },
    { 'connector-auth-owner': 'root' },
    { 'connector-auth-subject': '' },
  ]
  for (const headers of wrong) {
    const { status, body } = await send({ 'connector-auth-subject': 'ana', ...headers })
    assert.deepEqual([status, body.reason], [400, 'invalid_request'], JSON.stringify(headers))
  }
  assert.equal((await send({})).status, 400, 'an API key names whose connection it is')
  assert.equal((await send({ 'connector-auth-subject': 'ben' })).status, 404)
  assert.deepEqual(upstream.received, [])
})

test('of the service, the caller sees nothing that would act on our origin', async (t) => {
  const { upstream, call, page } = await startProxied(t)
  upstream.answer = (_, response) => {
    response.writeHead(200, {
      'content-type': 'text/html',
      'set-cookie': ['a=1', 'b=2'],
      'content-security-policy': "default-src *; script-src 'unsafe-inline'",
      'www-authenticate': 'Basic realm="x"',
      'strict-transport-security': 'max-age=1',
      'clear-site-data': '"*"',
      refresh: '0;url=https://evil.test',
      'alt-svc': 'h3=":443"',
      'service-worker-allowed': '/',
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'cache-control': 'public, max-age=99',
      'x-frame-options': 'ALLOWALL',
      'x-request-id': 'theirs',
      'connector-auth-location': 'https://evil.test',
      'proxy-authenticate': 'Basic',
      connection: 'x-hop',
      'x-hop': '1',
      'x-rate-limit': '7',
      etag: '"e1"',
      link: '<https://api.test/x?page=2>; rel="next"',
    })
    response.end('<script>1</script>')
  }
  const first = await call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })
  assert.equal(first.status, 200)
  assert.equal(first.body, '<script>1</script>')
  const { 'x-request-id': requestId, date, ...headers } = Object.fromEntries(first.headers)
  assert.match(requestId ?? '', /^req_/)
  assert.ok(date)
  assert.deepEqual(headers, {
    'content-type': 'text/html',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'connector-auth-proxied': 'true',
    vary: 'Origin',
    'x-rate-limit': '7',
    etag: '"e1"',
    link: '<https://api.test/x?page=2>; rel="next"',
  })
  const ana = await page('ana')
  const second = await ana.get('/api/v1/proxy/keyed/api/x')
  assert.equal(second.headers.get('access-control-allow-origin'), appOrigin)
  assert.equal(second.headers.get('access-control-expose-headers'), '*')
  assert.equal(second.headers.get('access-control-allow-credentials'), null)
})

test('a redirect is told and not followed', async (t) => {
  const elsewhere = await startUpstream(t)
  const { upstream, call } = await startProxied(t, undefined, { egress: { allow: [elsewhere.origin] } })
  for (const status of [301, 302, 303, 307, 308]) {
    upstream.answer = (_, response) => void response.writeHead(status, { location: `${elsewhere.origin}/x` }).end()
    const answer = await call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })
    assert.equal(answer.status, status)
    assert.equal(answer.headers.get('location'), null)
    assert.equal(answer.headers.get('connector-auth-location'), `${elsewhere.origin}/x`)
  }
  assert.deepEqual(elsewhere.received, [])
})

test("what proves the connection wins over the caller's own", async (t) => {
  const { upstream, call } = await startProxied(t, (origin) => ({
    inject: { headers: { Authorization: 'Key {apiKey}' }, query: { k: '{apiKey}' } },
    proxy: { api: { origin, headers: { 'X-Version': '2' } } },
  }))
  const path = '/api/v1/proxy/keyed/api/x?a=1&k=mine&%6B=mine&b=2'
  await call('GET', path, { headers: { ...asHost, 'x-version': '1' } })
  const { target = '', headers } = upstream.received[0] ?? {}
  const query = new URL(target, upstream.origin).searchParams
  assert.deepEqual(query.getAll('k'), [key])
  assert.deepEqual([query.get('a'), query.get('b')], ['1', '2'])
  assert.equal(headers?.['authorization'], `Key ${key}`)
  assert.equal(headers?.['x-version'], '2')
})

test('a page calls for its own person alone, and only with the action', async (t) => {
  const { upstream, call, host, page } = await startProxied(t)
  await host('POST', '/api/v1/connections/keyed', { subject: 'ben', values: { apiKey: 'k-of-ben' } })
  const ana = await page('ana')
  const path = '/api/v1/proxy/keyed/api/x'
  const send = (token: string, headers: Record<string, string> = {}) =>
    call('GET', path, { headers: { authorization: `Bearer ${token}`, origin: appOrigin, ...headers } })
  assert.equal((await send(ana.token)).status, 200)
  assert.equal((await send(ana.token, { 'connector-auth-subject': 'ana' })).status, 200)
  for (const [name, value] of [
    ['subject', 'ben'],
    ['tenant', 'other'],
    ['org', 'other'],
    ['owner', 'shared'],
  ]) {
    const { status, body } = await send(ana.token, { [`connector-auth-${name}`]: value ?? '' })
    assert.deepEqual([status, body.reason], [403, 'owner_mismatch'], name)
  }
  const reader = await page('ana', { actions: ['connect', 'read_token', 'disconnect'] })
  assert.equal((await send(reader.token)).body.reason, 'action_not_allowed')
  assert.equal((await send(ana.token, { origin: 'https://evil.test' })).body.reason, 'origin_not_allowed')
  assert.equal((await call('GET', path)).status, 401)
  assert.deepEqual(
    upstream.received.map(({ headers }) => headers['x-api-key']),
    [key, key],
  )
})

test('one of several connections is named in a header', async (t) => {
  const { upstream, call, host } = await startProxied(t)
  const second = { subject: 'ana', connection: { new: true }, values: { apiKey: 'k-2' } }
  const { connectionId } = (await host('POST', '/api/v1/connections/keyed', second)).body
  const path = '/api/v1/proxy/keyed/api/x'
  assert.equal((await call('GET', path, { headers: asHost })).body.reason, 'connection_ambiguous')
  await call('GET', path, { headers: { ...asHost, 'connector-auth-connection': connectionId } })
  assert.equal(upstream.received[0]?.headers['x-api-key'], 'k-2')
})

test('a page is told before it calls: any header, any method, from an allowed origin', async (t) => {
  const { backend } = await startProxied(t)
  const ask = async (origin: string, path: string) =>
    backend.fetch(
      new Request(`${appOrigin}/connector-auth${path}`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'authorization,notion-version,x-custom',
        },
      }),
    )
  const allowed = await ask(appOrigin, '/api/v1/proxy/keyed/api/x')
  assert.equal(allowed.status, 204)
  assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /PATCH/)
  assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /notion-version/)
  const foreign = await ask('https://evil.test', '/api/v1/proxy/keyed/api/x')
  assert.equal(foreign.headers.get('access-control-allow-origin'), null)
  assert.equal(foreign.headers.get('access-control-allow-methods'), null)
  const other = await ask(appOrigin, '/api/v1/connections')
  assert.doesNotMatch(other.headers.get('access-control-allow-headers') ?? '', /notion-version/)
})

test('every status of a service arrives as it is, with or without a body', async (t) => {
  const { upstream, call, port, base } = await startProxied(t)
  const status = async (code: number, body = '') => {
    upstream.answer = (_, response) => void response.writeHead(code, { 'x-told': 'yes' }).end(body)
    return call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })
  }
  for (const code of [200, 201, 204, 205, 304, 400, 401, 403, 404, 409, 418, 429, 500, 503]) {
    const answer = await status(code, [204, 205, 304].includes(code) ? '' : 'text')
    assert.deepEqual([answer.status, answer.headers.get('x-told')], [code, 'yes'], String(code))
  }
  upstream.answer = (_, response) => {
    response.writeProcessing()
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeHead(200, { 'content-length': '5' }).end('hello')
  }
  assert.equal((await call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })).body, 'hello')
  const head = await sendRaw(port, `HEAD ${base}/x HTTP/1.1`)
  assert.deepEqual([head.status, head.body], [200, ''])
  assert.match(head.head, /content-length: 5/i)
  upstream.answer = (_, response) => void response.writeHead(304, { etag: '"e1"' }).end()
  assert.deepEqual((await sendRaw(port, get(base, '/x'))).status, 304)
})

test('a service that is down, or speaks no HTTP, is a bad gateway', async (t) => {
  const { upstream, call }: Proxied = await startProxied(t)
  upstream.raw = (request) => void request.socket.destroy()
  const path = '/api/v1/proxy/keyed/api/x'
  const lost = await call('GET', path, { headers: asHost })
  assert.deepEqual(
    [lost.status, lost.body.reason, lost.body.retryable],
    [502, 'authorization_server_unavailable', true],
  )
  upstream.raw = (request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')
  assert.equal((await call('GET', path, { headers: asHost })).status, 502)
  upstream.raw = (_, response) =>
    void response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')
  assert.equal((await call('GET', path, { headers: asHost })).status, 502)
})
