/** Which scopes an attempt asks for. */

import type { OAuthConnector } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'

/**
 * The connector's usual scopes, those that the connection has, and those that are asked for, as far as the caller may.
 *
 * @param standing - What the connection was granted before: asking for more must not take it away.
 * @param limit - The only scopes that the caller may ask for; absent: all that the connector offers.
 * @throws {InvalidRequestError} `scope_not_allowed`
 */
export function chooseScopes(
  { authorize, name }: OAuthConnector,
  asked: readonly string[],
  limit: readonly string[] | undefined,
  standing: readonly string[],
): readonly string[] {
  const { default: usual = [], required = [], optional = [] } = authorize.scope ?? {}
  const offered = [...usual, ...required, ...optional]
  const allowed = limit ?? offered
  for (const scope of asked) {
    if (!offered.includes(scope)) throw notAllowed(`${name} does not offer ${scope}`)
    if (!allowed.includes(scope)) throw notAllowed(`the connect token does not allow ${scope}`)
  }
  const kept = standing.filter((scope) => offered.includes(scope))
  return [...new Set([...[...usual, ...kept].filter((scope) => allowed.includes(scope)), ...required, ...asked])]
}

function notAllowed(why: string): InvalidRequestError {
  return new InvalidRequestError('scope_not_allowed', `scopes: ${why}.`)
}
