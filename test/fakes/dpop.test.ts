import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { FakeService } from '../../src/fakes/index.ts'
import { type Reply, basic, call, codeFields, codeOf, oauthOf, post, reasons, startQuirk } from './drive.ts'

interface Key {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

async function newKey(): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  return { privateKey, jwk: await exportJWK(publicKey) }
}

interface Claims {
  readonly htm: string
  readonly htu: string
  readonly nonce?: string
  readonly ath?: string
  readonly jti?: string
}

function proof({ privateKey, jwk }: Key, claims: Claims, typ = 'dpop+jwt', issuedAt?: number): Promise<string> {
  return new SignJWT({ jti: randomUUID(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ, jwk })
    .setIssuedAt(issuedAt)
    .sign(privateKey)
}

const hash = (text: string) => createHash('sha256').update(text).digest('base64url')

interface Bound {
  readonly service: FakeService
  readonly key: Key
  readonly tokenUrl: string
  readonly nonce: string
  readonly tokens: Reply['body']
}

/** A client that has asked for the nonce and holds bound tokens. */
async function connected(t: TestContext): Promise<Bound> {
  const service = await startQuirk(t, 'dpop')
  const key = await newKey()
  const tokenUrl = oauthOf(service).token.url ?? ''
  const fields = codeFields(await codeOf(service))
  const first = await proof(key, { htm: 'POST', htu: tokenUrl })
  const challenge = await post(tokenUrl, fields, { ...basic(service), dpop: first })
  assert.equal(challenge.body.error, 'use_dpop_nonce')
  const nonce = challenge.headers.get('dpop-nonce') ?? ''
  const second = await proof(key, { htm: 'POST', htu: tokenUrl, nonce })
  const answer = await post(tokenUrl, fields, { ...basic(service), dpop: second })
  assert.equal(answer.body.token_type, 'DPoP', JSON.stringify(answer.body))
  assert.deepEqual(service.faults, [])
  return { service, key, tokenUrl, nonce, tokens: answer.body }
}

test('a token is bound after the nonce was asked for, and taken at the API with its proof', async (t) => {
  const { service, key, nonce, tokens } = await connected(t)
  const url = `${service.record.proxy?.['api']?.origin}/things`
  const get = async (claims: Partial<Claims>, own = key) => {
    const dpop = await proof(own, { htm: 'GET', htu: url, ath: hash(tokens.access_token), nonce, ...claims })
    return call(`${url}?page=2`, { headers: { authorization: `DPoP ${tokens.access_token}`, dpop } })
  }
  assert.equal((await get({})).body.headers.authorization, '[redacted]')
  const challenge = await get({ nonce: 'old' })
  assert.equal(challenge.status, 401)
  assert.match(challenge.headers.get('www-authenticate') ?? '', /use_dpop_nonce/)
  assert.deepEqual(service.faults, [])
  assert.equal((await get({ ath: hash('other') })).status, 401)
  assert.equal((await get({ htu: `${url}?page=2` })).status, 401)
  assert.equal((await get({ htm: 'POST' })).status, 401)
  assert.equal((await get({}, await newKey())).status, 400)
  const bearer = await call(url, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  assert.equal(bearer.status, 400)
  assert.match(reasons(service), /ath is not.*; DPoP: htu is not.*; DPoP: htm is not.*bound to another key/)
})

const wrong: readonly (readonly [string, (bound: Bound) => Promise<string | undefined>, RegExp])[] = [
  ['none at all', async () => undefined, /there is no DPoP proof/],
  ['nonsense', async () => 'x.y.z', /DPoP: /],
  [
    'for another address',
    async ({ key, nonce }) => proof(key, { htm: 'POST', htu: 'https://other.example/token', nonce }),
    /htu is not the address/,
  ],
  [
    'of another type',
    async ({ key, nonce, tokenUrl }) => proof(key, { htm: 'POST', htu: tokenUrl, nonce }, 'jwt'),
    /"typ"/,
  ],
  [
    'that is old',
    async ({ key, nonce, tokenUrl }) =>
      proof(key, { htm: 'POST', htu: tokenUrl, nonce }, 'dpop+jwt', Math.floor(Date.now() / 1_000) - 300),
    /"iat"/,
  ],
  [
    'of another key',
    async ({ nonce, tokenUrl }) => proof(await newKey(), { htm: 'POST', htu: tokenUrl, nonce }),
    /bound to another key/,
  ],
]

for (const [name, make, reason] of wrong)
  test(`a refresh with a proof ${name} is refused`, async (t) => {
    const bound = await connected(t)
    const { service, tokenUrl, tokens } = bound
    const dpop = await make(bound)
    const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    assert.equal((await post(tokenUrl, fields, { ...basic(service), ...(dpop ? { dpop } : {}) })).status, 400)
    assert.match(reasons(service), reason)
  })

test('a proof is used once, and the nonce may change', async (t) => {
  const { service, key, tokenUrl, nonce, tokens } = await connected(t)
  const fields = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  const dpop = await proof(key, { htm: 'POST', htu: tokenUrl, nonce })
  const { body } = await post(tokenUrl, fields, { ...basic(service), dpop })
  assert.match(body.access_token, /^fake-at-/)
  const again = await post(tokenUrl, { ...fields, refresh_token: body.refresh_token }, { ...basic(service), dpop })
  assert.equal(again.body.error, 'invalid_dpop_proof')
  assert.match(reasons(service), /the proof was used before/)
  service.changeNonce()
  const old = await proof(key, { htm: 'POST', htu: tokenUrl, nonce })
  const challenge = await post(
    tokenUrl,
    { ...fields, refresh_token: body.refresh_token },
    { ...basic(service), dpop: old },
  )
  assert.equal(challenge.body.error, 'use_dpop_nonce')
})
