/** Stores what an attempt brought: a new connection, or new tokens for one that stands. */

import type { Transaction } from 'kysely'
import type { Account } from '../../protocol/connection.ts'
import { AuthenticationError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import type { Tokens } from '../oauth/token-response.ts'
import type { Tables } from '../stores/tables.ts'
import type { Owner } from '../tokens/owner.ts'
import { type ConnectionRow, connectionRows } from './rows.ts'
import { credentialRow, sealTokens } from './tokens.ts'

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
  readonly tokens: Tokens
}

export interface Saved {
  readonly connectionId: string
  readonly existing: boolean
}

/**
 * Stores a grant, in one transaction together with what the caller adds.
 *
 * @param also - Runs in the same transaction with the connection's id.
 * @throws {AuthenticationError} `account_mismatch` when a known connection would change its account; nothing is written.
 */
export async function saveGrant(
  core: Core,
  grant: NewGrant,
  also: (trx: Transaction<Tables>, saved: Saved) => Promise<void>,
): Promise<Saved> {
  const rows = await connectionRows(core, grant.owner, grant.connectorId)
  const target = chooseRow(rows, grant)
  return target ? renew(core, grant, target, also) : insert(core, grant, rows, also)
}

/** Which standing connection the grant belongs to; undefined = a new one. */
function chooseRow(rows: readonly ConnectionRow[], grant: NewGrant): ConnectionRow | undefined {
  const sameAccount = grant.account && rows.find((row) => row.account_id === grant.account?.id)
  if (grant.connectionId === '') return sameAccount
  const named = rows.find((row) => row.connection_id === grant.connectionId)
  if (!named) return grant.resolved ? sameAccount : undefined
  const other = named.account_id !== '' && grant.account !== undefined && named.account_id !== grant.account.id
  if (!other) return named
  // Two attempts both found nothing and took the same id: the later one, with another account, becomes its own connection.
  if (grant.resolved) return sameAccount
  throw new AuthenticationError(
    'account_mismatch',
    `${named.account_name} is connected, and another account was chosen. Choose the same one, or add the other.`,
  )
}

async function renew(
  core: Core,
  grant: NewGrant,
  row: ConnectionRow,
  also: (trx: Transaction<Tables>, saved: Saved) => Promise<void>,
): Promise<Saved> {
  const old = await credentialRow(core, row.row_id)
  const place = { rowId: row.row_id, tenant: grant.owner.tenant, generation: Number(old?.generation ?? 0) + 1 }
  const sealed = await sealTokens(core, place, grant.tokens)
  const saved = { connectionId: row.connection_id, existing: true }
  await core.store.db.transaction().execute(async (trx) => {
    // A refresh that is under way loses its compare-and-swap against the new generation.
    await trx.deleteFrom('credential').where('row_id', '=', row.row_id).execute()
    await trx.insertInto('credential').values(sealed).execute()
    await trx
      .updateTable('connection')
      .set({ ...described(core, grant), status: 'active', reason: '' })
      .where('row_id', '=', row.row_id)
      .execute()
    await also(trx, saved)
  })
  return saved
}

async function insert(
  core: Core,
  grant: NewGrant,
  rows: readonly ConnectionRow[],
  also: (trx: Transaction<Tables>, saved: Saved) => Promise<void>,
): Promise<Saved> {
  const taken = rows.some((row) => row.connection_id === grant.connectionId)
  const connectionId = grant.connectionId === '' || taken ? randomHex(128) : grant.connectionId
  const rowId = randomHex(128)
  const sealed = await sealTokens(core, { rowId, tenant: grant.owner.tenant, generation: 1 }, grant.tokens)
  const saved = { connectionId, existing: false }
  await core.store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('connection')
      .values({
        row_id: rowId,
        space: core.settings.space,
        ...grant.owner,
        connector: grant.connectorId,
        connection_id: connectionId,
        status: 'active',
        reason: '',
        created_at: core.settings.now(),
        ...described(core, grant),
      })
      .execute()
    await trx.insertInto('credential').values(sealed).execute()
    await also(trx, saved)
  })
  return saved
}

function described(core: Core, grant: NewGrant) {
  return {
    account_id: grant.account?.id ?? '',
    account_name: grant.account?.name ?? '',
    scopes_requested: JSON.stringify(grant.requested),
    scopes_granted: JSON.stringify(grant.granted),
    updated_at: core.settings.now(),
  }
}
