import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OAuthConnector } from '../../src/protocol/connector.ts'
import { createEgress } from '../../src/server/egress/egress.ts'
import { createDiscovery } from '../../src/server/oauth/discovery.ts'
import { randomVerifier } from '../support/pkce.ts'
import { described, startService } from '../support/service.ts'
import { startUpstream } from '../support/upstream.ts'

const minute = 60_000
const hour = 60 * minute

async function start(t: TestContext, path = '') {
  const upstream = await startUpstream(t)
  const issuer = `${upstream.origin}${path}`
  const egress = createEgress({ allow: [upstream.origin], timeoutSeconds: 1 })
  t.after(() => egress.close())
  let later = 0
  const discover = createDiscovery(egress.send, () => 1_000_000_000_000 + later)
  const tell = (metadata: unknown, status = 200) => {
    upstream.answer = (_, response) =>
      void response.writeHead(status).end(typeof metadata === 'string' ? metadata : JSON.stringify(metadata))
  }
  tell({ issuer, token_endpoint: `${issuer}/token` })
  return { upstream, issuer, discover, tell, pass: (ms: number) => void (later += ms) }
}

test('metadata stands where each of the two kinds puts it', async (t) => {
  for (const [path, oauth, openid] of [
    ['', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
    ['/tenant/1', '/.well-known/oauth-authorization-server/tenant/1', '/tenant/1/.well-known/openid-configuration'],
    ['/', '/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'],
  ] as const) {
    const { upstream, discover, issuer } = await start(t, path)
    assert.equal((await discover(issuer, 'oauth')).issuer, issuer)
    assert.equal((await discover(issuer, 'openid')).token_endpoint, `${issuer}/token`)
    assert.deepEqual(
      upstream.received.map(({ target }) => target),
      [oauth, openid],
    )
  }
})

test("another issuer's metadata is not taken, however alike the names are", async (t) => {
  const { issuer, discover, tell } = await start(t)
  for (const other of [
    'https://evil.example',
    `${issuer}/`,
    `${issuer}/x`,
    issuer.toUpperCase(),
    '',
    undefined,
    null,
    [issuer],
  ]) {
    tell({ issuer: other })
    await assert.rejects(discover(issuer, 'oauth'), { reason: 'invalid_metadata' }, String(other))
  }
})

test('an endpoint that is no http address makes all of it useless', async (t) => {
  const { issuer, discover, tell } = await start(t)
  const endpoints = [
    'authorization_endpoint',
    'token_endpoint',
    'revocation_endpoint',
    'userinfo_endpoint',
    'pushed_authorization_request_endpoint',
    'device_authorization_endpoint',
  ]
  const urls = [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//evil.example/x',
    '/token',
    'https://[::1',
    'https://a b/',
    'https:\\\\evil.example',
    `https://evil.example/${'x'.repeat(2_000)}`,
    '',
    7,
    null,
    ['https://a.example'],
    '$(open -a Calculator)',
  ]
  for (const endpoint of endpoints)
    for (const url of urls) {
      tell({ issuer, [endpoint]: url })
      await assert.rejects(discover(issuer, 'oauth'), { reason: 'invalid_metadata' }, `${endpoint} ${String(url)}`)
    }
})

test('what is no metadata is none', async (t) => {
  const { issuer, discover, tell } = await start(t)
  for (const [body, status] of [
    ['<html>', 200],
    ['[]', 200],
    ['null', 200],
    ['', 200],
    ['{}', 404],
    [{ issuer }, 302],
    [{ issuer }, 401],
  ] as const) {
    tell(body, status)
    await assert.rejects(discover(issuer, 'oauth'), { reason: 'invalid_metadata' })
  }
  tell(' '.repeat(1_100_000))
  await assert.rejects(discover(issuer, 'oauth'), { code: 'INVALID_RESPONSE' })
  tell('{}', 503)
  await assert.rejects(discover(issuer, 'oauth'), { reason: 'authorization_server_unavailable', retryable: true })
})

test('metadata is read once an hour, by however many ask', async (t) => {
  const { issuer, discover, upstream, pass } = await start(t)
  await Promise.all(Array.from({ length: 20 }, () => discover(issuer, 'oauth')))
  pass(hour - 1)
  await discover(issuer, 'oauth')
  assert.equal(upstream.received.length, 1)
  pass(1)
  await Promise.all(Array.from({ length: 20 }, () => discover(issuer, 'oauth')))
  assert.equal(upstream.received.length, 2)
})

const silences: Readonly<Record<string, (parts: Awaited<ReturnType<typeof start>>) => void>> = {
  'it refuses connections': ({ upstream }) => {
    upstream.raw = (request) => {
      upstream.received.push({ method: '', target: '', headers: {}, body: '' })
      request.socket.destroy()
    }
  },
  'it answers 503': ({ tell }) => tell('', 503),
  'it never answers': ({ upstream }) => {
    upstream.answer = () => {}
  },
}

for (const [name, silence] of Object.entries(silences))
  test(`while the issuer is down, what was read before serves, and is asked for once a minute: ${name}`, async (t) => {
    const parts = await start(t)
    const { issuer, discover, upstream, pass, tell } = parts
    const known = await discover(issuer, 'oauth')
    silence(parts)
    pass(hour)
    assert.deepEqual(await discover(issuer, 'oauth'), known)
    const started = performance.now()
    for (let index = 0; index < 10; index += 1) assert.deepEqual(await discover(issuer, 'oauth'), known)
    assert.ok(performance.now() - started < 200, 'nobody waits for it in vain each time')
    assert.equal(upstream.received.length, 2)
    pass(minute)
    upstream.raw = undefined
    tell({ issuer, token_endpoint: `${issuer}/new` })
    assert.equal((await discover(issuer, 'oauth')).token_endpoint, `${issuer}/new`)
  })

test('who never answered serves nobody', async (t) => {
  const { issuer, discover, tell } = await start(t)
  tell('', 503)
  await assert.rejects(discover(issuer, 'oauth'), { reason: 'authorization_server_unavailable' })
  tell({ issuer })
  assert.equal((await discover(issuer, 'oauth')).issuer, issuer, 'a failure is not remembered')
})

test('a browser is sent to no address that metadata makes up', async (t) => {
  const record = (origin: string): OAuthConnector => ({
    ...described,
    method: 'oauth2',
    issuer: origin,
    discovery: 'oauth',
    authorize: { scope: { default: ['read'] } },
    token: {},
    apiOrigins: [origin],
  })
  const { upstream, page } = await startService(t, record, {
    clients: { service: { clientId: 'app', clientSecret: 's' } },
  })
  const issuer = upstream.origin
  let authorization = ''
  upstream.answer = (_, response) =>
    void response.end(
      JSON.stringify({ issuer, authorization_endpoint: authorization, token_endpoint: `${issuer}/token` }),
    )
  const urls = ['http://evil.example/authorize', 'https://user:pass@evil.example/', 'https://user@evil.example/']
  for (authorization of [...urls, 'javascript:alert(1)']) {
    const own = await startService(t, () => record(issuer), {
      clients: { service: { clientId: 'app', clientSecret: 's' } },
      egress: { allow: [issuer] },
    })
    const body = { connectorId: 'service', codeChallenge: randomVerifier() }
    const created = await (await own.page()).post('/api/v1/auth-sessions', body)
    assert.equal(created.status, 502, JSON.stringify(created.body))
    assert.equal(created.body.redirectUrl, undefined)
  }
  authorization = 'https://good.example/authorize'
  const right = await (await page()).post('/api/v1/auth-sessions', {
    connectorId: 'service',
    codeChallenge: randomVerifier(),
  })
  assert.match(right.body.redirectUrl, /^https:\/\/good\.example\/authorize\?/)
})
