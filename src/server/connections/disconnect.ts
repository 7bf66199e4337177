/** Ends a connection here first, then at its authorization server. */

import type { Disconnected } from '../../protocol/connection.ts'
import { type Core, requireConnector } from '../core.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import type { Owner } from '../tokens/owner.ts'
import { type ConnectionRow, requireConnection } from './rows.ts'
import { type CredentialRow, openToken } from './tokens.ts'

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
  // Deleted and read in one step: a refresh that commits just before is part of it, a later one finds nothing.
  const row = await core.store.db.transaction().execute(async (trx) => {
    const tokens = await trx
      .deleteFrom('credential')
      .where('row_id', '=', connection.row_id)
      .returningAll()
      .executeTakeFirst()
    await trx.deleteFrom('connection').where('row_id', '=', connection.row_id).execute()
    return tokens
  })
  return { revocation: row ? await revoke(core, connection, row) : 'unsupported' }
}

/** The connection is gone already: what fails here is told, not thrown. */
async function revoke(core: Core, connection: ConnectionRow, row: CredentialRow): Promise<Disconnected['revocation']> {
  try {
    const { record, client } = requireConnector(core.settings, connection.connector)
    const accessToken = await openToken(core, row, connection.tenant, 'access_token')
    const refreshToken = await openToken(core, row, connection.tenant, 'refresh_token')
    return await revokeTokens(core.send, record, client, { accessToken, refreshToken })
  } catch (error) {
    core.settings.logger.warn('tokens could not be revoked', { connector: connection.connector, error })
    return 'failed'
  }
}
