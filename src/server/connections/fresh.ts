/** A stored token that is valid now, refreshed where it must be. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { ConnectorAuthError } from '../../protocol/errors.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import { needsReconnect, needsReconnectEvent, refresh } from './refresh.ts'
import { canRenew } from './renewal.ts'
import type { ConnectionRow } from './rows.ts'
import type { CredentialRow } from './tokens.ts'

/** A token that ends sooner than this is refreshed first, where the record says nothing else: it must survive the caller's own request. */
const marginSeconds = 30

interface Wanted {
  readonly connection: ConnectionRow
  readonly record: ConnectorRecord
  readonly force: boolean
}

/**
 * Gives the row of a valid token; a refresh that fails for the moment does not take a token away that is still valid.
 *
 * @throws {AuthenticationError} `needs_reconnect`
 * @throws {ConnectorAuthError} of a refresh that was needed and failed
 */
export async function freshRow(core: Core, wanted: Wanted, row: CredentialRow): Promise<CredentialRow> {
  const { connection, record, force } = wanted
  const left = msLeft(core, row)
  const usable = !force && left > 0
  if (connection.status === 'needs_reconnect') {
    if (usable && left < Infinity) return row
    throw needsReconnect(connection)
  }
  if (usable && (left > marginOf(record) || refreshedElsewhere(core, row))) return row
  if (!canRenew(core, record, row)) return unrenewable(core, connection, row)
  try {
    return await refresh(core, connection, row)
  } catch (error) {
    if (!usable || !(error instanceof ConnectorAuthError)) throw error
    const { reason } = error
    core.settings.logger.warn('refresh failed, the token is still valid', { connector: connection.connector, reason })
    return row
  }
}

function marginOf(record: ConnectorRecord): number {
  const told = 'refresh' in record ? record.refresh?.marginSeconds : undefined
  return (told ?? marginSeconds) * 1_000
}

/** Another process is at it, or died at it: while the token is valid there is nothing to wait for. */
function refreshedElsewhere(core: Core, row: CredentialRow): boolean {
  return row.lease_owner !== '' && !core.refreshes.has(row.row_id)
}

/** A token that cannot be renewed is served to its end; then only the person can help. */
async function unrenewable(core: Core, connection: ConnectionRow, row: CredentialRow): Promise<CredentialRow> {
  // Nobody can make it newer; while it is valid there is nothing that the person could do better.
  if (msLeft(core, row) > 0) return row
  if (connection.status !== 'needs_reconnect') {
    const reason = 'expired_without_refresh_token'
    await core.store.db.transaction().execute(async (trx) => {
      const marked = await trx
        .updateTable('connection')
        .set({ status: 'needs_reconnect', reason, updated_at: core.settings.now() })
        .where('row_id', '=', connection.row_id)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('credential')
              .select('row_id')
              .where('row_id', '=', row.row_id)
              .where('generation', '=', row.generation),
          ),
        )
        .executeTakeFirst()
      if (marked.numUpdatedRows === 1n) await record(core, needsReconnectEvent(connection, reason), trx)
    })
  }
  throw needsReconnect(connection)
}

/** Milliseconds until the token ends; unknown counts as long. */
function msLeft(core: Core, row: CredentialRow): number {
  return Number(row.expires_at) === 0 ? Infinity : Number(row.expires_at) - core.settings.now()
}
