/** What a backend needs of others, when these are down as it starts. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OAuthConnector } from '../../../src/protocol/connector.ts'
import { type Harness, appOrigin, startHarness } from '../../support/backend.ts'
import { freePort } from '../../support/free-port.ts'
import { audience, claimsOf, startKeyServer } from '../../support/jwks.ts'
import { described, startService } from '../../support/service.ts'
import { startUpstream } from '../../support/upstream.ts'

test('a backend starts while discovery is down, and connects when it is back', async (t) => {
  const issuer = `http://127.0.0.1:${await freePort()}`
  const discovered: OAuthConnector = {
    ...described,
    method: 'oauth2',
    issuer,
    discovery: 'oauth',
    authorize: { scope: { default: ['read'] } },
    token: {},
    apiOrigins: [issuer],
  }
  const clients = { service: { clientId: 'app', clientSecret: 's' } }
  const service = await startService(t, () => discovered, { clients, egress: { allow: [issuer] } })
  assert.equal((await service.call('GET', '/readyz')).status, 200)
  const begin = async () =>
    (await service.page()).post('/api/v1/auth-sessions', { connectorId: 'service', codeChallenge: 'x'.repeat(43) })
  const refused = await begin()
  assert.deepEqual(
    [refused.status, refused.body.reason, refused.body.retryable],
    [502, 'authorization_server_unavailable', true],
  )
  const back = await startUpstream(
    t,
    (_, response) =>
      void response.end(
        JSON.stringify({ issuer, authorization_endpoint: `${issuer}/go`, token_endpoint: `${issuer}/token` }),
      ),
    Number(new URL(issuer).port),
  )
  assert.equal(back.origin, issuer)
  const begun = await begin()
  assert.deepEqual([begun.status, new URL(begun.body.redirectUrl).pathname], [201, '/go'])
})

/** Trades a host's JWT. */
const tradeAt = (harness: Harness) => async (token: string) =>
  harness.call('POST', '/api/v1/connect-tokens', {
    headers: { origin: appOrigin, authorization: `Bearer ${token}` },
    body: {},
  })

test('a backend starts while the key server for JWTs is down, and knows a new key at the next JWT', async (t) => {
  const host = await startKeyServer(t)
  host.instead = (response) => void response.destroy()
  const jwt = { jwksUrl: host.jwksUrl, issuer: host.issuer, audience, claims: { subject: 'sub' } }
  let now = Date.now()
  const harness = await startHarness(t, { backend: { jwt, now: () => now, egress: { allow: [host.issuer] } } })
  const trade = tradeAt(harness)
  assert.equal((await harness.call('GET', '/readyz')).status, 200)
  const token = await host.sign()
  assert.equal((await trade(token)).body.reason, 'jwks_unavailable')
  assert.equal((await (await harness.page()).connect()).body.status, 'ACTIVE', 'nobody else needs those keys')
  host.instead = undefined
  now += 60_000
  assert.equal((await trade(token)).status, 201)
})

test('a key that the host changes to is fetched with the first JWT that needs it, and unknown ones fetch nothing more', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  const host = await startKeyServer(t)
  const jwt = { jwksUrl: host.jwksUrl, issuer: host.issuer, audience, claims: { subject: 'sub' } }
  const harness = await startHarness(t, { backend: { jwt, egress: { allow: [host.issuer] } } })
  const trade = tradeAt(harness)
  assert.equal((await trade(await host.sign())).status, 201)
  const next = await startKeyServer(t)
  const [key] = next.keys
  assert.ok(key)
  host.keys = [...host.keys, { ...key, kid: 'k2' }]
  t.mock.timers.setTime(Date.now() + 40_000)
  const rotated = await next.sign(claimsOf(host.issuer), { kid: 'k2' })
  assert.deepEqual([(await trade(rotated)).status, host.fetched()], [201, 2])
  for (let count = 0; count < 5; count += 1)
    assert.equal(
      (await trade(await next.sign(claimsOf(host.issuer), { kid: `none-${count}` }))).body.reason,
      'jwt_invalid',
    )
  assert.equal(host.fetched(), 2)
})
