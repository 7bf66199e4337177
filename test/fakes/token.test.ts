import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT, importJWK } from 'jose'
import type { FakeService, QuirkName } from '../../src/fakes/index.ts'
import {
  type Fields,
  type Reply,
  basic,
  call,
  changed,
  codeFields,
  codeOf,
  oauthOf,
  post,
  reasons,
  startQuirk,
  tokensOf,
} from './drive.ts'

const tokenUrl = (service: FakeService) => oauthOf(service).token.url ?? ''

const secret = ({ client }: FakeService): Fields => ({
  client_id: client.clientId,
  client_secret: client.clientSecret ?? '',
})

/** What a test of one redemption may spoil. */
interface Attempt {
  readonly fields: Fields
  readonly headers: Fields
}

/** How a right client of each service redeems a code. */
const redeem: Readonly<Record<string, (service: FakeService, attempt: Attempt) => Promise<Reply>>> = {
  form: (service, { fields, headers }) => post(tokenUrl(service), fields, headers),
  json: (service, { fields, headers }) =>
    call(tokenUrl(service), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(fields),
    }),
  query: (service, { fields, headers }) =>
    call(`${tokenUrl(service)}?${new URLSearchParams(fields)}`, { method: 'POST', headers }),
  get: (service, { fields, headers }) => call(`${tokenUrl(service)}?${new URLSearchParams(fields)}`, { headers }),
}

type Way = 'form' | 'json' | 'query' | 'get'

const ways: readonly (readonly [QuirkName, Way, 'basic' | 'raw' | 'body' | 'public', Fields?, Fields?])[] = [
  ['plain', 'form', 'basic'],
  ['basic_raw', 'form', 'raw'],
  ['secret_in_body', 'form', 'body'],
  ['public_client', 'form', 'public'],
  ['token_json_body', 'json', 'body'],
  ['token_get_query', 'get', 'body'],
  ['token_post_query', 'query', 'body'],
  ['token_headers', 'form', 'basic', {}, { 'x-version': '2026-01-01', 'x-client': 'fake.client+1' }],
]

function attemptOf(service: FakeService, code: string, auth: string, more: Fields = {}, headers: Fields = {}): Attempt {
  const own = auth === 'body' ? secret(service) : auth === 'public' ? { client_id: service.client.clientId } : {}
  const header = auth === 'basic' || auth === 'raw' ? basic(service, auth === 'raw') : {}
  return { fields: { ...codeFields(code), ...own, ...more }, headers: { ...header, ...headers } }
}

for (const [name, way, auth, more, headers] of ways) {
  test(`a right redemption is answered: ${name}`, async (t) => {
    const service = await startQuirk(t, name)
    const answer = await redeem[way]?.(service, attemptOf(service, await codeOf(service), auth, more, headers))
    assert.equal(answer?.status, 200, reasons(service))
    assert.deepEqual(service.faults, [])
  })

  for (const other of ways.filter(([, one, by]) => one !== way || by !== auth)) {
    if (name === 'token_headers') continue
    test(`${name} refuses a redemption in the manner of ${other[0]}`, async (t) => {
      const service = await startQuirk(t, name)
      const attempt = attemptOf(service, await codeOf(service), other[2], other[3], other[4])
      const answer = await redeem[other[1]]?.(service, attempt)
      assert.ok(answer && answer.status >= 400, JSON.stringify(answer?.body))
      assert.notEqual(service.faults.length, 0)
    })
  }
}

const spoilt: readonly (readonly [QuirkName, Readonly<Record<string, string | undefined>>, RegExp])[] = [
  ['plain', { grant_type: 'password' }, /grant_type has a wrong value/],
  ['plain', { code: undefined }, /code is missing/],
  ['plain', { code: 'made-up' }, /the code is not good/],
  ['plain', { redirect_uri: 'https://app.test/other' }, /redirect_uri is not the one/],
  ['plain', { redirect_uri: undefined }, /redirect_uri is missing/],
  ['plain', { code_verifier: 'w'.repeat(43) }, /code_verifier does not belong/],
  ['plain', { code_verifier: undefined }, /code_verifier is missing/],
  ['plain', { client_id: 'fake.client+1' }, /client_id is not a parameter here/],
  ['plain', { scope: 'read' }, /scope is not a parameter here/],
  ['token_omitted', {}, /redirect_uri must not be sent/],
  ['token_headers', {}, /the header x-version is missing/],
  ['token_params', {}, /audience is missing/],
  ['resource', {}, /resource must be/],
]

for (const [name, changes, reason] of spoilt)
  test(`a wrong redemption is refused: ${name} ${JSON.stringify(changes)} ${reason}`, async (t) => {
    const service = await startQuirk(t, name)
    const more = name === 'resource' ? { resource: 'https://api.service.example/mcp' } : {}
    const fields = changed(codeFields(await codeOf(service, more)), changes)
    assert.equal((await post(tokenUrl(service), fields, basic(service))).status, 400)
    assert.match(reasons(service), reason)
  })

test('a code is redeemed once', async (t) => {
  const service = await startQuirk(t, 'plain')
  const fields = codeFields(await codeOf(service))
  assert.equal((await post(tokenUrl(service), fields, basic(service))).status, 200)
  assert.equal((await post(tokenUrl(service), fields, basic(service))).body.error, 'invalid_grant')
  assert.match(reasons(service), /was used before/)
})

test('a wrong secret is told from a secret in a wrong form', async (t) => {
  const service = await startQuirk(t, 'plain')
  const header = { authorization: `Basic ${Buffer.from(`${service.client.clientId}:other`).toString('base64')}` }
  assert.equal((await post(tokenUrl(service), codeFields('x'), header)).status, 401)
  assert.equal((await post(tokenUrl(service), codeFields('x'), basic(service, true))).status, 401)
  assert.match(reasons(service), /the client id or secret is not right; Basic must be form-urlencoded here/)
})

test('renamed parameters are taken under their own names only', async (t) => {
  const service = await startQuirk(t, 'token_renamed')
  const fields = { ...codeFields(await codeOf(service)), ...secret(service) }
  assert.equal((await post(tokenUrl(service), fields)).status, 400)
  assert.match(reasons(service), /code is called auth_code here/)
  const own = changed(fields, { code: undefined, client_id: undefined, auth_code: await codeOf(service) })
  assert.equal((await post(tokenUrl(service), { ...own, client_key: service.client.clientId })).status, 200)
})

async function assertion(service: FakeService, claims: { readonly audience: string; readonly jti: string }) {
  const { privateKey, clientId } = service.client
  const key = await importJWK({ ...privateKey }, 'ES256')
  return new SignJWT({ jti: claims.jti })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(claims.audience)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(key)
}

test('an assertion is for the issuer and for one use', async (t) => {
  const service = await startQuirk(t, 'private_key_jwt')
  const { issuer, token } = oauthOf(service)
  const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
  const attempt = async (signed: string) =>
    (await post(tokenUrl(service), { ...codeFields(await codeOf(service)), ...type, client_assertion: signed })).status
  const right = await assertion(service, { audience: issuer ?? '', jti: 'one' })
  assert.equal(await attempt(right), 200)
  assert.deepEqual(service.faults, [])
  assert.equal(await attempt(right), 401)
  assert.equal(await attempt(await assertion(service, { audience: token.url ?? '', jti: 'two' })), 401)
  assert.equal(await attempt('nonsense'), 401)
  assert.equal((await post(tokenUrl(service), codeFields('x'), basic(service))).status, 401)
  assert.match(reasons(service), /used before; .*unexpected "aud"/)
})

const shapes: readonly (readonly [QuirkName, (body: Reply['body']) => void])[] = [
  [
    'nested_token_path',
    (body) => {
      assert.match(body.data.tokens[0].value, /^fake-at-/)
      assert.match(body.data.tokens[1].value, /^fake-rt-/)
      assert.deepEqual([body.data.kind, body.data.scopes, body.data.ttl], ['Bearer', 'read profile', 3_600])
    },
  ],
  [
    'token_path_list',
    (body) => {
      assert.equal(body.authed_bot, undefined)
      assert.match(body.authed_user.access_token, /^fake-at-/)
    },
  ],
  ['answer_scope_separator', (body) => assert.equal(body.scope, 'read,profile')],
  ['expiry_milliseconds', (body) => assert.equal(body.expires_in, 3_600_000)],
  ['expiry_absolute', (body) => assert.ok(Math.abs(body.expires_at - Date.now() / 1_000 - 3_600) < 5)],
  ['expiry_absolute_milliseconds', (body) => assert.ok(Math.abs(body.expiresAt - Date.now() - 3_600_000) < 5_000)],
  ['expiry_date', (body) => assert.ok(Math.abs(Date.parse(body.expires_at) - Date.now() - 3_600_000) < 5_000)],
  ['expiry_missing', (body) => assert.equal('expires_in' in body, false)],
  ['rotation_none', (body) => assert.equal('refresh_token' in body, false)],
  ['token_response_identity', (body) => assert.deepEqual(body.team, { id: 'account-1', name: 'ana@fake.example' })],
  ['captured_region', (body) => assert.match(body.instance.url, /^https:\/\/[a-z0-9-]+\.service\.example$/)],
]

for (const [name, check] of shapes)
  test(`the answer has the shape of ${name}`, async (t) => check(await tokensOf(await startQuirk(t, name))))

test('an answer may be a form', async (t) => {
  const service = await startQuirk(t, 'form_encoded_answer')
  const answer = await post(tokenUrl(service), codeFields(await codeOf(service)), basic(service))
  assert.match(answer.headers.get('content-type') ?? '', /x-www-form-urlencoded/)
  assert.match(new URLSearchParams(answer.body).get('access_token') ?? '', /^fake-at-/)
})

test('an error may hide in a 200, in the words of the service', async (t) => {
  const service = await startQuirk(t, 'error_codes')
  const tokens = await tokensOf(service)
  service.families.revokeAll()
  const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const answer = await post(tokenUrl(service), fields, basic(service))
  assert.equal(answer.status, 200)
  assert.equal(answer.body.failure.code, 'BAD_REFRESH_TOKEN')
  assert.deepEqual(service.faults, [])
})

test('scripted answers come in order: lost, cut, delayed, dripping, garbage, as said', async (t) => {
  const service = await startQuirk(t, 'rotation_never')
  const { refresh_token } = await tokensOf(service)
  const refresh = () => post(tokenUrl(service), { grant_type: 'refresh_token', refresh_token }, basic(service))
  service.script(
    { kind: 'lose' },
    { kind: 'cut' },
    { kind: 'delay', ms: 100 },
    { kind: 'drip', ms: 1 },
    { kind: 'garbage' },
    { kind: 'answer', status: 503, body: '{"error":"later"}' },
  )
  await assert.rejects(refresh())
  await assert.rejects(refresh())
  const start = performance.now()
  assert.equal((await refresh()).status, 200)
  assert.ok(performance.now() - start >= 95)
  assert.match((await refresh()).body.access_token, /^fake-at-/)
  await assert.rejects(refresh(), SyntaxError)
  assert.equal((await refresh()).body.error, 'later')
  assert.equal((await refresh()).status, 200)
})
