import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { OAuthConnector } from '../../src/protocol/connector.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey } from '../support/backend.ts'
import { type Features, type RealServer, resource, startRealServer } from '../support/oidc-provider.ts'
import { asHost } from '../support/proxy.ts'
import { described } from '../support/service.ts'

const redirectUri = `${appOrigin}/connector-auth/callback/default/service`

function recordOf({ issuer }: RealServer, changes: Partial<OAuthConnector> = {}): OAuthConnector {
  return {
    ...described,
    method: 'oauth2',
    issuer,
    discovery: 'openid',
    authorize: {
      params: { prompt: 'consent' },
      scope: { default: ['openid', 'offline_access', 'email', 'files.read'], optional: ['files.write'] },
    },
    token: {},
    refresh: { rotation: 'always' },
    identity: { from: 'id_token', id: 'sub', name: 'email' },
    apiOrigins: [issuer],
    proxy: { api: { origin: issuer, paths: ['/api', '/me'] } },
    ...changes,
  }
}

async function start(
  t: TestContext,
  features: Features,
  changes: Partial<OAuthConnector> = {},
  more: Partial<BackendOptions> = {},
) {
  const server = await startRealServer(t, redirectUri, features)
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [recordOf(server, changes)],
    clients: { service: server.client },
    egress: { allow: [server.issuer] },
    ...more,
  })
  await backend.ready()
  t.after(() => backend.close())
  const calls = callsOf(backend, server)
  const ana = await calls.page('ana')
  return {
    server,
    ...calls,
    connect: () => ana.connect({ connectorId: 'service' }),
    begin: () => ana.begin({ connectorId: 'service' }),
    redeem: (id: string, body: unknown) => ana.post(`/api/v1/auth-sessions/${id}/redeem`, body),
    read: (more?: object) => calls.host('POST', '/api/v1/connections/service/credentials', { subject: 'ana', ...more }),
    api: (path = '/api/me') => calls.call('GET', `/api/v1/proxy/service/api${path}`, { headers: asHost }),
    disconnect: () => calls.host('POST', '/api/v1/connections/service/disconnect', { subject: 'ana' }),
    at: (path: string) => server.seen.filter((one) => one.path === path),
  }
}

const rows: Readonly<Record<string, { features: Features; changes?: Partial<OAuthConnector> }>> = {
  'discovery, issuer in answers, rotation': { features: {} },
  'discovery by RFC 8414': { features: {}, changes: { discovery: 'oauth' } },
  'pushed requests, required': { features: { par: true } },
  'a key instead of a secret': { features: { privateKeyJwt: true }, changes: { token: { auth: 'private_key_jwt' } } },
  'bound tokens with nonces': { features: { dpop: true }, changes: { dpop: true } },
  'a resource': { features: { resource: true }, changes: { resource: [resource] } },
  'pushed requests with a key': {
    features: { par: true, privateKeyJwt: true },
    changes: { token: { auth: 'private_key_jwt' } },
  },
  'all together': {
    features: { par: true, dpop: true, resource: true, privateKeyJwt: true },
    changes: { dpop: true, resource: [resource], token: { auth: 'private_key_jwt' } },
  },
}

for (const [name, { features, changes = {} }] of Object.entries(rows))
  test(`a real authorization server connects, refreshes, serves and revokes: ${name}`, async (t) => {
    const { server, connect, read, api, disconnect, at } = await start(t, features, changes)
    const connected = await connect()
    assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
    assert.deepEqual(connected.body.account, { id: 'ana', name: 'ana@acme.test' })
    checkAuthorization(server, features)
    for (let round = 0; round < 3; round += 1) {
      const { body } = await read({ forceRefresh: true })
      if (features.dpop) assert.equal(body.reason, 'proxy_only')
      else assert.ok(body.accessToken, JSON.stringify(body))
      if (features.dpop) break
    }
    const refreshed = at('/token').filter(({ status }) => status === 200).length
    assert.equal(refreshed, features.dpop ? 2 : 4)
    const { status, body } = await api()
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual([body.sub, body.bound], ['ana', features.dpop === true])
    assert.equal(body.aud, features.resource ? resource : undefined)
    checkClient(server, features)
    assert.equal((await disconnect()).body.revocation, 'revoked')
    const revocation = at('/token/revocation')[0]
    assert.deepEqual([revocation?.status, revocation?.body.get('token_type_hint')], [200, 'refresh_token'])
    assert.equal((await read()).status, 404)
  })

function checkAuthorization({ seen }: RealServer, { par, dpop, resource: bound }: Features): void {
  const front = seen.find(({ path }) => path === '/auth')
  const request = par ? seen.find(({ path, status }) => path === '/request' && status === 201)?.body : front?.query
  if (par) assert.deepEqual([...(front?.query.keys() ?? [])].toSorted(), ['client_id', 'request_uri'])
  else
    assert.equal(
      seen.some(({ path }) => path === '/request'),
      false,
    )
  assert.equal(request?.get('code_challenge_method'), 'S256')
  assert.equal(request?.get('redirect_uri'), redirectUri)
  assert.deepEqual(request?.getAll('resource'), bound ? [resource] : [])
  assert.equal(request?.has('dpop_jkt'), dpop === true)
}

/** Proofs and assertions are each for one use, and an assertion is for its issuer. */
function checkClient({ seen, issuer }: RealServer, { dpop, privateKeyJwt }: Features): void {
  const proofs = seen.flatMap(({ headers }) => headers['dpop'] ?? [])
  assert.equal(proofs.length > 0, dpop === true)
  assert.equal(new Set(proofs).size, proofs.length)
  const assertions = seen.flatMap(({ body }) => body.get('client_assertion') ?? [])
  assert.equal(assertions.length > 0, privateKeyJwt === true)
  for (const { aud, exp = 0, iat = 0 } of assertions.map((one) => decodeJwt(one)))
    assert.deepEqual([aud, exp - iat <= 60], [issuer, true])
  const ids = assertions.map((one) => decodeJwt(one).jti)
  assert.equal(new Set(ids).size, ids.length)
}

test('a bound token is of no use without its key', async (t) => {
  const { server, connect, api, at } = await start(t, { dpop: true }, { dpop: true })
  await connect()
  assert.equal((await api()).status, 200)
  const token = /^DPoP (.+)$/.exec(String(at('/api/me')[0]?.headers.authorization))?.[1] ?? ''
  for (const scheme of ['Bearer', 'DPoP'])
    assert.notEqual(
      (await fetch(`${server.issuer}/me`, { headers: { authorization: `${scheme} ${token}` } })).status,
      200,
    )
  // The real userinfo endpoint asks for a nonce of its own, and takes the proof with it.
  const { status, body } = await api('/me')
  assert.deepEqual([status, body.sub], [200, 'ana'])
})

test("an answer with another issuer's name, or with none, is refused before the code is spent", async (t) => {
  for (const change of ['https://evil.example', undefined]) {
    const { begin, redeem, at } = await start(t, {})
    const { id, redeem: body } = await begin()
    const callback = new URLSearchParams(body.callback)
    if (change === undefined) callback.delete('iss')
    else callback.set('iss', change)
    const answer = await redeem(id, { ...body, callback: callback.toString() })
    assert.equal(answer.body.reason, 'issuer_mismatch')
    assert.deepEqual(at('/token'), [])
    assert.equal((await redeem(id, body)).body.status, 'ACTIVE', 'the attempt is not used up')
  }
})

test('a resource that the server does not know connects nobody', async (t) => {
  const { begin, redeem } = await start(t, { resource: true }, { resource: ['https://other.acme.test/'] })
  const { id, redeem: body } = await begin()
  const answer = await redeem(id, body)
  assert.deepEqual([answer.body.status, answer.body.reason], ['FAILED', 'target_refused'])
})

test('a device is connected at a real server', async (t) => {
  const features = {
    grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token', 'authorization_code'],
  }
  const changes: Partial<OAuthConnector> = { device: {} }
  const { server, host, api } = await start(t, features, changes, { deviceConnectors: ['service'] })
  const started = await host('POST', '/api/v1/auth-sessions', {
    connectorId: 'service',
    subject: 'ana',
    road: 'device',
  })
  assert.equal(started.status, 201, JSON.stringify(started.body))
  await server.enterUserCode(started.body.verificationUriComplete)
  await new Promise((resolve) => setTimeout(resolve, started.body.intervalSeconds * 1_000 + 50))
  const { body } = await host('POST', `/api/v1/auth-sessions/${started.body.id}/redeem`, { subject: 'ana' })
  assert.equal(body.status, 'ACTIVE', JSON.stringify(body))
  assert.equal((await api()).body.sub, 'ana')
})

for (const privateKeyJwt of [false, true])
  test(`a service account has its token of a real server: ${privateKeyJwt ? 'by a key' : 'by a secret'}`, async (t) => {
    const server = await startRealServer(t, redirectUri, { privateKeyJwt, grantTypes: ['client_credentials'] })
    const { issuer } = server
    const auth = privateKeyJwt ? ({ auth: 'private_key_jwt' } as const) : {}
    const backend = createBackend({
      publicUrl: `${appOrigin}/connector-auth`,
      store: sqliteStore(':memory:'),
      sealingKeys: [sealingKey],
      apiKeys: [apiKey],
      connectors: [
        {
          ...described,
          method: 'client_credentials',
          issuer,
          token: { url: `${issuer}/token`, ...auth },
          apiOrigins: [issuer],
          proxy: { api: { origin: issuer } },
        },
      ],
      clients: { service: server.client },
      egress: { allow: [issuer] },
    })
    await backend.ready()
    t.after(() => backend.close())
    const { host, call } = callsOf(backend, server)
    const entered = await host('POST', '/api/v1/connections/service', { subject: 'ana' })
    assert.equal(entered.body.status, 'ACTIVE', JSON.stringify(entered.body))
    const { status, body } = await call('GET', '/api/v1/proxy/service/api/api/me', { headers: asHost })
    assert.deepEqual([status, body.sub], [200, 'app'])
    checkClient(server, { privateKeyJwt })
  })
