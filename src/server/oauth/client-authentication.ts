/** Proves to an authorization server which client is calling. */

import { importJWK } from 'jose'
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None, PrivateKeyJwt } from 'oauth4webapi'
import { parse } from '../../protocol/parse.ts'
import { anything, record } from '../../protocol/schema.ts'
import type { Secret } from '../secret.ts'

export interface Client {
  readonly clientId: string
  readonly clientSecret: Secret | undefined
  /** Tried where the server does not know the client by the other one: while a secret is replaced, both are in use. */
  readonly previousSecret?: Secret | undefined
  /** A private JWK as JSON, for `private_key_jwt`. */
  readonly privateKey: Secret | undefined
}

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

/** What is proved to whom. */
export interface Authentication {
  readonly method: ClientAuthMethod
  readonly client: Client
  /** The audience of an assertion: one string, so that no other server can use it (RFC 7523 §3, RFC 9700 §4.5). */
  readonly issuer: string | null
  /** Basic credentials as they are, for servers that never decode them. */
  readonly rawBasic?: boolean | undefined
}

/**
 * Adds client authentication to a request's body and headers.
 *
 * @see RFC 6749 §2.3.1: Basic credentials are form-urlencoded before base64 · RFC 7523 §2.2
 */
export async function authenticateClient(
  { method, client, issuer, rawBasic }: Authentication,
  body: URLSearchParams,
  headers: Headers,
): Promise<void> {
  const secret = client.clientSecret?.reveal() ?? ''
  if (method === 'client_secret_basic' && rawBasic) {
    headers.set('authorization', `Basic ${Buffer.from(`${client.clientId}:${secret}`).toString('base64')}`)
    return
  }
  const authentication = await authenticationOf(method, secret, client)
  await authentication({ issuer: issuer ?? 'https://unused.invalid' }, { client_id: client.clientId }, body, headers)
}

async function authenticationOf(method: ClientAuthMethod, secret: string, client: Client): Promise<ClientAuth> {
  switch (method) {
    case 'client_secret_basic':
      return ClientSecretBasic(secret)
    case 'client_secret_post':
      return ClientSecretPost(secret)
    case 'private_key_jwt':
      return PrivateKeyJwt(await readPrivateKey(client))
    case 'none':
      return None()
  }
}

async function readPrivateKey({ privateKey }: Client) {
  const jwk = parse(record(anything), JSON.parse(privateKey?.reveal() ?? '{}'))
  const key = await importJWK(jwk, typeof jwk['alg'] === 'string' ? jwk['alg'] : 'ES256')
  if (key instanceof Uint8Array) throw new Error('A private key is asymmetric.')
  return typeof jwk['kid'] === 'string' ? { key, kid: jwk['kid'] } : key
}
