/** Builds the authorization URL: only from the record, the registration and the session, never from a caller's words. */

import type { ConnectorRecord } from '../../protocol/connector.ts'

export interface AuthorizationRequest {
  readonly record: ConnectorRecord
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string
  readonly codeChallenge: string
  readonly nonce: string
  readonly force: boolean
}

/**
 * Makes the URL of an authorization request.
 *
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1 (nonce, prompt)
 */
export function authorizationUrl(request: AuthorizationRequest): string {
  const { authorize } = request.record
  const url = new URL(authorize.url)
  const force = request.force ? (authorize.force ?? { prompt: 'login' }) : {}
  const params = {
    ...authorize.params,
    ...mergePrompt(authorize.params?.['prompt'], force),
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    ...(request.scopes.length > 0 ? { scope: request.scopes.join(authorize.scope?.separator ?? ' ') } : {}),
    ...(authorize.pkce === false ? {} : { code_challenge: request.codeChallenge, code_challenge_method: 'S256' }),
    ...(request.scopes.includes('openid') ? { nonce: request.nonce } : {}),
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url.href
}

/** `prompt` is a list: asking for a new sign-in must not take the record's `consent` away (OpenID Connect Core §3.1.2.1). */
function mergePrompt(
  fixed: string | undefined,
  force: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const wanted = force['prompt']
  return fixed && wanted
    ? { ...force, prompt: [...new Set([...wanted.split(' '), ...fixed.split(' ')])].join(' ') }
    : force
}
