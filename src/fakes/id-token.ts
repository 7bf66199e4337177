/** Signs ID Tokens, as an OpenID provider does. */

import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { Family } from './families.ts'
import type { Fake } from './fake.ts'
import { build } from './json-path.ts'
import { fillUrl } from './template.ts'

interface Keys {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

/** Made once for the process, and only where it is wanted: an RSA key takes a while. */
let made: Promise<Keys> | undefined

async function makeKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'fake-id-1', alg: 'RS256', use: 'sig' } }
}

const keys = () => (made ??= makeKeys())

/** The document at `jwks_uri`. */
export async function keySet(): Promise<{ readonly keys: readonly JWK[] }> {
  return { keys: [(await keys()).jwk] }
}

/**
 * Signs the ID Token of a grant; undefined where the service gives none.
 *
 * @see OpenID Connect Core §2, §3.1.3.6
 */
export async function idToken(fake: Fake, family: Family): Promise<string | undefined> {
  const { issuer, identity } = fake.says
  if (issuer === null || !(identity?.from === 'id_token' || family.scopes.includes('openid'))) return undefined
  const account =
    identity?.from === 'id_token'
      ? build([
          [identity.name, family.account.name],
          [identity.id, family.account.id],
        ])
      : {}
  const claims = { sub: family.account.id, ...(typeof account === 'object' ? account : {}) }
  const { privateKey } = await keys()
  return new SignJWT({ ...claims, ...(family.nonce ? { nonce: family.nonce } : {}) })
    .setProtectedHeader({ alg: 'RS256', kid: 'fake-id-1' })
    .setIssuer(fillUrl(issuer, fake.known))
    .setAudience(fake.client.client.clientId)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(privateKey)
}
