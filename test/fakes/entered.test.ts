import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeService, QuirkName } from '../../src/fakes/index.ts'
import { type Fields, call, form, post, reasons, startQuirk } from './drive.ts'

function verifyUrl({ record }: FakeService): string {
  return 'verify' in record && record.verify ? record.verify.url : ''
}

const json = { 'content-type': 'application/json' }

/** A right request of each service for a secret, which may be wrong. */
const checks: readonly (readonly [QuirkName, (service: FakeService, secret: string) => Promise<Response>, string])[] = [
  ['api_key_header', (service, key) => fetch(verifyUrl(service), { headers: { 'x-api-key': key } }), 'apiKey'],
  ['api_key_query', (service, key) => fetch(`${verifyUrl(service)}?api_key=${form(key)}`), 'apiKey'],
  [
    'api_key_in_path',
    (service, key) => fetch(verifyUrl(service).replace('{apiKey}', key), header('x-api-key', key)),
    'apiKey',
  ],
  [
    'bearer_verified',
    (service, token) => fetch(verifyUrl(service), header('authorization', `Bearer ${token}`)),
    'token',
  ],
  [
    'basic',
    (service, password) =>
      fetch(
        verifyUrl(service),
        header('authorization', `Basic ${Buffer.from(`${service.values['username']}:${password}`).toString('base64')}`),
      ),
    'password',
  ],
  [
    'verify_post',
    (service, key) =>
      fetch(verifyUrl(service), {
        method: 'POST',
        headers: { ...json, authorization: key },
        body: '{"query": "{ viewer { id email } }"}',
      }),
    'apiKey',
  ],
  [
    'verify_headers',
    (service, token) =>
      fetch(verifyUrl(service), {
        headers: { authorization: `Bearer ${token}`, 'x-version': '2026-01-01', 'x-token': token },
      }),
    'token',
  ],
]

const header = (name: string, value: string) => ({ headers: { [name]: value } })

for (const [name, check, secret] of checks)
  test(`right values are told from wrong ones, and neither is a fault: ${name}`, async (t) => {
    const service = await startQuirk(t, name)
    const right = service.values[secret] ?? ''
    const answer = await check(service, right)
    assert.equal(answer.status, 200, reasons(service))
    assert.match(await answer.text(), /ana@fake\.example/)
    const wrong = await check(service, right.replace(/.$/, right.endsWith('x') ? 'y' : 'x'))
    assert.equal(wrong.status, 401)
    assert.match(await wrong.text(), /These credentials are not right/)
    assert.deepEqual(service.faults, [])
  })

const refused: readonly (readonly [QuirkName, (service: FakeService) => Promise<Response>, RegExp])[] = [
  ['api_key_header', (service) => fetch(verifyUrl(service)), /x-api-key is missing/],
  ['api_key_query', (service) => fetch(verifyUrl(service)), /api_key is missing/],
  [
    'api_key_query',
    (service) => fetch(`${verifyUrl(service)}?api_key=x`, header('authorization', 'Bearer x')),
    /authorization must not be sent/,
  ],
  ['api_key_header', (service) => fetch(`${verifyUrl(service)}?x=1`, header('x-api-key', 'k')), /x is not a parameter/],
  ['verify_headers', (service) => fetch(verifyUrl(service), header('authorization', 'Bearer t')), /x-token is missing/],
  [
    'verify_headers',
    (service) =>
      fetch(verifyUrl(service).replace('?full=1', ''), {
        headers: { authorization: 'Bearer t', 'x-version': '2026-01-01', 'x-token': 't' },
      }),
    /the query must have full/,
  ],
  [
    'verify_headers',
    (service) => fetch(verifyUrl(service), { headers: { authorization: 'Bearer t', 'x-token': 't' } }),
    /the header x-version is missing or wrong/,
  ],
  [
    'bearer_verified',
    (service) => fetch(verifyUrl(service), { headers: { authorization: 'Bearer t', cookie: 'a=1' } }),
    /cookie must not be sent/,
  ],
]

for (const [name, send, reason] of refused)
  test(`a wrong way to verify is a fault: ${name} ${reason}`, async (t) => {
    const service = await startQuirk(t, name)
    assert.equal((await send(service)).status, 400)
    assert.match(reasons(service), reason)
  })

test('a service may answer 200 to everything, or something else than 200 to what is right', async (t) => {
  const path = await startQuirk(t, 'verify_path')
  const right = await call(verifyUrl(path), header('authorization', `Bearer ${path.values['token']}`))
  const wrong = await call(verifyUrl(path), header('authorization', 'Bearer other'))
  assert.deepEqual([right.status, right.body.user.active], [200, true])
  assert.deepEqual([wrong.status, wrong.body.user], [200, undefined])
  const status = await startQuirk(t, 'verify_status')
  assert.equal((await call(verifyUrl(status), header('authorization', `Bearer ${status.values['token']}`))).status, 404)
})

const tokenUrl = ({ record }: FakeService) => ('token' in record ? (record.token.url ?? '') : '')

const clientHeader = (id = '', secret = ''): Fields => ({
  authorization: `Basic ${Buffer.from(`${form(id)}:${form(secret)}`).toString('base64')}`,
})

test('a service account gets a token for its scope, at its own address', async (t) => {
  const service = await startQuirk(t, 'client_credentials_scope')
  const { clientId = '', clientSecret = '', tenantId = '' } = service.values
  const url = tokenUrl(service).replace('{tenantId}', tenantId)
  const fields = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://api.service.example/.default',
  }
  const answer = await post(url, fields)
  assert.match(answer.body.access_token, /^fake-at-/)
  assert.equal(answer.body.refresh_token, undefined)
  assert.equal((await post(url, { ...fields, client_secret: 'other' })).body.error, 'invalid_client')
  assert.deepEqual(service.faults, [], 'a secret that a person typed wrongly is no fault')
  const { scope: _, ...without } = fields
  assert.equal((await post(url, without)).status, 400)
  assert.equal((await post(tokenUrl(service), fields)).status, 404)
  assert.match(reasons(service), /scope is missing; nothing is at POST/)
})

test('a typed client is checked at the token endpoint; the wrong place for its secret is a fault', async (t) => {
  const service = await startQuirk(t, 'client_credentials_typed')
  const { clientId = '', clientSecret = '' } = service.values
  const fields = { grant_type: 'client_credentials' }
  assert.equal((await post(tokenUrl(service), fields, clientHeader(clientId, clientSecret))).status, 200)
  assert.equal((await post(tokenUrl(service), fields, clientHeader(clientId, 'other'))).status, 401)
  assert.deepEqual(service.faults, [])
  const body = { ...fields, client_id: clientId, client_secret: clientSecret }
  assert.equal((await post(tokenUrl(service), body)).status, 401)
  assert.match(reasons(service), /client authentication is Basic/)
})

test('a login is answered with a token, in its own form only', async (t) => {
  const service = await startQuirk(t, 'two_step')
  const { username: user = '', password: pass = '' } = service.values
  const login = (body: object) => call(tokenUrl(service), { method: 'POST', headers: json, body: JSON.stringify(body) })
  assert.match((await login({ user, pass })).body.access_token, /^fake-at-/)
  assert.equal((await login({ user, pass: 'other' })).status, 401)
  assert.deepEqual(service.faults, [])
  assert.equal((await login({ user })).status, 400)
  assert.equal((await login({ user, pass, grant_type: 'password' })).status, 400)
  assert.equal((await post(tokenUrl(service), { user, pass })).status, 400)
  assert.match(reasons(service), /pass is missing; grant_type is not a parameter here; the body is JSON/)
})

test('a login may be a GET with headers, or tell its error with 200', async (t) => {
  const get = await startQuirk(t, 'two_step_get')
  const { username = '', password = '' } = get.values
  const answer = await call(tokenUrl(get), { headers: { 'x-user': username, 'x-password': password } })
  assert.match(answer.body.session.token, /^fake-at-/)
  assert.ok(Date.parse(answer.body.session.until) > Date.now())
  assert.equal((await call(tokenUrl(get), { headers: { 'x-user': username, 'x-password': 'other' } })).status, 401)
  const hiding = await startQuirk(t, 'two_step_error_in_200')
  const wrong = await post(tokenUrl(hiding), { login: 'ana', secret: 'other' })
  assert.deepEqual([wrong.status, wrong.body.error.code], [200, 'invalid_credentials'])
})

test('a login may come with a refresh token, which has an endpoint of its own', async (t) => {
  const service = await startQuirk(t, 'two_step_refresh')
  const { username: user, password: pass } = service.values
  const send = (url: string, body: object) => call(url, { method: 'POST', headers: json, body: JSON.stringify(body) })
  const { refresh_token } = (await send(tokenUrl(service), { user, pass })).body
  const url = 'refresh' in service.record ? (service.record.refresh?.url ?? '') : ''
  const fields = { grant_type: 'refresh_token', refresh_token }
  assert.match((await send(url, fields)).body.refresh_token, /^fake-rt-/)
  assert.deepEqual(service.faults, [])
})
