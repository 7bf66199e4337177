/** Refreshes a connection's tokens: once, whoever and however many ask. */

import { sql } from 'kysely'
import type { ConnectorAuthError } from '../../protocol/errors.ts'
import { AuthenticationError, InvalidResponseError, NetworkError } from '../../protocol/errors.ts'
import { type ConfiguredConnector, type Core, requireConnector } from '../core.ts'
import { randomHex } from '../digest.ts'
import type { EgressAnswer } from '../egress/egress.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { readTokenResponse, rescueRefreshToken } from '../oauth/token-response.ts'
import type { ConnectionRow } from './rows.ts'
import { type CredentialRow, credentialRow, openToken, sealTokens } from './tokens.ts'

/**
 * Gives the connection's row after a refresh: its generation is later than the one that was read.
 *
 * Any number of callers in this process share one call; other processes are kept out by a lease in the row. The call
 * goes on when a caller goes away.
 *
 * @throws {AuthenticationError} `needs_reconnect` (definitive) · `client_registration_refused`
 * @throws {NetworkError} `authorization_server_unavailable` · `refresh_in_progress` (retryable; the connection stays)
 */
export function refresh(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const running = core.refreshes.get(connection.row_id) as Promise<CredentialRow> | undefined
  if (running) return running
  const flight = refreshOnce(core, connection, seen).finally(() => core.refreshes.delete(connection.row_id))
  core.refreshes.set(connection.row_id, flight)
  return flight
}

async function refreshOnce(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const owner = randomHex(128)
  const leased = await takeLease(core, seen, owner)
  if (!leased) return awaitOther(core, connection, seen)
  const connector = requireConnector(core.settings, connection.connector)
  const refreshToken = await openToken(core, seen, connection.tenant, 'refresh_token')
  // A call whose outcome is unknown throws here and keeps its lease: nobody sends the old token again before lease and grace are over.
  const answer = await requestTokens(core.send, connector.record, connector.client, {
    type: 'refresh_token',
    refreshToken,
  })
  const result = readTokenResponse(connector.record, answer)
  switch (result.kind) {
    case 'tokens':
      return store(
        core,
        connection,
        seen,
        { ...result.tokens, refreshToken: result.tokens.refreshToken || refreshToken },
        connector,
      )
    case 'unreadable':
      return keepRescued(core, connection, seen, connector, answer, refreshToken, owner)
    case 'grant_rejected':
      return reject(core, connection, seen, result.error, owner)
    case 'request_refused':
      await releaseLease(core, seen, owner)
      throw new AuthenticationError(
        'client_registration_refused',
        `${connector.record.name} refuses the refresh (${result.error}). Correct the client registration.`,
      )
    case 'unavailable':
      await releaseLease(core, seen, owner)
      throw unavailable(connector, result.status)
  }
}

/** The lease is committed before the refresh token is spent: it also proves that the store can be written. */
async function takeLease(core: Core, seen: CredentialRow, owner: string): Promise<boolean> {
  const { clock, db } = core.store
  const { leaseSeconds, graceSeconds } = core.settings.limits
  const result = await db
    .updateTable('credential')
    .set({ lease_owner: owner, lease_until: sql<number>`${clock} + ${leaseSeconds * 1_000}` })
    .where('row_id', '=', seen.row_id)
    .where('generation', '=', seen.generation)
    .where((eb) =>
      eb.or([eb('lease_owner', '=', ''), eb(sql<number>`lease_until + ${graceSeconds * 1_000}`, '<', clock)]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Only the owner gives a lease back. */
async function releaseLease(core: Core, seen: CredentialRow, owner: string): Promise<void> {
  await core.store.db
    .updateTable('credential')
    .set({ lease_owner: '', lease_until: 0 })
    .where('row_id', '=', seen.row_id)
    .where('lease_owner', '=', owner)
    .execute()
}

/** Another process refreshes: its result is ours. */
async function awaitOther(core: Core, connection: ConnectionRow, seen: CredentialRow): Promise<CredentialRow> {
  const deadline = Date.now() + core.settings.limits.leaseSeconds * 1_000
  while (Date.now() < deadline) {
    const row = await credentialRow(core, seen.row_id)
    if (!row) throw new AuthenticationError('not_connected', 'The connection was ended.')
    if (row.generation !== seen.generation) return row
    if (row.lease_owner === '') break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new NetworkError(
    'refresh_in_progress',
    `${connection.connector} is being refreshed elsewhere. Try again in a moment.`,
    { retryable: true },
  )
}

/** The compare-and-swap is on the generation, not on the lease: a late answer that is the only one still counts. */
async function store(
  core: Core,
  connection: ConnectionRow,
  seen: CredentialRow,
  tokens: {
    accessToken: string
    refreshToken: string
    tokenType: string
    expiresInSeconds: number | undefined
    scopes?: readonly string[] | undefined
  },
  connector: ConfiguredConnector,
): Promise<CredentialRow> {
  const generation = Number(seen.generation) + 1
  const sealed = await sealTokens(core, { rowId: seen.row_id, tenant: connection.tenant, generation }, tokens)
  const swapped = await core.store.db.transaction().execute(async (trx) => {
    const { row_id, ...values } = sealed
    const result = await trx
      .updateTable('credential')
      .set(values)
      .where('row_id', '=', row_id)
      .where('generation', '=', seen.generation)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    const granted = tokens.scopes ? { scopes_granted: JSON.stringify(tokens.scopes) } : {}
    await trx
      .updateTable('connection')
      .set({ ...granted, updated_at: core.settings.now() })
      .where('row_id', '=', row_id)
      .execute()
    return true
  })
  const row = await credentialRow(core, seen.row_id)
  if (row && (swapped || row.generation !== seen.generation)) return row
  // Disconnected meanwhile: what was just granted must not outlive the connection.
  await revokeTokens(core.send, connector.record, connector.client, tokens)
  throw new AuthenticationError('not_connected', 'The connection was ended while it was refreshed.')
}

/** The answer cannot be used, but a new refresh token in it is the only one that lives: keep it, with an access token that counts as expired. */
async function keepRescued(
  core: Core,
  connection: ConnectionRow,
  seen: CredentialRow,
  connector: ConfiguredConnector,
  answer: EgressAnswer,
  oldRefreshToken: string,
  owner: string,
): Promise<never> {
  const rescued = rescueRefreshToken(connector.record, answer)
  if (rescued && rescued !== oldRefreshToken) {
    const accessToken = await openToken(core, seen, connection.tenant, 'access_token')
    const secondsLeft =
      Number(seen.expires_at) === 0
        ? 0
        : Math.max(0, Math.floor((Number(seen.expires_at) - core.settings.now()) / 1_000))
    await store(
      core,
      connection,
      seen,
      { accessToken, refreshToken: rescued, tokenType: seen.token_type, expiresInSeconds: secondsLeft },
      connector,
    )
  } else await releaseLease(core, seen, owner)
  throw new InvalidResponseError(
    'invalid_token_response',
    `${connector.record.name} answered the refresh with something else than a token.`,
  )
}

/** A refusal counts only if nobody else has refreshed meanwhile. */
async function reject(
  core: Core,
  connection: ConnectionRow,
  seen: CredentialRow,
  error: string,
  owner: string,
): Promise<CredentialRow> {
  const row = await credentialRow(core, seen.row_id)
  if (!row) throw new AuthenticationError('not_connected', 'The connection was ended.')
  if (row.generation !== seen.generation) return row
  await core.store.db.transaction().execute(async (trx) => {
    const still = await trx
      .updateTable('credential')
      .set({ lease_owner: '', lease_until: 0 })
      .where('row_id', '=', seen.row_id)
      .where('generation', '=', seen.generation)
      .where('lease_owner', '=', owner)
      .executeTakeFirst()
    if (still.numUpdatedRows === 0n) return
    await trx
      .updateTable('connection')
      .set({ status: 'needs_reconnect', reason: error || 'refresh_rejected', updated_at: core.settings.now() })
      .where('row_id', '=', seen.row_id)
      .execute()
  })
  throw needsReconnect(connection)
}

export function needsReconnect(connection: ConnectionRow): AuthenticationError {
  return new AuthenticationError(
    'needs_reconnect',
    `${connection.connector} must be authorized again. Let the user reconnect.`,
  )
}

function unavailable({ record }: ConfiguredConnector, status: number): ConnectorAuthError {
  return new NetworkError(
    'authorization_server_unavailable',
    `${record.name} answered ${status}. Try again in a moment.`,
    { retryable: true, statusCode: status },
  )
}
