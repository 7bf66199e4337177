import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QuirkName, type ServiceOptions, startFakeService } from '../../src/fakes/index.ts'
import { authorizing } from '../../src/fakes/quirk.ts'
import { type Changes, authorizationUrl, call, codeOf, oauthOf, reasons, redirectUri, startQuirk } from './drive.ts'

const right: readonly (readonly [QuirkName, Changes])[] = [
  ['plain', {}],
  ['plain', { scope: 'read write profile' }],
  ['plain', { prompt: 'login' }],
  ['fixed_parameters', { access_type: 'offline', prompt: 'consent' }],
  ['fixed_parameters', { access_type: 'offline', prompt: 'login consent' }],
  ['force_parameter', { prompt: 'select_account' }],
  ['omitted_parameters', { response_type: undefined }],
  ['scope_comma', { scope: 'read,profile' }],
  ['scope_required', { scope: 'read base' }],
  ['no_scopes', { scope: undefined }],
  ['no_pkce', { code_challenge: undefined, code_challenge_method: undefined }],
  ['id_token_identity', { scope: 'openid email', nonce: 'n' }],
  ['resource', { resource: 'https://api.service.example/mcp' }],
]

for (const [name, changes] of right)
  test(`a right request is granted: ${name} ${JSON.stringify(changes)}`, async (t) => {
    const service = await startQuirk(t, name)
    assert.match(await codeOf(service, changes), /^fake-code-/)
    assert.deepEqual(service.faults, [])
  })

const wrong: readonly (readonly [QuirkName, Changes, RegExp, ServiceOptions?])[] = [
  ['plain', { response_type: 'token' }, /response_type has a wrong value/],
  ['plain', { response_type: undefined }, /response_type is missing/],
  ['plain', { client_id: 'other' }, /client_id has a wrong value/],
  ['plain', { redirect_uri: undefined }, /redirect_uri is missing/],
  ['plain', { redirect_uri: '/callback' }, /redirect_uri is not an absolute URL/],
  ['plain', {}, /redirect_uri is not registered/, { redirectUri: 'https://app.test/other' }],
  ['plain', { state: undefined }, /state is missing/],
  ['plain', { scope: undefined }, /scope is missing/],
  ['plain', { scope: 'read,profile' }, /scope names one that the service does not have/],
  ['plain', { scope: 'read admin' }, /scope names one that the service does not have/],
  ['plain', { code_challenge: undefined }, /code_challenge is missing/],
  ['plain', { code_challenge: 'short' }, /code_challenge is not a SHA-256/],
  ['plain', { code_challenge_method: 'plain' }, /code_challenge_method has a wrong value/],
  ['plain', { prompt: 'none' }, /prompt has a wrong value/],
  ['plain', { audience: 'x' }, /audience is not a parameter here/],
  ['plain', { resource: 'https://api.service.example/mcp' }, /resource is not a parameter here/],
  ['fixed_parameters', { prompt: 'consent' }, /access_type is missing/],
  ['fixed_parameters', { access_type: 'offline' }, /prompt is missing/],
  ['renamed_parameters', {}, /client_id is called client_key here/],
  ['omitted_parameters', {}, /response_type must not be sent/],
  ['scope_comma', { scope: 'read profile' }, /scope names one/],
  ['scope_required', { scope: 'read' }, /scope must name base/],
  ['no_scopes', {}, /scope is not a parameter here/],
  ['no_pkce', {}, /code_challenge is not a parameter here/],
  ['force_parameter', { prompt: 'login' }, /prompt has a wrong value/],
  ['id_token_identity', { scope: 'openid email' }, /nonce is missing/],
  ['resource', {}, /resource must be/],
  ['resource', { resource: 'https://other.example' }, /resource must be/],
  ['par', { scope: 'accounts' }, /is not a parameter here/],
  ['input_in_parameter', { login_hint: 'eve@fake.example', mode: 'live' }, /login_hint has a wrong value/],
]

for (const [name, changes, reason, options] of wrong)
  test(`a wrong request is refused: ${name} ${JSON.stringify(changes)} ${reason}`, async (t) => {
    const service = await startQuirk(t, name, options)
    await assert.rejects(service.authorize(authorizationUrl(service, changes)), /The service refuses .*400/)
    assert.match(reasons(service), reason)
  })

test('a renamed parameter is taken under its own name, and only there', async (t) => {
  const service = await startQuirk(t, 'renamed_parameters')
  const own = { client_id: undefined, state: undefined, scope: undefined, csrf_state: 's', user_scope: 'read profile' }
  const renamed = { ...own, client_key: service.client.clientId }
  const callback = await service.authorize(authorizationUrl(service, renamed))
  assert.equal(callback.searchParams.get('state'), 's')
  assert.deepEqual(service.faults, [])
})

test('a doubled parameter is refused', async (t) => {
  const service = await startQuirk(t, 'plain')
  await assert.rejects(service.authorize(`${authorizationUrl(service)}&state=2`))
  assert.match(reasons(service), /state stands twice/)
})

test('the callback carries the code under its own name, what is to be captured, and who answers', async (t) => {
  const named = await startQuirk(t, 'callback_code_name')
  const callback = await named.authorize(authorizationUrl(named))
  assert.deepEqual([...callback.searchParams.keys()], ['state', 'spapi_oauth_code'])
  assert.equal(`${callback.origin}${callback.pathname}`, redirectUri)
  const captured = await startQuirk(t, 'captured_on_callback')
  const told = (await captured.authorize(authorizationUrl(captured))).searchParams.get('realmId')
  assert.match(told ?? '', /^\d{6,}$/)
  assert.equal(captured.captured['realm'], told)
  const issuer = await startQuirk(t, 'issuer_required')
  const answer = await issuer.authorize(authorizationUrl(issuer))
  assert.equal(answer.searchParams.get('iss'), oauthOf(issuer).issuer)
})

test('a person may say no', async (t) => {
  const service = await startQuirk(t, 'issuer_required')
  const { searchParams } = await service.deny(authorizationUrl(service))
  assert.equal(searchParams.get('error'), 'access_denied')
  assert.equal(searchParams.get('state'), 'state-1')
  assert.equal(searchParams.get('iss'), oauthOf(service).issuer)
  assert.equal(searchParams.has('code'), false)
})

test('a service that reads the fragment takes nothing from the query', async (t) => {
  const service = await startQuirk(t, 'fragment')
  const url = new URL(authorizationUrl(service))
  await assert.rejects(service.authorize(url.href))
  assert.match(reasons(service), /parameters go behind a #/)
  url.hash = url.search.slice(1)
  url.search = ''
  assert.ok((await service.authorize(url.href)).searchParams.has('code'))
})

test('a raw parameter must not be percent-encoded', async (t) => {
  const service = await startQuirk(t, 'raw_parameters')
  const scope = 'https://scopes.example/read:all user:email,name'
  await assert.rejects(service.authorize(authorizationUrl(service, { scope })))
  assert.match(reasons(service), /scope is written as it stands/)
  const rest = authorizationUrl(service, { scope: undefined })
  assert.ok((await service.authorize(`${rest}&scope=${scope.replaceAll(' ', '%20')}`)).searchParams.has('code'))
})

test('a value that was typed stands in the host, and a wrong one leads nowhere', async (t) => {
  const service = await startQuirk(t, 'templated_host')
  const template = oauthOf(service).authorize.url ?? ''
  assert.match(template, /^http:\/\/127\.0\.0\.1:\d+\/h\/\{subdomain\}\.service\.example\/oauth\/authorize$/)
  const url = (subdomain: string) => authorizationUrl(service, { scope: 'read' }).replace('%7Bsubdomain%7D', subdomain)
  await assert.rejects(service.authorize(url('evil')), /404/)
  assert.match(reasons(service), /nothing is at GET \/h\/evil\.service\.example/)
  assert.ok((await service.authorize(url(service.values['subdomain'] ?? ''))).searchParams.has('code'))
})

test('a person may grant less than was asked for', async (t) => {
  const service = await startQuirk(t, 'scope_partly_granted')
  await codeOf(service)
  assert.deepEqual(service.faults, [])
})

test('the answer to response_mode=form_post is a form that a browser posts', async (t) => {
  const { record } = authorizing({ params: { response_mode: 'form_post' } })
  const service = await startFakeService(record)
  t.after(() => service.close())
  const url = authorizationUrl(service, { response_mode: 'form_post' })
  const page = await call(url)
  assert.match(page.body, /<form method="post" action="https:\/\/app\.test\/callback">.*name="code"/)
  assert.ok((await service.authorize(url)).searchParams.has('code'))
})
