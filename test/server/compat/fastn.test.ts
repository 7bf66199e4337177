import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { compatRoutes } from '../../../src/server/compat/routes.ts'
import { listen } from '../../../src/node/index.ts'
import { apiKey, appOrigin, startHarness } from '../../support/backend.ts'
import { methodOf, samplePath } from '../../support/callers.ts'

const returnUrl = 'https://app.test/connected'
const asHost = { 'x-fastn-api-key': apiKey }

const start = (t: TestContext) =>
  startHarness(t, { backend: { compat: { fastn: true }, space: 'ws1', returnUrls: [returnUrl] } })

test('routes of the reference systems do not exist unless their system is on', async (t) => {
  const harness = await startHarness(t)
  for (const route of compatRoutes) {
    const { status, body } = await harness.host(methodOf(route), samplePath(route))
    assert.deepEqual([status, body.reason], [404, 'not_found'], route.name)
  }
  const fastn = await start(t)
  assert.equal(
    (await fastn.host('GET', '/api/v1/credentials/oauth/connections')).status,
    404,
    'each has its own switch',
  )
})

test('the credentials endpoint answers in its shape on both paths, without a refresh token', async (t) => {
  const harness = await start(t)
  await (await harness.page('ana', { tenant: 't1', owner: 'shared' })).connect()
  for (const path of ['/api/ucl/connectorAuth', '/ucl/connectorAuth']) {
    const { status, body } = await harness.call('POST', path, {
      headers: { ...asHost, 'x-fastn-space-id': 'ws1', 'x-fastn-space-tenantid': 't1', stage: 'LIVE' },
      body: { input: { orgId: 'community', connectorId: 'fake' } },
    })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['auth'])
    assert.match(body.auth.access_token, /./)
    assert.ok(Date.parse(body.auth.expires_at) > Date.now())
    assert.ok(!JSON.stringify(body).includes('refresh_token'))
  }
})

test('refresh: true gives a new access token', async (t) => {
  const harness = await start(t)
  await (await harness.page('ana', { owner: 'shared' })).connect()
  const read = async (refresh: boolean) =>
    (
      await harness.call('POST', '/ucl/connectorAuth', {
        headers: asHost,
        body: { input: { connectorId: 'fake', refresh } },
      })
    ).body.auth.access_token
  const first = await read(false)
  assert.equal(await read(false), first)
  assert.notEqual(await read(true), first)
})

test('a token is taken with and without Bearer, and only for its own person', async (t) => {
  const harness = await start(t)
  const ana = await harness.page('ana')
  await ana.connect()
  const body = { input: { orgId: 'community', connectorId: 'fake' } }
  for (const authorization of [ana.token, `Bearer ${ana.token}`]) {
    const answer = await harness.call('POST', '/api/ucl/connectorAuth', {
      headers: { origin: appOrigin, authorization },
      body,
    })
    assert.equal(answer.status, 200)
  }
  const ben = await harness.page('ben')
  const asBen = { origin: appOrigin, authorization: ben.token }
  const none = await harness.call('POST', '/api/ucl/connectorAuth', { headers: asBen, body })
  assert.equal(none.body.reason, 'not_connected')
  const other = { input: { connectorId: 'fake', subject: 'ana' } }
  const mismatch = await harness.call('POST', '/api/ucl/connectorAuth', { headers: asBen, body: other })
  assert.equal(mismatch.body.reason, 'owner_mismatch')
})

test('a page gets no token of a connector that is for the proxy alone', async (t) => {
  const harness = await startHarness(t, { record: () => ({ reach: 'proxy' }), backend: { compat: { fastn: true } } })
  const page = await harness.page('ana')
  await page.connect()
  const answer = await page.post('/ucl/connectorAuth', { input: { connectorId: 'fake' } })
  assert.equal(answer.body.reason, 'proxy_only')
})

test('an API key from a browser, two credentials, and another space are refused', async (t) => {
  const harness = await start(t)
  const ask = async (headers: Record<string, string>) =>
    (await harness.call('POST', '/ucl/connectorAuth', { headers, body: { input: { connectorId: 'fake' } } })).body
      .reason
  assert.equal(await ask({ ...asHost, origin: appOrigin }), 'api_key_in_browser')
  assert.equal(await ask({ authorization: apiKey, origin: appOrigin }), 'api_key_in_browser')
  assert.equal(await ask({ ...asHost, authorization: `Bearer ${apiKey}` }), 'credential_ambiguous')
  assert.equal(await ask({ ...asHost, 'x-fastn-space-id': 'ws2' }), 'not_found')
  assert.equal(await ask({}), 'credential_missing')
})

test('an attempt is pending until the host completes it for the one who came back', async (t) => {
  const harness = await start(t)
  const initiated = await harness.call('POST', '/api/connections/initiate', {
    headers: asHost,
    body: { connector: 'fake', tenant_id: 'acme', redirect_url: returnUrl },
  })
  const { connection_id: id, auth_url: url, status, expires_in: seconds } = initiated.body.body
  assert.deepEqual([status, seconds], ['pending', 600])
  const statusOf = async (body: object) =>
    (await harness.call('POST', '/api/connections/status', { headers: asHost, body })).body
  const parked = await harness.backend.fetch(new Request(await harness.fake.authorize(url)))
  const back = new URL(parked.headers.get('location') ?? '')
  assert.equal(back.origin + back.pathname, returnUrl)
  assert.deepEqual([back.searchParams.get('connected'), back.searchParams.get('session')], ['pending', id])
  assert.equal((await statusOf({ connection_id: id })).body.status, 'pending', 'coming back is not being connected')
  assert.equal((await statusOf({ connector: 'fake', tenant_id: 'acme' })).reason, 'not_connected')
  const complete = (subject: string) =>
    harness.host('POST', `/api/v1/auth-sessions/${id}/complete`, {
      completionCode: back.searchParams.get('completion'),
      tenant: 'acme',
      owner: 'shared',
      subject,
    })
  assert.equal((await complete('globex')).status, 404, "another tenant's visitor finishes nothing")
  assert.equal((await complete('acme')).body.status, 'ACTIVE')
  assert.equal((await statusOf({ connection_id: id })).body.status, 'active')
  const standing = (await statusOf({ connector: 'fake', tenant_id: 'acme' })).body
  assert.deepEqual([standing.status, standing.tenant_id, standing.connection_id], ['active', 'acme', 'default'])
})

test('an attempt that nobody is named for, or that returns to a URL that is not registered, does not start', async (t) => {
  const harness = await start(t)
  const initiate = async (body: object) =>
    (await harness.call('POST', '/api/connections/initiate', { headers: asHost, body: { connector: 'fake', ...body } }))
      .body.reason
  assert.equal(await initiate({ redirect_url: returnUrl }), 'invalid_request')
  assert.equal(await initiate({ tenant_id: 'acme', redirect_url: `${returnUrl}/../evil` }), 'invalid_redirect')
})

test('a refused consent shows as failed', async (t) => {
  const harness = await start(t)
  const { body } = await harness.call('POST', '/api/connections/initiate', {
    headers: asHost,
    body: { connector: 'fake', tenant_id: 'acme', redirect_url: returnUrl },
  })
  const callback = await harness.fake.authorize(body.body.auth_url)
  callback.searchParams.delete('code')
  callback.searchParams.set('error', 'access_denied')
  const parked = await harness.backend.fetch(new Request(callback))
  const completionCode = new URL(parked.headers.get('location') ?? '').searchParams.get('completion')
  await harness.host('POST', `/api/v1/auth-sessions/${body.body.connection_id}/complete`, {
    completionCode,
    tenant: 'acme',
    owner: 'shared',
    subject: 'acme',
  })
  const status = await harness.call('POST', '/api/connections/status', {
    headers: asHost,
    body: { connection_id: body.body.connection_id },
  })
  assert.equal(status.body.body.status, 'failed')
  assert.match(status.body.body.error_message, /./)
})

test("a preflight allows the headers of Fastn's clients, but none for an API key", async (t) => {
  const harness = await start(t)
  const { headers } = await harness.call('OPTIONS', '/api/ucl/connectorAuth', {
    headers: { origin: appOrigin, 'access-control-request-method': 'POST' },
  })
  const allowed = headers.get('access-control-allow-headers') ?? ''
  assert.ok(allowed.includes('x-fastn-space-id'))
  assert.ok(!allowed.includes('api-key'))
})

test('each spelling of the credential arrives over a socket, with and without a path in front', async (t) => {
  const harness = await start(t)
  await (await harness.page('ana', { owner: 'shared' })).connect()
  const { port, close } = await listen(harness.backend, { port: 0 })
  t.after(close)
  for (const path of ['/ucl/connectorAuth', '/connector-auth/ucl/connectorAuth'])
    for (const headers of [asHost, { authorization: apiKey }, { authorization: `Bearer ${apiKey}` }]) {
      const body = JSON.stringify({ input: { connectorId: 'fake' } })
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      })
      assert.equal(answer.status, 200, `${path} ${Object.keys(headers)[0]}`)
      assert.ok((await answer.json()).auth.access_token)
    }
})
