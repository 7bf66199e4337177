/** Opens a connection: all that a call to its service needs, valid now. */

import type { ClientCredentialsConnector, ConnectorRecord, TwoStepConnector } from '../../protocol/connector.ts'
import { AuthenticationError, ConnectorAuthError } from '../../protocol/errors.ts'
import { type ConfiguredConnector, configuredConnector } from '../connectors/find.ts'
import { scopeRulesOf } from '../connectors/public.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import { withBasic } from '../entered/injection.ts'
import type { Owner } from '../tokens/owner.ts'
import type { CredentialRow } from '../stores/tables.ts'
import type { Details } from './details.ts'
import { freshRow } from './fresh.ts'
import { mintedToken, usualScopes } from './minted.ts'
import { needsReconnect, needsReconnectEvent } from './refresh.ts'
import { type ConnectionRow, coveredBy, grantedScopes, requireConnection, requireOpenRow } from './rows.ts'
import { openDetails, openToken } from './tokens.ts'

export interface CredentialsRequest {
  readonly owner: Owner
  readonly connectorId: string
  readonly connectionId?: string | undefined
  /** Scopes that the token must have. */
  readonly scopes?: readonly string[] | undefined
  readonly forceRefresh?: boolean | undefined
  /** An access token that the service did not take: any other will do, and this one is renewed. */
  readonly refused?: string | undefined
  /** The only scopes that the asker may hold; absent: any. */
  readonly limit?: readonly string[] | undefined
}

/** A connection with all that a call to its service needs, valid now. */
export interface OpenConnection {
  readonly connector: ConfiguredConnector
  readonly connection: ConnectionRow
  readonly details: Details
  readonly scopes: readonly string[]
  /** undefined where what was typed is the credential. */
  readonly token: OpenToken | undefined
}

interface OpenToken {
  readonly accessToken: string
  readonly tokenType: string
  /** Milliseconds since 1970; 0 = unknown. */
  readonly expiresAt: number
}

/** What a record's templates are filled with. */
export function valuesOf({
  connector,
  details,
  token,
}: Pick<OpenConnection, 'connector' | 'details'> & { readonly token?: OpenToken | undefined }) {
  return {
    ...(connector.record.method === 'basic' ? withBasic(details.inputs) : details.inputs),
    ...details.captured,
    ...(connector.client.clientId ? { clientId: connector.client.clientId } : {}),
    ...(token ? { accessToken: token.accessToken } : {}),
  }
}

/** What is asked, and what stands for it. */
interface Found {
  readonly request: CredentialsRequest
  readonly connector: ConfiguredConnector
  readonly connection: ConnectionRow
  readonly row: CredentialRow
}

/**
 * Opens a connection.
 *
 * @throws {AuthenticationError} `not_connected` · `needs_reconnect` · `scope_not_granted` · `scope_beyond_token`
 * @throws {ConnectorAuthError} of a refresh that was needed and failed
 */
export async function openConnection(core: Core, request: CredentialsRequest): Promise<OpenConnection> {
  const row = await requireOpenRow(core, request.owner, request.connectorId, request.connectionId)
  const { added_record: text, added_registration: registration } = row
  const added = text === null ? undefined : { record: text, registration: registration ?? '' }
  const connector = await configuredConnector(core, request.connectorId, row.registration, added)
  const found = { request, connector, connection: row, row }
  const { record } = connector
  switch (record.method) {
    case 'oauth2':
    case 'custom':
      return openStored(core, found)
    case 'client_credentials':
    case 'two_step':
      return openMinted(core, found, { ...connector, record })
    case 'api_key':
    case 'basic':
    case 'bearer':
      return openEntered(core, found)
  }
}

async function openStored(core: Core, { request, connector, connection: before, row: stored }: Found) {
  const { record } = connector
  const accessTokenOf = (row: CredentialRow) => openToken(core, row, before.tenant, 'access_token')
  const refused = request.refused !== undefined && request.refused === (await accessTokenOf(stored))
  const force = request.forceRefresh === true || refused
  const row = await freshRow(core, { connection: before, record, force }, stored)
  // A refresh may have told other scopes.
  const connection =
    row === stored ? before : await requireConnection(core, request.owner, record.id, before.connection_id)
  const details = await openDetails(core, row, connection.tenant)
  const accessToken = await accessTokenOf(row)
  const token = { accessToken, tokenType: row.token_type, expiresAt: Number(row.expires_at) }
  return {
    connector,
    connection,
    details,
    scopes: checkScopes(record, JSON.parse(connection.scopes_granted), request),
    token,
  }
}

async function openMinted(
  core: Core,
  { request, connection, row }: Found,
  connector: ConfiguredConnector<ClientCredentialsConnector | TwoStepConnector>,
): Promise<OpenConnection> {
  if (connection.status === 'needs_reconnect') throw needsReconnect(connection)
  const details = await openDetails(core, row, connection.tenant)
  const { forceRefresh: force = false, refused: unwanted } = request
  const place = { rowId: row.row_id, generation: Number(row.generation), force, unwanted }
  try {
    const token = await mintedToken(core, connector, details.inputs, place)
    // What the token has, not what the connection had when it was made: the record may have changed since.
    const rules = scopeRulesOf(connector.record)
    const scopes = checkScopes(connector.record, grantedScopes(rules, token.scopes, usualScopes(rules)), request)
    return { connector, connection, details: { ...details, captured: token.captured }, scopes, token }
  } catch (error) {
    return refused(core, connection, error)
  }
}

async function openEntered(core: Core, { connector, connection, row }: Found): Promise<OpenConnection> {
  const details = await openDetails(core, row, connection.tenant)
  const accessToken = connector.record.method === 'bearer' ? details.inputs['token'] : undefined
  const token = accessToken === undefined ? undefined : { accessToken, tokenType: 'Bearer', expiresAt: 0 }
  return { connector, connection, details, scopes: [], token }
}

/** Credentials that the service does not take any more need the person; a service that cannot answer does not. */
async function refused(core: Core, connection: ConnectionRow, error: unknown): Promise<never> {
  const definitive = error instanceof ConnectorAuthError && error.reason === 'credentials_rejected' && !error.retryable
  if (!definitive) throw error
  const reason = 'credentials_rejected'
  await core.store.db.transaction().execute(async (trx) => {
    const marked = await trx
      .updateTable('connection')
      .set({ status: 'needs_reconnect', reason, updated_at: core.settings.now() })
      .where('row_id', '=', connection.row_id)
      .where('updated_at', '=', connection.updated_at)
      .executeTakeFirst()
    if (marked.numUpdatedRows === 1n) await record(core, needsReconnectEvent(connection, reason), trx)
  })
  throw needsReconnect(connection)
}

/** The scopes of the connection, which must have what is asked and no more than the connect token's limit. */
function checkScopes(
  record: ConnectorRecord,
  granted: readonly string[],
  { scopes = [], limit }: CredentialsRequest,
): readonly string[] {
  const rules = scopeRulesOf(record)
  const covered = coveredBy(granted, rules)
  const missing = scopes.filter((scope) => !covered.has(scope))
  if (missing.length > 0) {
    throw new AuthenticationError(
      'scope_not_granted',
      `The connection was not granted ${missing.join(', ')}. Connect again and ask for it.`,
    )
  }
  const always = rules?.required ?? []
  const beyond = limit ? granted.filter((scope) => !limit.includes(scope) && !always.includes(scope)) : []
  if (beyond.length > 0) {
    throw new AuthenticationError(
      'scope_beyond_token',
      `The connection has ${beyond.join(', ')}, which the connect token does not allow.`,
    )
  }
  return granted
}
