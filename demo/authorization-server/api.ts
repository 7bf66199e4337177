/** A protected API of the demo service, so that a page can show that its access token works. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { findDemoAccount } from './accounts.ts'
import { sendJson } from './respond.ts'

/** Answers `GET /api/me` with {sub, email, scope} to the holder of a live access token; any origin may ask.
 *
 * @see RFC 6750 §2.1, §3
 */
export async function handleMe(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-expose-headers', 'www-authenticate')
  if (request.method === 'OPTIONS') {
    response.writeHead(204, {
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '600',
    })
    response.end()
    return
  }
  const value = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = value ? await provider.AccessToken.find(value) : undefined
  const account = findDemoAccount(token?.accountId ?? '')
  if (!token || !account) {
    response.setHeader('www-authenticate', value ? 'Bearer error="invalid_token"' : 'Bearer')
    return sendJson(response, 401, { error: 'invalid_token', error_description: 'The access token is not valid.' })
  }
  sendJson(response, 200, { sub: account.id, email: account.email, scope: token.scope ?? '' })
}
