/** Gives a connection's credentials: a valid access token, refreshed where it must be, or what was typed. */

import type { AnyCredentials } from '../../protocol/credentials.ts'
import type { ConnectorRecord } from '../../protocol/connector.ts'
import { AuthenticationError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { injectionOf } from '../entered/injection.ts'
import type { Details } from './details.ts'
import { type CredentialsRequest, openConnection, valuesOf } from './open.ts'

/**
 * Reads credentials as the protocol tells them.
 *
 * @param forPage - Whether a page asks, which may see only what the record exposes.
 * @throws {AuthenticationError} `proxy_only`, and as `openConnection`
 */
export async function readCredentials(
  core: Core,
  request: CredentialsRequest,
  forPage: boolean,
): Promise<AnyCredentials> {
  const { connector, connection, details, scopes, token } = await openConnection(core, request)
  const { record } = connector
  if (details.proofKey !== undefined)
    throw new AuthenticationError(
      'proxy_only',
      `Tokens of ${record.name} are bound to a key here. Call its API through the proxy.`,
    )
  const extra = extraOf(record, details, forPage)
  const connectionId = connection.connection_id
  if (!token)
    return { connectionId, values: details.inputs, ...injectionOf(record, valuesOf({ connector, details })), extra }
  const msLeft = token.expiresAt - core.settings.now()
  return {
    connectionId,
    accessToken: token.accessToken,
    tokenType: token.tokenType,
    expiresInSeconds: token.expiresAt === 0 ? null : Math.max(0, Math.floor(msLeft / 1_000)),
    scopes,
    extra,
  }
}

function extraOf(record: ConnectorRecord, { captured }: Details, forPage: boolean): Readonly<Record<string, unknown>> {
  if (!forPage) return captured
  return Object.fromEntries(Object.entries(captured).filter(([name]) => record.capture?.[name]?.expose === 'page'))
}
