import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { CompactEncrypt, CompactSign, type JWK, exportSPKI, generateKeyPair, importJWK } from 'jose'
import type { JwtOptions } from '../../src/server/index.ts'
import { apiKey, appOrigin, startHarness } from '../support/backend.ts'
import { type KeyServer, audience, claimsOf, startKeyServer } from '../support/jwks.ts'

async function start(t: TestContext, changes: Partial<JwtOptions> = {}, now?: () => number) {
  const host = await startKeyServer(t)
  const jwt: JwtOptions = {
    jwksUrl: host.jwksUrl,
    issuer: host.issuer,
    audience,
    claims: { subject: 'sub', tenant: 'tenant' },
    ...changes,
  }
  // The harness adds its own fake to egress; the key set's server must be let through beside it.
  const harness = await startHarness(t, {
    backend: { jwt, egress: { allow: [host.issuer] }, ...(now ? { now } : {}) },
  })
  const trade = (token: string, more: { origin?: string | null; body?: unknown } = {}) => {
    const { origin = appOrigin, body = {} } = more
    return harness.call('POST', '/api/v1/connect-tokens', {
      headers: { authorization: `Bearer ${token}`, ...(origin === null ? {} : { origin }) },
      body,
    })
  }
  return { host, harness, trade }
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test("a host's JWT is traded for a connect token of its subject and tenant, and for nothing else", async (t) => {
  const { host, harness, trade } = await start(t)
  const token = await host.sign()
  const traded = await trade(token)
  assert.equal(traded.status, 201)
  const { token: given, expiresInSeconds } = traded.body
  assert.ok(expiresInSeconds > 590 && expiresInSeconds <= 600, 'it never outlives the JWT')
  const headers = { origin: appOrigin, authorization: `Bearer ${given}` }
  assert.equal((await harness.call('GET', '/api/v1/connections', { headers })).status, 200)
  const named = await harness.call('GET', '/api/v1/connections?subject=ana&tenant=acme', { headers })
  assert.equal(named.status, 200)
  const other = await harness.call('GET', '/api/v1/connections?tenant=other', { headers })
  assert.equal(other.body.reason, 'owner_mismatch')
  // The JWT itself opens no other door.
  const own = { origin: appOrigin, authorization: `Bearer ${token}` }
  assert.equal(
    (await harness.call('GET', '/api/v1/connections', { headers: own })).body.reason,
    'connect_token_invalid',
  )
  assert.equal((await harness.call('GET', '/api/v1/api-keys', { headers: own })).body.reason, 'credential_not_accepted')
})

test('actions, scopes, owner and origins come from the configuration, never from the JWT or a body', async (t) => {
  const limits = { actions: ['read_token'], scopes: { fake: ['read'] }, owner: 'shared', origins: [appOrigin] } as const
  const { host, harness, trade } = await start(t, limits)
  const { token } = (await trade(await host.sign({ actions: ['connect'], owner: 'user' }))).body
  const headers = { origin: appOrigin, authorization: `Bearer ${token}` }
  const body = { connectorId: 'fake', codeChallenge: 'x'.repeat(43) }
  assert.equal(
    (await harness.call('POST', '/api/v1/auth-sessions', { headers, body })).body.reason,
    'action_not_allowed',
  )
  assert.equal((await harness.call('GET', '/api/v1/connections?owner=shared', { headers })).status, 200)
  for (const body of [{ subject: 'ben' }, { actions: ['connect'] }, { subject: 'ana' }])
    assert.equal((await trade(await host.sign(), { body })).body.reason, 'invalid_request')
})

test('a JWT counts only from an allowed origin', async (t) => {
  const { host, trade } = await start(t)
  const token = await host.sign()
  for (const origin of ['https://evil.test', 'null', null])
    assert.equal((await trade(token, { origin })).body.reason, 'origin_not_allowed', String(origin))
})

test('the connect token never lives longer than 15 minutes, nor than the JWT', async (t) => {
  const { host, trade } = await start(t)
  const now = Math.floor(Date.now() / 1_000)
  assert.equal((await trade(await host.sign({ exp: now + 3_600 }))).body.expiresInSeconds, 900)
  assert.ok((await trade(await host.sign({ exp: now + 20 }))).body.expiresInSeconds <= 20)
})

test('without the option no JWT is accepted', async (t) => {
  const harness = await startHarness(t)
  const headers = { origin: appOrigin, authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.x' }
  const answer = await harness.call('POST', '/api/v1/connect-tokens', { headers, body: {} })
  assert.deepEqual([answer.status, answer.body.reason], [403, 'credential_not_accepted'])
})

// Attack 49.
const now = Math.floor(Date.now() / 1_000)
const wrongClaims: [string, Record<string, unknown>][] = [
  ['another audience', { aud: 'other' }],
  ['no audience', { aud: undefined }],
  ['another issuer', { iss: 'https://evil.test' }],
  ['no issuer', { iss: undefined }],
  ['no exp', { exp: undefined }],
  ['exp as a string', { exp: String(now + 600) }],
  ['exp as a fraction', { exp: now + 600.5 }],
  ['exp as a list', { exp: [now + 600] }],
  ['exp in the past', { exp: now - 60 }],
  ['exp beyond the longest lifetime', { exp: now + 86_400 }],
  ['an iat in the future that would buy a longer life', { iat: now + 86_000, exp: now + 86_400 }],
  ['an old iat and a long life', { iat: now - 7_200, exp: now + 600 }],
  ['iat as a string', { iat: 'now' }],
  ['nbf in the future', { nbf: now + 600 }],
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['a subject that is a number', { sub: 7 }],
  ['a subject with a line break', { sub: 'a\nb' }],
  ['no tenant', { tenant: undefined }],
  ['an empty tenant', { tenant: '' }],
  ['a tenant that is a list', { tenant: ['acme'] }],
  ['a tenant with a space', { tenant: 'a b' }],
]
test('a JWT with wrong claims is refused', async (t) => {
  const { host, trade } = await start(t)
  for (const [name, claims] of wrongClaims) {
    const { status, body } = await trade(await host.sign(claims))
    assert.deepEqual([status, body.reason], [401, 'jwt_invalid'], name)
  }
  assert.equal((await trade(await host.sign())).status, 201, 'the same way with right claims is open')
})

test('a JWT that was signed otherwise, or not at all, is refused', async (t) => {
  const { host, trade } = await start(t)
  const claims = claimsOf(host.issuer)
  const publicKey = host.keys[0] ?? {}
  const spki = await exportSPKI(await asPublic(publicKey))
  const part = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(claims)}`
  const mac = (secret: string) => createHmac('sha256', secret).update(part).digest('base64url')
  const critical = new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 })
    .sign(host.privateKey, { crit: { x: true } })
  const good = await host.sign()
  const [header = '', payload = '', signature = ''] = good.split('.')
  const cases: [string, string][] = [
    ['alg none', `${encode({ alg: 'none' })}.${encode(claims)}.`],
    ['HS256 under the public key', `${part}.${mac(spki)}`],
    ['HS256 under the key set', `${part}.${mac(JSON.stringify(publicKey))}`],
    ['another payload', `${header}.${encode({ ...claims, sub: 'ben' })}.${signature}`],
    ['no signature', `${header}.${payload}.`],
    ['an unknown crit', await critical],
    ['an unencoded payload', `${encode({ alg: 'ES256', b64: false, crit: ['b64'] })}.${payload}.${signature}`],
    ['not a JWT', 'a.b.c'],
    ['two dots', 'eyJhbGciOiJFUzI1NiJ9..'],
  ]
  for (const [name, token] of cases) {
    const { status, body } = await trade(token)
    assert.deepEqual([status, body.reason], [401, 'jwt_invalid'], name)
    assert.equal(JSON.stringify(body).includes(token), false)
  }
})

async function asPublic(jwk: JWK) {
  const key = await importJWK(jwk, 'ES256')
  assert.ok(!(key instanceof Uint8Array))
  return key
}

// Attack 50.
test('no header of a JWT chooses its key: only the configured key set is fetched', async (t) => {
  const { host, trade } = await start(t)
  const evil = await startKeyServer(t)
  const evilKey = evil.keys[0] ?? {}
  for (const header of [
    { jku: `${evil.issuer}/jwks`, kid: 'evil' },
    { x5u: `${evil.issuer}/jwks`, kid: 'evil' },
    { jwk: evilKey, kid: 'evil' },
    { kid: '../../etc/passwd' },
    { kid: "' OR 1=1 --" },
    { kid: `${evil.issuer}/jwks` },
  ]) {
    const token = await evil.sign({ iss: host.issuer }, header)
    assert.equal((await trade(token)).body.reason, 'jwt_invalid', JSON.stringify(header))
  }
  assert.equal(evil.fetched() + evil.others.length, 0)
  assert.deepEqual(host.others, [])
  assert.equal(host.fetched(), 1, 'unknown key ids do not make us fetch again and again')
})

test('a key set with shared secrets, doubled ids or thousands of keys opens nothing', async (t) => {
  const secret = Buffer.alloc(32, 7)
  const cases: [string, (host: KeyServer) => readonly unknown[], string][] = [
    ['a secret', () => [{ kty: 'oct', k: secret.toString('base64url'), kid: 'k1', alg: 'HS256' }], 'jwt_invalid'],
    ['doubled ids', (host) => [host.keys[0], host.keys[0]], 'jwt_invalid'],
    ['thousands', (host) => Array.from({ length: 10_000 }, () => host.keys[0]), 'jwks_unavailable'],
  ]
  for (const [name, keys, reason] of cases) {
    const { host, trade } = await start(t)
    host.instead = (response) => response.end(JSON.stringify({ keys: keys(host) }))
    const part = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode(claimsOf(host.issuer))}`
    const mac = createHmac('sha256', secret).update(part).digest('base64url')
    assert.equal((await trade(await host.sign())).body.reason, reason, name)
    // Refused by its algorithm, before any key is looked for.
    assert.equal((await trade(`${part}.${mac}`)).body.reason, 'jwt_invalid', name)
  }
})

// Attack 51.
test('an encrypted, compressed or huge JWT is refused before it costs anything', async (t) => {
  const { host, trade } = await start(t)
  const { publicKey } = await generateKeyPair('RSA-OAEP-256', { extractable: true })
  const encrypted = await new CompactEncrypt(Buffer.from(await host.sign()))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
    .encrypt(publicKey)
  const bomb = `${encode({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2 ** 31, p2s: 'x', zip: 'DEF' })}.a.b.c.d`
  const long = await host.sign({ filler: 'x'.repeat(9_000) })
  await trade(await host.sign())
  for (const [name, token] of [
    ['encrypted', encrypted],
    ['a bomb', bomb],
    ['1 MB', `${'a'.repeat(500_000)}.${'b'.repeat(500_000)}.c`],
    ['over 8 kB', long],
  ] as const) {
    const before = process.cpuUsage()
    const { status } = await trade(token)
    const { user, system } = process.cpuUsage(before)
    assert.equal(status, 401, name)
    assert.ok(user + system < 50_000, `${name} took ${user + system} µs`)
  }
})

// Attack 52.
test('no other credential passes for a JWT, and a JWT for no other', async (t) => {
  const { host, harness, trade } = await start(t)
  const page = await harness.page()
  const state = (await page.begin()).created.body.stateKey
  const connected = await page.connect()
  for (const [name, token] of Object.entries({
    'a connect token': page.token,
    'a state': state,
    'an access token': connected.body.credentials.accessToken,
    "an id_token for the host's own app": await host.sign({ aud: 'the-app' }),
  })) {
    const { status, body } = await trade(token)
    assert.ok(status === 401 || status === 403, `${name}: ${body.reason}`)
    assert.equal(body.token, undefined)
  }
  assert.equal((await trade(apiKey)).body.reason, 'api_key_in_browser')
})

test('keys that cannot be had are a retryable fault, told apart from a bad JWT', async (t) => {
  let now = Date.now()
  const { host, trade } = await start(t, {}, () => now)
  const token = await host.sign({ exp: Math.floor(now / 1_000) + 3_000 })
  for (const instead of [
    (response: { destroy(): unknown }) => response.destroy(),
    (response: { end(text: string): unknown }) => response.end('<h1>Sign in</h1>'),
    (response: { statusCode: number; end(): unknown }) => ((response.statusCode = 500), response.end()),
  ]) {
    host.instead = instead
    const { status, body, headers } = await trade(token)
    assert.deepEqual([status, body.reason, body.retryable], [503, 'jwks_unavailable', true])
    assert.ok(headers.get('retry-after'))
    now += 6_000
  }
  const asked = host.fetched()
  await trade(token)
  await Promise.all([trade(token), trade(token)])
  assert.equal(host.fetched(), asked + 1, 'a key server that fails is left alone for a moment')
  now += 6_000
  host.instead = undefined
  assert.equal((await trade(token)).status, 201)
})

test('while the key server is down, keys that were good half an hour ago still are, and not for ever', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const { host, trade } = await start(t, { maxAgeSeconds: 100_000 })
  const exp = Math.floor(Date.now() / 1_000) + 90_000
  const token = await host.sign({ exp })
  assert.equal((await trade(token)).status, 201)
  host.instead = (response) => response.destroy()
  t.mock.timers.setTime(Date.now() + 1_800_000)
  assert.equal((await trade(token)).status, 201)
  assert.equal(host.fetched(), 2, 'it was asked')
  t.mock.timers.setTime(Date.now() + 2_400_000)
  assert.equal((await trade(token)).body.reason, 'jwks_unavailable')
})

test('each allowed algorithm works', async (t) => {
  for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256']) {
    const host = await startKeyServer(t, alg)
    const jwt: JwtOptions = { jwksUrl: host.jwksUrl, issuer: host.issuer, audience, claims: { subject: 'sub' } }
    const harness = await startHarness(t, { backend: { jwt, egress: { allow: [host.issuer] } } })
    const headers = { origin: appOrigin, authorization: `Bearer ${await host.sign()}` }
    assert.equal((await harness.call('POST', '/api/v1/connect-tokens', { headers, body: {} })).status, 201, alg)
    const only = { ...jwt, algorithms: [alg === 'ES256' ? 'RS256' : 'ES256'] } as const
    const strict = await startHarness(t, { backend: { jwt: only, egress: { allow: [host.issuer] } } })
    assert.equal((await strict.call('POST', '/api/v1/connect-tokens', { headers, body: {} })).status, 401, alg)
  }
})
