/** Ends a connection here first, then at its authorization server. */

import type { Disconnected } from '../../protocol/connection.ts'
import { ConnectorAuthError } from '../../protocol/errors.ts'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import type { Owner } from '../tokens/owner.ts'
import type { CredentialRow } from '../stores/tables.ts'
import { type QueuedRevocation, prepareRevocation, tryRevocation } from './revocations.ts'
import { type ConnectionRow, requireConnection } from './rows.ts'
import { credentialRow, openDetails, openToken } from './tokens.ts'

/**
 * Deletes a connection with its tokens and revokes them (RFC 7009). In the same transaction the revocation is queued:
 * neither a crash nor a server that is down loses it.
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
  for (;;) {
    const removed = await remove(core, connection)
    if (removed === 'overtaken') continue
    core.minted.delete(connection.row_id)
    return { revocation: removed ? await tryRevocation(core, removed.id) : 'unsupported' }
  }
}

/** undefined: there was nothing to revoke; `overtaken`: a refresh has written meanwhile, its tokens are the ones to end. */
async function remove(core: Core, connection: ConnectionRow): Promise<QueuedRevocation | undefined | 'overtaken'> {
  const row = await credentialRow(core, connection.row_id)
  const queued = row && (await revocationOf(core, connection, row))
  return core.store.db.transaction().execute(async (trx) => {
    if (row) {
      const gone = await trx
        .deleteFrom('credential')
        .where('row_id', '=', connection.row_id)
        .where('generation', '=', row.generation)
        .executeTakeFirst()
      if (gone.numDeletedRows === 0n) return 'overtaken'
    }
    await trx.deleteFrom('connection').where('row_id', '=', connection.row_id).execute()
    await queued?.write(trx)
    await record(core, { event: 'connection.disconnected', ...aboutConnection(connection) }, trx)
    return queued
  })
}

/** Credentials that were typed have no token to revoke; those that do not open any more cannot be. */
async function revocationOf(
  core: Core,
  connection: ConnectionRow,
  row: CredentialRow,
): Promise<QueuedRevocation | undefined> {
  try {
    const accessToken = await openToken(core, row, connection.tenant, 'access_token')
    const refreshToken = await openToken(core, row, connection.tenant, 'refresh_token')
    if (!accessToken && !refreshToken) return undefined
    const details = await openDetails(core, row, connection.tenant)
    return await prepareRevocation(core, connection, { accessToken, refreshToken, details })
  } catch (error) {
    // What cannot be opened for the moment can be, later: ending it without its revocation would lose the wish.
    if (!(error instanceof ConnectorAuthError) || error.reason !== 'decrypt_failed') throw error
    core.settings.logger.error('tokens could not be opened for revocation', { connector: connection.connector, error })
    return undefined
  }
}
