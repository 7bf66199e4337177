/** What an API says of the token it got: the error in `WWW-Authenticate`, as an error of ours. */

import { type ConnectorAuthError, AuthenticationError, InvalidRequestError } from '../protocol/errors.ts'
import { AuthorizationRequiredError } from './authorization-required.ts'

/**
 * Reads the challenge of an answer; undefined where there is none with an error code.
 *
 * @returns `token_rejected` (invalid_token) · `api_request_refused` (invalid_request) · an {@link AuthorizationRequiredError}
 *   with the scopes that are missing: `insufficient_scope`
 * @see RFC 6750 §3 and §3.1
 */
export function bearerErrorOf(connectorId: string, response: Response): ConnectorAuthError | undefined {
  const told = challengeIn(response)
  const why = printable(told.get('error_description') ?? told.get('error') ?? '')
  const details = { statusCode: response.status }
  switch (told.get('error') ?? '') {
    case 'invalid_token':
      return new AuthenticationError(
        'token_rejected',
        `The API of ${connectorId} does not take the token: ${why}`,
        details,
      )
    case 'invalid_request':
      return new InvalidRequestError(
        'api_request_refused',
        `The API of ${connectorId} refuses the request: ${why}`,
        details,
      )
    case 'insufficient_scope': {
      const scopes = scopesIn(told.get('scope') ?? '')
      const of = { connectorId, reason: 'insufficient_scope', ...(scopes.length > 0 && { scopes }) } as const
      return new AuthorizationRequiredError(of, `The API of ${connectorId} needs more scopes: ${why}`, details)
    }
    default:
      return undefined
  }
}

/** What the challenge tells; nothing where there is none. */
function challengeIn({ status, headers }: Response): ReadonlyMap<string, string> {
  const written = status < 400 ? '' : (headers.get('www-authenticate') ?? '')
  return parametersOf(/(?:^|,)\s*(?:Bearer|DPoP)\s+(.*)$/i.exec(written)?.[1] ?? '')
}

const scopesIn = (text: string) => text.split(' ').filter((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(scope))

function parametersOf(challenge: string): ReadonlyMap<string, string> {
  const found = challenge.matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)
  return new Map(
    [...found].map(([, name = '', quoted, plain = '']) => [
      name.toLowerCase(),
      quoted?.replace(/\\(.)/g, '$1') ?? plain,
    ]),
  )
}

const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '').slice(0, 200)
