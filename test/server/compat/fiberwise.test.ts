import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { apiKey, appOrigin, startHarness } from '../../support/backend.ts'

const returnUrl = 'https://app.test/settings'
const asCli = { authorization: `Bearer api_${apiKey}` }
const app = '7c9e6679-7425-40de-944b-e07fc1f90ae7'

async function start(t: TestContext) {
  const harness = await startHarness(t, { backend: { compat: { fiberwise: true }, returnUrls: [returnUrl] } })
  const ask = (method: string, path: string, body?: unknown) => harness.call(method, path, { headers: asCli, body })
  /** As a browser goes: to the consent page, and back to the host's page. */
  async function begin(path = `/api/v1/credentials/auth/fake`) {
    const query = new URLSearchParams({ return_to: returnUrl, app_id: app, subject: 'ana' })
    const started = await ask('GET', `${path}?${query}`)
    assert.equal(started.status, 302)
    const parked = await harness.backend.fetch(
      new Request(await harness.fake.authorize(started.headers.get('location') ?? '')),
    )
    return new URL(parked.headers.get('location') ?? '')
  }
  const complete = (back: URL, subject = 'ana') =>
    ask('POST', '/api/v1/credentials/auth/complete', {
      session: back.searchParams.get('session'),
      completion: back.searchParams.get('completion'),
      app_id: app,
      subject,
    })
  return { harness, ask, begin, complete }
}

const of = `app_id=${app}&subject=ana`

for (const path of ['/api/v1/credentials/auth/fake', '/api/v1/credentials/auth/initiate/fake'])
  test(`${path} goes to the consent page, returns as pending, and is connected only after complete`, async (t) => {
    const { ask, begin, complete } = await start(t)
    const back = await begin(path)
    assert.equal(back.origin + back.pathname, returnUrl)
    assert.equal(back.searchParams.get('connected'), 'pending')
    assert.deepEqual([back.searchParams.get('authenticator'), back.searchParams.get('app_id')], ['fake', app])
    assert.deepEqual((await ask('GET', `/api/v1/credentials/oauth/connections?${of}`)).body, [])
    const providers = `/api/v1/apps/${app}/service-providers?${of}`
    assert.equal((await ask('GET', providers)).body[0].connection_status, 'pending')
    assert.equal((await complete(back, 'ben')).status, 404, 'another person finishes nothing')
    const { body } = await complete(back)
    assert.deepEqual([body.success, body.status], [true, 'connected'])
    assert.equal(body.return_to, `${returnUrl}?connected=true&authenticator=fake&app_id=${app}`)
    const [own] = (await ask('GET', `/api/v1/credentials/oauth/connections?${of}`)).body
    assert.deepEqual([own.provider_type, own.app_id, own.status], ['fake', app, 'active'])
    const [listed] = (await ask('GET', providers)).body
    assert.deepEqual(
      [listed.authenticator_id, listed.is_connected, listed.connection_status],
      ['fake', true, 'connected'],
    )
  })

test('one person has one grant with a provider in an app: a second start renews it', async (t) => {
  const { ask, begin, complete } = await start(t)
  await complete(await begin())
  await complete(await begin())
  assert.equal((await ask('GET', `/api/v1/credentials/oauth/connections?${of}`)).body.length, 1)
})

for (const [method, path] of [
  ['DELETE', `/api/v1/credentials/oauth/connections/fake?${of}`],
  ['POST', `/api/v1/apps/${app}/oauth/revoke/fake?${of}`],
] as const)
  test(`${method} ${path.split('?')[0]} revokes at the service`, async (t) => {
    const { harness, ask, begin, complete } = await start(t)
    await complete(await begin())
    assert.deepEqual((await ask(method, path)).body, {
      success: true,
      message: 'OAuth connection revoked successfully',
    })
    assert.ok(harness.fake.requests.some((request) => request.path === '/revoke'))
    assert.deepEqual((await ask('GET', `/api/v1/credentials/oauth/connections?${of}`)).body, [])
    assert.equal((await ask(method, path)).body.reason, 'not_connected')
  })

test('a start without a person, to another return URL, or from a browser with a key does not begin', async (t) => {
  const { harness, ask } = await start(t)
  const path = '/api/v1/credentials/auth/fake'
  const to = encodeURIComponent(returnUrl)
  assert.equal((await ask('GET', `${path}?return_to=${to}`)).body.reason, 'invalid_request')
  const evil = encodeURIComponent('https://evil.test/')
  assert.equal((await ask('GET', `${path}?return_to=${evil}&subject=ana`)).body.reason, 'invalid_redirect')
  const headers = { 'x-api-key': apiKey, origin: appOrigin }
  const fromPage = await harness.call('GET', `${path}?return_to=${to}&subject=ana`, { headers })
  assert.equal(fromPage.body.reason, 'api_key_in_browser')
  const bare = await harness.call('GET', `${path}?return_to=${to}&subject=ana`)
  assert.equal(bare.body.reason, 'credential_missing', 'a link alone starts nothing')
})

test('the key is taken as X-API-Key too, and a page lists its own with a connect token', async (t) => {
  const { harness, begin, complete } = await start(t)
  await complete(await begin())
  const path = `/api/v1/credentials/oauth/connections`
  const asHost = await harness.call('GET', `${path}?${of}`, { headers: { 'x-api-key': apiKey } })
  assert.equal(asHost.body.length, 1)
  const page = await harness.page('ana', { org: app })
  assert.equal((await page.get(path)).body.length, 1)
  assert.deepEqual((await (await harness.page('ben', { org: app })).get(path)).body, [])
})

test('a provider is registered, listed without its secret, used, and deleted', async (t) => {
  const { harness, ask } = await start(t)
  const { issuer, clientId, clientSecret } = harness.fake
  const registered = await ask('POST', '/api/v1/credentials/oauth/register', {
    provider_name: 'Acme CRM',
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uri: 'https://app.test/old',
    token_data: { authorize_url: `${issuer}/authorize`, token_url: `${issuer}/token`, scopes: ['read'] },
    context: { anything: 1 },
  })
  assert.deepEqual(registered.body, {
    success: true,
    provider_id: 'acme-crm',
    message: 'OAuth provider registered successfully',
    redirect_uri: `${appOrigin}/connector-auth/callback/default/acme-crm`,
  })
  const listed = await ask('GET', '/api/v1/oauth/authenticators')
  assert.deepEqual(listed.body.find(({ id }: { id: string }) => id === 'acme-crm').scopes, ['read'])
  assert.ok(!JSON.stringify(listed.body).includes(clientSecret))
  const query = new URLSearchParams({ return_to: returnUrl, subject: 'ana' })
  assert.equal((await ask('GET', `/api/v1/credentials/auth/Acme%20CRM?${query}`)).status, 302)
  assert.equal((await ask('DELETE', '/api/v1/oauth/authenticators/acme-crm')).status, 200)
  assert.equal((await ask('DELETE', '/api/v1/oauth/authenticators/acme-crm')).status, 404)
})

test('an authenticator is added once: the second time it is told that it exists', async (t) => {
  const { ask } = await start(t)
  const body = { name: 'google', authenticator_type: 'google', client_id: 'id', client_secret: 's', scopes: ['openid'] }
  const added = await ask('POST', `/api/v1/oauth/authenticators/${app}`, body)
  assert.deepEqual([added.status, added.body.authenticator_id], [201, 'google'])
  const again = await ask('POST', '/api/v1/oauth/authenticators', { ...body, system_name: 'google', app_id: app })
  assert.deepEqual([again.status, again.body.reason], [409, 'connector_exists'])
  assert.match(again.body.detail, /already/)
})

test('a provider whose endpoints are private addresses is refused', async (t) => {
  const { ask } = await start(t)
  const { status, body } = await ask('POST', '/api/v1/credentials/oauth/register', {
    provider_name: 'inside',
    client_id: 'id',
    client_secret: 'secret',
    token_data: { authorize_url: 'https://10.0.0.1/a', token_url: 'https://10.0.0.1/t', scopes: [] },
  })
  assert.deepEqual([status, body.reason], [400, 'connector_invalid'])
})
