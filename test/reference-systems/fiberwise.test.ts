/** What a user of Fiberwise sends and writes, here. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectorOf, readProviderFile } from '../../src/server/index.ts'
import { agentOf, backendUrl, sendTo } from '../support/agent.ts'
import { apiKey, startHarness } from '../support/backend.ts'

const app = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
const returnUrl = 'https://app.test/settings'

async function start(t: TestContext) {
  const harness = await startHarness(t, { backend: { compat: { fiberwise: true }, returnUrls: [returnUrl] } })
  const fetch = sendTo(harness.backend)
  const api = async (method: string, path: string, body?: object) =>
    fetch(`${backendUrl}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: { Authorization: `Bearer api_${apiKey}`, 'Content-Type': 'application/json' },
      body: body ? JSON.stringify(body) : null,
    })
  return { harness, api }
}

test('Fiberwise: register a provider, send a user through it, list and revoke', async (t) => {
  const { harness, api } = await start(t)
  const { issuer, clientId: client_id, clientSecret: client_secret } = harness.fake
  // curl -X POST /api/v1/credentials/oauth/register -d '{"provider_name": "google", …, "token_data": {…}}'
  const registered = await api('POST', '/credentials/oauth/register', {
    provider_name: 'acme',
    client_id,
    client_secret,
    redirect_uri: 'http://localhost:8000/api/v1/credentials/auth/callback/acme',
    token_data: { authorize_url: `${issuer}/authorize`, token_url: `${issuer}/token`, scopes: ['read'] },
  })
  const { success, provider_id: provider, message } = await registered.json()
  assert.deepEqual([success, message], [true, 'OAuth provider registered successfully'])
  // GET /api/v1/credentials/auth/acme?return_to=…&app_id=…   (one parameter more: whose it will be)
  const query = new URLSearchParams({ return_to: returnUrl, app_id: app, subject: 'ana' })
  const started = await api('GET', `/credentials/auth/${provider}?${query}`)
  assert.equal(started.status, 302)
  const parked = await harness.backend.fetch(
    new Request(await harness.fake.authorize(started.headers.get('location') ?? '')),
  )
  const back = new URL(parked.headers.get('location') ?? '').searchParams
  // One request more: the host finishes it for the user who is signed in there.
  const completed = await api('POST', '/credentials/auth/complete', {
    session: back.get('session'),
    completion: back.get('completion'),
    app_id: app,
    subject: 'ana',
  })
  // if (params.get('connected') === 'true' && params.get('authenticator') && params.get('app_id')) …
  const landed = new URL((await completed.json()).return_to).searchParams
  assert.deepEqual(
    ['connected', 'authenticator', 'app_id'].map((name) => landed.get(name)),
    ['true', 'acme', app],
  )
  // GET /api/v1/credentials/oauth/connections
  const of = `app_id=${app}&subject=ana`
  const [connection] = await (await api('GET', `/credentials/oauth/connections?${of}`)).json()
  assert.deepEqual([connection.provider_type, connection.status], ['acme', 'active'])
  // (await credentials.listConnections()).filter((one) => one.is_connected)
  const providers: { is_connected: boolean; authenticator_id: string }[] = await (
    await api('GET', `/apps/${app}/service-providers?${of}`)
  ).json()
  assert.deepEqual(
    providers.filter((one) => one.is_connected).map((one) => one.authenticator_id),
    ['acme'],
  )
  // DELETE /api/v1/credentials/oauth/connections/acme
  const revoked = await (await api('DELETE', `/credentials/oauth/connections/acme?${of}`)).json()
  assert.deepEqual(revoked, { success: true, message: 'OAuth connection revoked successfully' })
})

test('Fiberwise: an agent reads what its user has connected, and null before that', async (t) => {
  const { harness } = await start(t)
  const agent = agentOf(harness.backend)
  // const oauth = FIBER.getOAuthProvider(); const credentials = await oauth.getCredentials('gmail')
  assert.equal(await agent.getCredentials('fake'), null)
  await (await harness.page('ana')).connect()
  const credentials = await agent.getCredentials('fake')
  assert.ok(credentials && 'accessToken' in credentials)
})

test('Fiberwise: a provider file is put in as it is', async (t) => {
  const { harness } = await start(t)
  // fiber app oauth import google.json
  const google = '{"installed":{"client_id":"1.apps.googleusercontent.com","client_secret":"s","project_id":"p"}}'
  for (const provider of readProviderFile(google, 'google.json')) {
    const saved = await harness.host('PUT', `/api/v1/connectors/${provider.id}`, connectorOf(provider, '2026-11-21'))
    assert.deepEqual([saved.status, saved.body.id], [200, 'google'])
  }
  // fiber app oauth list
  const { connectors } = (await harness.host('GET', '/api/v1/connectors')).body
  assert.ok(connectors.some(({ id }: { id: string }) => id === 'google'))
})
