import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { AuthorizationRequired } from '../../src/agent/index.ts'
import { type LocalOptions, createLocal } from '../../src/node/index.ts'
import type { OAuthConnector } from '../../src/server/index.ts'
import { freePort } from '../support/free-port.ts'
import { type Features, type RealServer, startRealServer } from '../support/oidc-provider.ts'
import { described } from '../support/service.ts'

function recordOf({ issuer }: RealServer): OAuthConnector {
  return {
    ...described,
    method: 'oauth2',
    issuer,
    discovery: 'openid',
    authorize: {
      params: { prompt: 'consent' },
      scope: { default: ['openid', 'offline_access', 'email', 'files.read'] },
    },
    token: {},
    refresh: { rotation: 'always' },
    device: {},
    identity: { from: 'id_token', id: 'sub', name: 'email' },
    apiOrigins: [issuer],
    proxy: { api: { origin: issuer, paths: ['/api'] } },
  }
}

/** A laptop whose registration at the real server is its loopback redirect URI. */
async function laptop(t: TestContext, features: Features, more: Partial<LocalOptions> = {}) {
  const port = await freePort()
  const server = await startRealServer(t, `http://127.0.0.1:${port}/callback`, features)
  const folder = mkdtempSync(join(tmpdir(), 'local-real-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const start = async (onAuthorizationRequired?: (required: AuthorizationRequired) => Promise<void>) => {
    const local = await createLocal({
      folder,
      connectors: [recordOf(server)],
      clients: { service: server.client },
      egress: { allow: [server.issuer] },
      loopback: { port },
      ...(onAuthorizationRequired && { onAuthorizationRequired }),
      ...more,
    })
    t.after(() => local.close())
    return local
  }
  return { server, start }
}

test('a script and a real server: loopback, PKCE, rotation, a second process, revocation', async (t) => {
  const { server, start } = await laptop(t, {})
  const local = await start(async ({ authorizationUrl }) => {
    assert.equal(new URL(authorizationUrl).searchParams.get('code_challenge_method'), 'S256')
    const page = await fetch(await server.authorize(authorizationUrl))
    assert.match(await page.text(), /return to the terminal/)
  })
  const { agent } = local
  const session = await agent.userSession('service')
  const first = await session.getAccessToken()
  const rotated = await agent.getAccessToken('service', { forceRefresh: true })
  assert.notEqual(rotated, first)
  const other = await start()
  const tokens = await Promise.all(
    [local, other].map((one) => one.agent.getAccessToken('service', { forceRefresh: true })),
  )
  assert.ok(tokens.every((token) => token.length > 0))
  assert.equal((await other.agent.proxy('service', 'api', '/api/me')).status, 200)
  assert.deepEqual(server.endedGrants, [], 'a refresh token that came twice would have ended the grant')
  assert.deepEqual(await agent.deauthenticateConnector('service'), { revocation: 'revoked' })
  assert.equal(server.endedGrants.length, 1)
  assert.equal(await other.agent.getCredentials('service'), null)
})

test('a script and a real server: the device flow', async (t) => {
  const grantTypes = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token', 'authorization_code']
  const { server, start } = await laptop(t, { grantTypes }, { device: true })
  const { agent } = await start(async ({ authorizationUrl, session }) => {
    assert.ok(session.userCode)
    await server.enterUserCode(authorizationUrl)
  })
  assert.ok((await (await agent.userSession('service')).getAccessToken()).length > 0)
})
