import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import {
  authorizationFields,
  authorizationUrl,
  basic,
  call,
  codeFields,
  codeOf,
  oauthOf,
  post,
  reasons,
  startQuirk,
} from './drive.ts'

test('metadata is where RFC 8414 puts it: between host and path', async (t) => {
  const service = await startQuirk(t, 'discovery_oauth')
  const { origin, pathname } = new URL(oauthOf(service).issuer ?? '')
  const { body } = await call(`${origin}/.well-known/oauth-authorization-server${pathname}`)
  assert.equal(body.issuer, oauthOf(service).issuer)
  assert.equal(body.token_endpoint, `${body.issuer}/token`)
  assert.deepEqual(body.code_challenge_methods_supported, ['S256'])
  assert.deepEqual(service.faults, [])
  assert.equal((await call(`${body.issuer}/.well-known/oauth-authorization-server`)).status, 404)
  assert.equal((await call(`${origin}/.well-known/oauth-authorization-server`)).status, 404)
  assert.equal((await call(`${body.issuer}/.well-known/openid-configuration`)).status, 404)
  assert.equal(service.faults.length, 3)
})

test('metadata is where OpenID Connect Discovery puts it: behind the path', async (t) => {
  const service = await startQuirk(t, 'discovery_openid')
  const { issuer } = oauthOf(service)
  const { body } = await call(`${issuer}/.well-known/openid-configuration`)
  assert.equal(body.issuer, issuer)
  assert.equal(body.authorization_response_iss_parameter_supported, true)
  const { origin } = new URL(issuer ?? '')
  assert.equal((await call(`${origin}/.well-known/oauth-authorization-server/oauth2/default`)).status, 404)
})

test('a service without discovery has no metadata', async (t) => {
  const service = await startQuirk(t, 'issuer_required')
  assert.equal((await call(`${oauthOf(service).issuer}/.well-known/openid-configuration`)).status, 404)
  assert.match(reasons(service), /nothing is at GET/)
})

test('an ID Token is signed by the published key, for this client and nonce', async (t) => {
  const service = await startQuirk(t, 'id_token_identity')
  const { issuer, token } = oauthOf(service)
  const code = await codeOf(service, { scope: 'openid email', nonce: 'nonce-1' })
  const { body } = await post(token.url ?? '', codeFields(code), basic(service))
  const { payload } = await jwtVerify(body.id_token, createRemoteJWKSet(new URL(`${issuer}/jwks`)), {
    issuer: issuer ?? '',
    audience: service.client.clientId,
  })
  assert.deepEqual(
    [payload['nonce'], payload.sub, payload['email']],
    ['nonce-1', service.account.id, service.account.name],
  )
})

test('a pushed request is taken once, and nothing else goes through the browser', async (t) => {
  const service = await startQuirk(t, 'par')
  const url = oauthOf(service).par?.url ?? ''
  const fields = authorizationFields(service, { scope: 'accounts' })
  const pushed = await post(url, fields, basic(service))
  assert.equal(pushed.status, 201)
  const front = new URL(oauthOf(service).authorize.url ?? '')
  front.searchParams.set('client_id', service.client.clientId)
  front.searchParams.set('request_uri', pushed.body.request_uri)
  assert.ok((await service.authorize(front.href)).searchParams.has('code'))
  assert.deepEqual(service.faults, [])
  await assert.rejects(service.authorize(front.href))
  await assert.rejects(service.authorize(authorizationUrl(service, { scope: 'accounts' })))
  assert.match(reasons(service), /its reference was used before; .*scope is not a parameter here/)
})

test('a pushed request is held to the same rules, and its client too', async (t) => {
  const service = await startQuirk(t, 'par')
  const url = oauthOf(service).par?.url ?? ''
  const right = authorizationFields(service, { scope: 'accounts' })
  assert.equal((await post(url, right)).status, 401)
  assert.equal((await post(url, { ...right, code_challenge: 'x' }, basic(service))).status, 400)
  assert.equal((await post(url, { ...right, scope: 'all' }, basic(service))).status, 400)
  assert.equal((await call(`${url}?${new URLSearchParams(right)}`, { headers: basic(service) })).status, 400)
})

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

test('a device waits for its person, and slows down when it is told to', async (t) => {
  const service = await startQuirk(t, 'device', { deviceIntervalSeconds: 0 })
  const { device, token } = oauthOf(service)
  const started = await post(device?.url ?? '', { scope: 'read profile' }, basic(service))
  assert.equal(started.status, 200)
  assert.match(started.body.user_code, /^[B-Z]{4}-[B-Z]{4}$/)
  const fields = { grant_type: deviceGrant, device_code: started.body.device_code }
  const poll = async () => (await post(token.url ?? '', fields, basic(service))).body
  assert.equal((await poll()).error, 'authorization_pending')
  service.approveDevice(started.body.user_code)
  assert.match((await poll()).access_token, /^fake-at-/)
  assert.equal((await poll()).error, 'invalid_grant')
  assert.deepEqual(service.faults, [])
})

test('a device that asks too soon must slow down; one that is denied is told', async (t) => {
  const service = await startQuirk(t, 'device')
  const { device, token } = oauthOf(service)
  const { body } = await post(device?.url ?? '', { scope: 'read profile' }, basic(service))
  const fields = { grant_type: deviceGrant, device_code: body.device_code }
  assert.equal(body.interval, 5)
  assert.equal((await post(token.url ?? '', fields, basic(service))).body.error, 'slow_down')
  const quick = await startQuirk(t, 'device', { deviceIntervalSeconds: 0 })
  const other = await post(oauthOf(quick).device?.url ?? '', { scope: 'read' }, basic(quick))
  quick.denyDevice(other.body.user_code)
  const denied = { grant_type: deviceGrant, device_code: other.body.device_code }
  assert.equal((await post(oauthOf(quick).token.url ?? '', denied, basic(quick))).body.error, 'access_denied')
  assert.throws(() => quick.approveDevice('AAAA-AAAA'), /No device waits/)
})

test('a device must be a client, and asks for scopes that there are', async (t) => {
  const service = await startQuirk(t, 'device')
  const url = oauthOf(service).device?.url ?? ''
  assert.equal((await post(url, { scope: 'read' })).status, 401)
  assert.equal((await post(url, { scope: 'admin' }, basic(service))).status, 400)
})
