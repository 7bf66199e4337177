/** Ends a connection here first, then at its authorization server. */

import type { Disconnected } from '../../protocol/connection.ts'
import { type Core, requireConnector } from '../core.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import type { Owner } from '../tokens/owner.ts'
import { requireConnection } from './rows.ts'
import { credentialRow, openToken } from './tokens.ts'

/**
 * Deletes a connection with its tokens and revokes them (RFC 7009).
 *
 * @returns What became of the tokens at the authorization server; the connection here is gone in any case.
 * @throws {AuthenticationError} `not_connected`
 */
export async function disconnect(
  core: Core,
  owner: Owner,
  connectorId: string,
  connectionId?: string,
): Promise<Disconnected> {
  const connection = await requireConnection(core, owner, connectorId, connectionId)
  const row = await credentialRow(core, connection.row_id)
  const accessToken = row ? await openToken(core, row, connection.tenant, 'access_token') : ''
  const refreshToken = row ? await openToken(core, row, connection.tenant, 'refresh_token') : ''
  await core.store.db.deleteFrom('connection').where('row_id', '=', connection.row_id).execute()
  const { record, client } = requireConnector(core.settings, connectorId)
  return { revocation: await revokeTokens(core.send, record, client, { accessToken, refreshToken }) }
}
