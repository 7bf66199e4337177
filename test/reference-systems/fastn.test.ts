/** What a user of Fastn writes, here: each line beside the one it stands for. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AuthenticationError, FastnAuth, NetworkError, TimeoutError } from '../../src/agent/index.ts'
import { backendUrl, sendTo } from '../support/agent.ts'
import { apiKey, startHarness } from '../support/backend.ts'

const returnUrl = 'https://app.test/connected'

async function start(t: TestContext) {
  const backend = { compat: { fastn: true }, space: 'my-space', returnUrls: [returnUrl] }
  const harness = await startHarness(t, { backend })
  /** The person consents; the host's page gets the code. */
  const consent = async (url: string) => {
    const answer = await harness.backend.fetch(new Request(await harness.fake.authorize(url)))
    return new URL(answer.headers.get('location') ?? '').searchParams.get('completion') ?? ''
  }
  return { harness, consent, fetch: sendTo(harness.backend) }
}

test('Fastn: initialize, open the URL, wait, use the token', async (t) => {
  const { consent, fetch } = await start(t)
  // client = FastnAuth(space_id="my-space", api_key="…")
  const client = new FastnAuth({ spaceId: 'my-space', apiKey, baseUrl: backendUrl, fetch })
  // session = await client.initialize(connector_id="gmail", org_id="community", tenant_id="acme")
  const session = await client.initialize({ connectorId: 'fake', orgId: 'community', tenantId: 'acme', returnUrl })
  // print(session.id, session.state_key, session.redirect_url)
  assert.ok(session.id && session.stateKey && session.redirectUrl)
  // task = session.wait_for_completion(PollOptions(interval=2.0, timeout=300.0))
  const waiting = session.waitForCompletion({ interval: 0.05, timeout: 10 })
  // One line more than there: the host completes for the visitor who came back to its page.
  await session.complete(await consent(session.redirectUrl))
  // result = await task
  const result = await waiting
  // if result.status == "ACTIVE": print(result.credentials.access_token, result.credentials.extra)
  assert.equal(result.status, 'ACTIVE')
  assert.ok(result.credentials?.accessToken && result.credentials.extra)
  // status = await session.get_status()
  assert.deepEqual(await session.getStatus(), { status: 'ACTIVE' })
  // credentials = await session.get_credentials()
  assert.equal((await session.getCredentials()).accessToken, result.credentials.accessToken)
})

test('Fastn: credentials without a flow, and what can go wrong', async (t) => {
  const { fetch } = await start(t)
  const client = new FastnAuth({ spaceId: 'my-space', apiKey, baseUrl: backendUrl, fetch })
  const told: string[] = []
  try {
    // await client.get_credentials(GetCredentialsOptions(connector_id="gmail", tenant_id="acme"))
    await client.getCredentials({ connectorId: 'fake', tenantId: 'acme' })
  } catch (error) {
    // except TimeoutError / AuthenticationError / NetworkError as e: print(e.code, e.status_code)
    if (error instanceof TimeoutError) told.push('timeout')
    else if (error instanceof AuthenticationError) told.push(error.code, error.message)
    else if (error instanceof NetworkError) told.push(error.code, String(error.statusCode))
  }
  assert.equal(told[0], 'AUTH_FAILED')
  assert.match(told[1] ?? '', /Connect the account first/)
})

test('Fastn: the UCL client reads credentials with a raw fetch', async (t) => {
  const { harness, fetch } = await start(t)
  await (await harness.page('ana', { tenant: 't1', owner: 'shared' })).connect()
  const answer = await fetch(`${backendUrl}/api/ucl/connectorAuth`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'x-fastn-space-id': 'my-space',
      'x-fastn-space-tenantid': 't1',
      'x-fastn-space-connection-id': 'default',
      'x-fastn-custom-auth': 'true',
      'x-fastn-request-trace-id': 'web-1',
      stage: 'LIVE',
      realm: 'fastn',
      authorization: apiKey,
    },
    body: JSON.stringify({ input: { orgId: 'community', connectorId: 'fake', refresh: true } }),
  })
  const { auth } = await answer.json()
  assert.ok(auth.access_token && auth.expires_at && auth.token_type)
})

test('Fastn: connections.initiate and connections.status, in or out of the envelope', async (t) => {
  const { harness, consent, fetch } = await start(t)
  const post = async (path: string, body: object) => {
    const headers = { 'Content-Type': 'application/json', 'x-fastn-space-id': 'my-space', 'x-fastn-api-key': apiKey }
    const answer = await fetch(`${backendUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const json = await answer.json()
    // data = response.get("body", response)
    return json.body ?? json
  }
  // conn = fastn.auth.initiate("slack", tenant_id="acme", redirect_url="https://app/cb")
  const started = await post('/api/connections/initiate', {
    connector: 'fake',
    tenant_id: 'acme',
    redirect_url: returnUrl,
  })
  assert.deepEqual([started.status, started.expires_in], ['pending', 600])
  const completionCode = await consent(started.auth_url)
  await harness.host('POST', `/api/v1/auth-sessions/${started.connection_id}/complete`, {
    completionCode,
    tenant: 'acme',
    owner: 'shared',
    subject: 'acme',
  })
  // fastn.auth.status(connection_id=conn.connection_id) and fastn.auth.status(connector="slack", tenant_id="acme")
  assert.equal((await post('/api/connections/status', { connection_id: started.connection_id })).status, 'active')
  const standing = await post('/api/connections/status', { connector: 'fake', tenant_id: 'acme' })
  assert.deepEqual([standing.connector, standing.status, standing.tenant_id], ['fake', 'active', 'acme'])
})
