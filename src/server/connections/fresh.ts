/** A stored token that is valid now, refreshed where it must be. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { ConnectorAuthError } from '../../protocol/errors.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import type { CredentialRow } from '../stores/tables.ts'
import { needsReconnect, needsReconnectEvent, refresh } from './refresh.ts'
import { canRenew } from './renewal.ts'
import type { ConnectionRow } from './rows.ts'

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
  if (usable && (left > marginOf(record, row) || refreshedElsewhere(core, row))) {
    refreshBehind(core, wanted, row)
    return row
  }
  if (!canRenew(core, record, row)) return unrenewable(core, connection, row)
  try {
    return await refresh(core, connection, row)
  } catch (error) {
    if (!usable || !(error instanceof ConnectorAuthError)) throw error
    stillValid(core, connection, error)
    return row
  }
}

/** Renews a token that will do for now but not for long; whoever asked has it already. */
function refreshBehind(core: Core, { connection, record }: Wanted, row: CredentialRow): void {
  if (msLeft(core, row) > marginOf(record, row) + headStart(row)) return
  if (core.refreshes.has(row.row_id) || row.lease_owner !== '' || !canRenew(core, record, row)) return
  refresh(core, connection, row).catch((error: unknown) => stillValid(core, connection, error))
}

function stillValid(core: Core, { connector }: ConnectionRow, error: unknown): void {
  const told = error instanceof ConnectorAuthError ? { reason: error.reason } : { error }
  core.settings.logger.warn('refresh failed, the token is still valid', { connector, ...told })
}

/** Milliseconds; a token whose receipt or end is unknown counts as long. */
function lifetimeOf(row: CredentialRow): number {
  const known = Number(row.expires_at) > 0 && Number(row.received_at) > 0
  return known ? Math.max(0, Number(row.expires_at) - Number(row.received_at)) : Infinity
}

const longestHeadStartMs = 300_000

/**
 * How long before the margin a token is renewed behind its readers' backs: up to a tenth of its life, another part of it
 * for each connection, so that tokens of one minute are not renewed in one minute.
 */
function headStart(row: CredentialRow): number {
  const most = Math.min(longestHeadStartMs, lifetimeOf(row) / 10)
  // Row ids are random.
  return most * (Number.parseInt(row.row_id.slice(0, 4), 16) / 0x1_0000)
}

/** Milliseconds; a token that does not live long is not renewed for more than half of its life. */
function marginOf(record: ConnectorRecord, row: CredentialRow): number {
  const told = 'refresh' in record ? record.refresh?.marginSeconds : undefined
  return Math.min((told ?? marginSeconds) * 1_000, lifetimeOf(row) / 2)
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
