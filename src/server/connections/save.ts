/** Stores what an attempt brought: a new connection, or new tokens for one that stands. */

import type { Transaction } from 'kysely'
import type { Account } from '../../protocol/connection.ts'
import { AuthenticationError } from '../../protocol/errors.ts'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import type { CredentialRow, Tables } from '../stores/tables.ts'
import type { Owner } from '../tokens/owner.ts'
import { type ConnectionRow, connectionRows } from './rows.ts'
import { type Keepsake, credentialRow, openToken, sealTokens } from './tokens.ts'

export interface NewGrant {
  readonly owner: Owner
  readonly connectorId: string
  /** '' = a new one. */
  readonly connectionId: string
  /** Whether the id was resolved from there being no connection, not asked for. */
  readonly resolved: boolean
  readonly requested: readonly string[]
  readonly granted: readonly string[]
  readonly account: Account | undefined
  readonly kept: Keepsake
  /** The stored client registration that was used; '' = the connector's own. */
  readonly registration: string
}

export interface Saved {
  readonly connectionId: string
  readonly existing: boolean
  /** Since when it stands; ISO 8601. */
  readonly createdAt: string
}

/** Writes of the caller that belong to the same transaction. */
export type Also = (trx: Transaction<Tables>, saved: Saved) => Promise<void>

/**
 * Stores a grant, in one transaction together with what the caller adds.
 *
 * @param also - Runs in the same transaction with the connection's id.
 * @throws {AuthenticationError} `account_mismatch` when a known connection would change its account; nothing is written.
 */
export async function saveGrant(core: Core, grant: NewGrant, also: Also): Promise<Saved> {
  for (let tries = 0; ; tries += 1) {
    const rows = await connectionRows(core, grant.owner, grant.connectorId)
    const target = chooseRow(rows, grant)
    try {
      return await (target ? renew(core, grant, target, also) : insert(core, grant, rows, also))
    } catch (error) {
      // Another attempt or a refresh wrote in between: look again, what is right may have changed.
      if (!(error instanceof Overtaken) || tries === 4) throw error
    }
  }
}

/** The rows are not any more what they were when the write was chosen; nothing was written. */
class Overtaken extends Error {}

/** Which standing connection the grant belongs to; undefined = a new one. */
function chooseRow(rows: readonly ConnectionRow[], grant: NewGrant): ConnectionRow | undefined {
  const sameAccount = grant.account && rows.find((row) => row.account_id === grant.account?.id)
  // Two attempts that both found nothing took the same id: the later one, of another account, becomes its own connection.
  if (grant.connectionId === '' || grant.resolved) return sameAccount
  const named = rows.find((row) => row.connection_id === grant.connectionId)
  if (!named || named.account_id === '' || named.account_id === grant.account?.id) return named
  const chosen = grant.account ? 'another account was chosen' : 'it could not be found out which account was chosen'
  throw new AuthenticationError(
    'account_mismatch',
    `${named.account_name} is connected, and ${chosen}. Choose the same one, or add the other.`,
  )
}

async function renew(core: Core, grant: NewGrant, row: ConnectionRow, also: Also): Promise<Saved> {
  const old = await credentialRow(core, row.row_id)
  if (!old) throw new Overtaken()
  const place = { rowId: row.row_id, tenant: grant.owner.tenant, generation: Number(old.generation) + 1 }
  const kept = { ...grant.kept, refreshToken: grant.kept.refreshToken || (await stillGood(core, grant, row, old)) }
  const { row_id, ...values } = await sealTokens(core, place, kept)
  const saved = { connectionId: row.connection_id, existing: true, createdAt: timeOf(row.created_at) }
  await core.store.db.transaction().execute(async (trx) => {
    // A refresh that is under way loses its compare-and-swap against the new generation.
    const swapped = await trx
      .updateTable('credential')
      .set(values)
      .where('row_id', '=', row_id)
      .where('generation', '=', old.generation)
      .executeTakeFirst()
    if (swapped.numUpdatedRows === 0n) throw new Overtaken()
    await trx
      .updateTable('connection')
      .set({ ...described(core, grant), status: 'active', reason: '' })
      .where('row_id', '=', row_id)
      .execute()
    await record(core, { event: 'connection.reconnected', ...aboutConnection(row) }, trx)
    await also(trx, saved)
  })
  return saved
}

/**
 * The refresh token that stands, where a grant for the same account and client brought none: some servers give one only
 * at the first consent. One that is bound to a key dies with that key.
 */
async function stillGood(core: Core, grant: NewGrant, row: ConnectionRow, old: CredentialRow): Promise<string> {
  const same = row.account_id !== '' && row.account_id === grant.account?.id && row.registration === grant.registration
  if (!same || row.status !== 'active' || grant.kept.details.proofKey !== undefined) return ''
  return openToken(core, old, row.tenant, 'refresh_token')
}

async function insert(core: Core, grant: NewGrant, rows: readonly ConnectionRow[], also: Also): Promise<Saved> {
  const taken = rows.some((row) => row.connection_id === grant.connectionId)
  const connectionId = grant.connectionId === '' || taken ? randomHex(128) : grant.connectionId
  const rowId = randomHex(128)
  const sealed = await sealTokens(core, { rowId, tenant: grant.owner.tenant, generation: 1 }, grant.kept)
  const now = core.settings.now()
  const saved = { connectionId, existing: false, createdAt: timeOf(now) }
  const values = {
    row_id: rowId,
    space: core.settings.space,
    ...grant.owner,
    connector: grant.connectorId,
    connection_id: connectionId,
    status: 'active',
    reason: '',
    created_at: now,
    ...described(core, grant),
  }
  await core.store.db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('connection')
      .values(values)
      .onConflict((on) => on.doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows !== 1n) throw new Overtaken()
    await trx.insertInto('credential').values(sealed).execute()
    await record(core, { event: 'connection.connected', ...aboutConnection(values) }, trx)
    await also(trx, saved)
  })
  return saved
}

const timeOf = (stored: number | string) => new Date(Number(stored)).toISOString()

function described(core: Core, grant: NewGrant) {
  return {
    account_id: grant.account?.id ?? '',
    account_name: grant.account?.name ?? '',
    scopes_requested: JSON.stringify(grant.requested),
    scopes_granted: JSON.stringify(grant.granted),
    registration: grant.registration,
    updated_at: core.settings.now(),
  }
}
