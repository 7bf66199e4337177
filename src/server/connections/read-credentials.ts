/** Gives a valid access token, refreshed where it must be. */

import { AuthenticationError, ConnectorAuthError } from '../../protocol/errors.ts'
import type { Credentials } from '../../protocol/credentials.ts'
import type { Core } from '../core.ts'
import type { Owner } from '../tokens/owner.ts'
import { needsReconnect, refresh } from './refresh.ts'
import { type ConnectionRow, requireConnection } from './rows.ts'
import { type CredentialRow, credentialRow, openToken } from './tokens.ts'

export interface CredentialsRequest {
  readonly owner: Owner
  readonly connectorId: string
  readonly connectionId?: string | undefined
  /** Scopes that the token must have. */
  readonly scopes?: readonly string[] | undefined
  readonly forceRefresh?: boolean | undefined
  /** The only scopes that the asker may hold; absent: any. */
  readonly limit?: readonly string[] | undefined
}

/** A token that ends sooner than this is refreshed first: it must survive the caller's own request. */
const leewayMs = 30_000

/**
 * Reads credentials; a refresh that fails for the moment does not take a token away that is still valid.
 *
 * @throws {AuthenticationError} `not_connected` · `needs_reconnect` · `scope_not_granted`
 * @throws {ConnectorAuthError} of a refresh that was needed and failed
 */
export async function readCredentials(core: Core, request: CredentialsRequest): Promise<Credentials> {
  const { owner, connectorId, connectionId } = request
  const before = await requireConnection(core, owner, connectorId, connectionId)
  const stored = await credentialRow(core, before.row_id)
  if (!stored) throw new AuthenticationError('not_connected', 'The connection was ended.')
  const row = await fresh(core, before, stored, request.forceRefresh === true)
  // A refresh may have told other scopes.
  const connection = row === stored ? before : await requireConnection(core, owner, connectorId, before.connection_id)
  return {
    connectionId: connection.connection_id,
    accessToken: await openToken(core, row, connection.tenant, 'access_token'),
    tokenType: row.token_type,
    expiresInSeconds: Number(row.expires_at) === 0 ? null : Math.max(0, Math.floor(msLeft(core, row) / 1_000)),
    scopes: checkScopes(core, connection, request),
    extra: {},
  }
}

/** The scopes of the connection, which must have what is asked and no more than the connect token's limit. */
function checkScopes(
  core: Core,
  connection: ConnectionRow,
  { scopes = [], limit }: CredentialsRequest,
): readonly string[] {
  const granted: readonly string[] = JSON.parse(connection.scopes_granted)
  const missing = scopes.filter((scope) => !granted.includes(scope))
  if (missing.length > 0) {
    throw new AuthenticationError(
      'scope_not_granted',
      `The connection was not granted ${missing.join(', ')}. Connect again and ask for it.`,
    )
  }
  const always = core.settings.connectors.get(connection.connector)?.authorize.scope?.required ?? []
  const beyond = limit ? granted.filter((scope) => !limit.includes(scope) && !always.includes(scope)) : []
  if (beyond.length > 0) {
    throw new AuthenticationError(
      'scope_beyond_token',
      `The connection has ${beyond.join(', ')}, which the connect token does not allow.`,
    )
  }
  return granted
}

async function fresh(
  core: Core,
  connection: ConnectionRow,
  row: CredentialRow,
  force: boolean,
): Promise<CredentialRow> {
  const left = msLeft(core, row)
  const usable = !force && left > 0
  if (connection.status === 'needs_reconnect') {
    if (usable && left < Infinity) return row
    throw needsReconnect(connection)
  }
  if (usable && (left > leewayMs || refreshedElsewhere(core, row))) return row
  if (row.refresh_token === '') return withoutRefreshToken(core, connection, row, force)
  try {
    return await refresh(core, connection, row)
  } catch (error) {
    if (!usable || !(error instanceof ConnectorAuthError)) throw error
    const { reason } = error
    core.settings.logger.warn('refresh failed, the token is still valid', { connector: connection.connector, reason })
    return row
  }
}

/** Another process is at it, or died at it: while the token is valid there is nothing to wait for. */
function refreshedElsewhere(core: Core, row: CredentialRow): boolean {
  return row.lease_owner !== '' && !core.refreshes.has(row.row_id)
}

/** A token that cannot be renewed is served to its end; then only the person can help. */
async function withoutRefreshToken(
  core: Core,
  connection: ConnectionRow,
  row: CredentialRow,
  force: boolean,
): Promise<CredentialRow> {
  if (msLeft(core, row) > 0 && !force) return row
  if (msLeft(core, row) <= 0) {
    await core.store.db
      .updateTable('connection')
      .set({ status: 'needs_reconnect', reason: 'expired_without_refresh_token', updated_at: core.settings.now() })
      .where('row_id', '=', connection.row_id)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('credential')
            .select('row_id')
            .where('row_id', '=', row.row_id)
            .where('generation', '=', row.generation),
        ),
      )
      .execute()
  }
  throw needsReconnect(connection)
}

/** Milliseconds until the token ends; unknown counts as long. */
function msLeft(core: Core, row: CredentialRow): number {
  return Number(row.expires_at) === 0 ? Infinity : Number(row.expires_at) - core.settings.now()
}
