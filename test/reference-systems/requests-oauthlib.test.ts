/** What a user of requests-oauthlib writes, here: each line beside the one it stands for. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Credentials, createAgent } from '../../src/agent/index.ts'
import { agentOf, backendUrl, sendTo } from '../support/agent.ts'
import { apiKey, startHarness } from '../support/backend.ts'
import { startUpstream } from '../support/upstream.ts'

test('requests-oauthlib: authorization_url, fetch_token, get', async (t) => {
  const api = await startUpstream(t, ({ headers }, response) => void response.end(headers.authorization ?? ''))
  const returnUrl = 'https://app.test/callback'
  const harness = await startHarness(t, {
    record: (fake) => ({
      apiOrigins: [api.origin],
      // github.authorization_url(url, access_type="offline")
      authorize: { url: `${fake.issuer}/authorize`, params: { access_type: 'offline' }, scope: { default: ['read'] } },
    }),
    backend: { returnUrls: [returnUrl], egress: { allow: [api.origin] } },
  })
  // github = OAuth2Session(client_id, redirect_uri=…, scope=["read"], pkce="S256")
  const agent = agentOf(harness.backend)
  // authorization_url, state = github.authorization_url(authorization_base_url)
  const attempt = await agent.initialize('fake', { returnUrl })
  const url = new URL(attempt.redirectUrl)
  assert.deepEqual(
    ['code_challenge_method', 'access_type', 'scope'].map((name) => url.searchParams.get(name)),
    ['S256', 'offline', 'read'],
  )
  // github.fetch_token(token_url, client_secret=client_secret, authorization_response=request.url)
  const answer = await harness.backend.fetch(new Request(await harness.fake.authorize(attempt.redirectUrl)))
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('completion') ?? ''
  await attempt.complete(code)
  // github.get("https://api.github.com/user").content
  const got = await agent.connectorFetch('fake', `${api.origin}/user`)
  assert.equal(await got.text(), `Bearer ${await agent.getAccessToken('fake')}`)
})

test('requests-oauthlib: auto_refresh_url with token_updater', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana')).connect()
  // client = OAuth2Session(client_id, token=token, auto_refresh_url=refresh_url, token_updater=token_saver)
  const updates: Credentials[] = []
  const agent = createAgent({
    baseUrl: backendUrl,
    apiKey,
    subject: 'ana',
    fetch: sendTo(harness.backend),
    tokenUpdater: (_, token) => void updates.push(token),
  })
  const first = await agent.getAccessToken('fake')
  // client.refresh_token(refresh_url)
  const second = await agent.getAccessToken('fake', { forceRefresh: true })
  assert.notEqual(second, first)
  assert.deepEqual(
    updates.map(({ accessToken }) => accessToken),
    [second],
  )
})

test('requests-oauthlib: a protected_request hook', async (t) => {
  const api = await startUpstream(t, ({ headers }, response) => void response.end(String(headers['x-version'])))
  const harness = await startHarness(t, { record: () => ({ apiOrigins: [api.origin] }) })
  await (await harness.page('ana')).connect()
  // session.register_compliance_hook("protected_request", lambda url, headers, data: …)
  const agent = agentOf(harness.backend, {
    protectedRequest: [
      ({ headers }) => headers.set('x-version', '1'),
      ({ headers }) => headers.set('x-version', `${headers.get('x-version')}, then 2`),
    ],
  })
  assert.equal(await (await agent.connectorFetch('fake', `${api.origin}/me`)).text(), '1, then 2')
})
