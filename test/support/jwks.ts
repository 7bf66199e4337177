/** A host's identity provider: a real key set over HTTP, and JWTs under its keys. */

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type CryptoKey, type JWK, SignJWT, exportJWK, generateKeyPair } from 'jose'

export interface KeyServer {
  readonly issuer: string
  readonly jwksUrl: string
  /** How often the key set was fetched. */
  fetched(): number
  /** What else was asked for: nothing should be. */
  readonly others: string[]
  /** Takes the place of the key set's answer. */
  instead: ((response: ServerResponse) => void) | undefined
  /** The public keys that are published. */
  keys: JWK[]
  readonly privateKey: CryptoKey
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  close(): void
}

export const audience = 'connector-auth.test'

/** Starts one with an ES256 key. */
export async function startKeyServer(t: TestContext, alg = 'ES256'): Promise<KeyServer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  let fetched = 0
  const others: string[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.url !== '/jwks') {
      others.push(request.url ?? '')
      return void response.writeHead(404).end()
    }
    fetched += 1
    if (own.instead) return own.instead(response)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: own.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  t.after(close)
  const own: KeyServer = {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    fetched: () => fetched,
    others,
    instead: undefined,
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg, use: 'sig' }],
    privateKey,
    sign: (claims = {}, header = {}) =>
      new SignJWT({ ...claimsOf(issuer), ...claims })
        .setProtectedHeader({ alg, kid: 'k1', ...header })
        .sign(privateKey),
    close,
  }
  return own
}

/** What a valid JWT says. */
export function claimsOf(issuer: string) {
  const now = Math.floor(Date.now() / 1_000)
  return { iss: issuer, aud: audience, sub: 'ana', tenant: 'acme', iat: now, exp: now + 600 }
}
