/** What a killed process left behind, read while nobody runs: nothing that was acknowledged may be missing, nothing half done. */

import assert from 'node:assert/strict'
import { sql } from 'kysely'
import { type Store, readKeyRing, verifyKeys } from '../../src/server/index.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { createDataKeys } from '../../src/server/sealing/data-keys.ts'
import { createSealer } from '../../src/server/sealing/sealer.ts'

/** A connection, as the store has it. */
export interface Kept {
  readonly connector: string
  readonly subject: string
  readonly status: string
  readonly reason: string
  readonly generation: number
  readonly accessToken: string
}

export interface Evidence {
  readonly connections: readonly Kept[]
  /** Rows of the audit. */
  readonly audited: number
}

const grants = ['connection.connected', 'connection.reconnected', 'connection.refreshed'] as const

/**
 * Reads everything, and checks what must hold whatever happened: the database is whole, every sealed text opens, each
 * connection has its tokens, and each generation of tokens has its row in the audit.
 */
export async function readEvidence(store: Store, sealingKeys: readonly string[]): Promise<Evidence> {
  await checkWhole(store)
  const ring = readKeyRing(sealingKeys)
  const { failed } = await verifyKeys({ store, ring, space: 'default', all: true })
  assert.deepEqual(failed, [], 'every sealed text opens')
  const rows = await store.db
    .selectFrom('connection')
    .leftJoin('credential', 'credential.row_id', 'connection.row_id')
    .selectAll('credential')
    .select(['connection.row_id as row', 'connector', 'tenant', 'subject', 'status', 'reason', 'connection_id'])
    .execute()
  const sealer = createSealer(createDataKeys({ store, ring, space: 'default' }), 'default', silentLogger)
  const audit = await store.db.selectFrom('audit').select(['event', 'connector', 'subject', 'result']).execute()
  const connections: Kept[] = []
  for (const { row, connector, tenant, subject, status, reason, generation, access_token } of rows) {
    assert.ok(generation !== null && access_token !== null, `${connector} of ${subject} has tokens`)
    const brought = audit.filter(
      (one) =>
        one.connector === connector &&
        one.subject === subject &&
        one.result === 'success' &&
        grants.some((event) => event === one.event),
    )
    assert.equal(brought.length, Number(generation), `${connector} of ${subject}: one row in the audit a generation`)
    const context = ['credential', row, 'access_token', Number(generation)]
    const accessToken = await sealer.open(access_token, tenant, context)
    connections.push({ connector, subject, status, reason, generation: Number(generation), accessToken })
  }
  const { count } = await store.db
    .selectFrom('credential')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  assert.equal(Number(count), connections.length, 'no tokens without a connection')
  return { connections, audited: audit.length }
}

/** SQLite alone: PostgreSQL was not killed. Whoever opens the file first after a kill recovers its log. */
async function checkWhole(store: Store): Promise<void> {
  if (store.file === undefined) return
  const { rows } = await sql<{ integrity_check: string }>`SELECT integrity_check FROM pragma_integrity_check`.execute(
    store.db,
  )
  assert.deepEqual(
    rows.map((row) => row.integrity_check),
    ['ok'],
  )
}
