/** Proves to an authorization server which client is calling. */

import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'oauth4webapi'
import type { Secret } from '../secret.ts'

export interface Client {
  readonly clientId: string
  readonly clientSecret: Secret | undefined
}

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'none'

/**
 * Adds client authentication to a request's body and headers.
 *
 * @see RFC 6749 §2.3.1: Basic credentials are form-urlencoded before base64
 */
export function authenticateClient(
  method: ClientAuthMethod,
  client: Client,
  body: URLSearchParams,
  headers: Headers,
): void {
  const secret = client.clientSecret?.reveal() ?? ''
  // The functions look at the client only; an authorization server's metadata plays no part in these three.
  void authenticationOf(method, secret)(
    { issuer: 'https://unused.invalid' },
    { client_id: client.clientId },
    body,
    headers,
  )
}

function authenticationOf(method: ClientAuthMethod, secret: string): ClientAuth {
  switch (method) {
    case 'client_secret_basic':
      return ClientSecretBasic(secret)
    case 'client_secret_post':
      return ClientSecretPost(secret)
    case 'none':
      return None()
  }
}
