/** Finds out which keys the store needs, and proves that what is sealed opens. */

import { NetworkError } from '../../protocol/errors.ts'
import type { Store } from '../stores/store.ts'
import { silentLogger } from '../logger.ts'
import { randomHex } from '../digest.ts'
import { unmarkKey } from './check-ring.ts'
import { createDataKeys } from './data-keys.ts'
import type { SealContext } from './envelope.ts'
import type { KeyRing } from './key-ring.ts'
import {
  type SealedRow,
  type SealedTable,
  contextOf,
  erased,
  sealedPages,
  sealedRows,
  sealedTables,
} from './sealed-columns.ts'
import { type Sealer, createSealer } from './sealer.ts'

export interface VerifyOptions {
  readonly store: Store
  readonly ring: KeyRing
  readonly space: string
  /** Whether every row is opened, not a sample of 100 a table. */
  readonly all?: boolean
}

export interface VerifyReport {
  /** How many data keys each sealing key wraps. */
  readonly wrapping: readonly { readonly id: string; readonly dataKeys: number; readonly inRing: boolean }[]
  readonly openedTexts: number
  readonly failed: readonly { readonly table: string; readonly id: string; readonly column: string }[]
}

const sample = 100

/** Counts data keys by the key that wraps them, and opens rows of every table; nothing is written. */
export async function verifyKeys({ store, ring, space, all = false }: VerifyOptions): Promise<VerifyReport> {
  const sealer = createSealer(createDataKeys({ store, ring, space }), space, silentLogger)
  const failed: { table: string; id: string; column: string }[] = []
  let openedTexts = 0
  for (const where of sealedTables) {
    const pages = all ? sealedPages(store, space, where, sample) : [await sampleOf(store, space, where)]
    for await (const rows of pages) {
      for (const { column, opened, id } of await openAll(sealer, where, rows)) {
        if (opened) openedTexts += 1
        else failed.push({ table: where.table, id, column })
      }
    }
  }
  return { wrapping: await countWrapping(store, ring, space), openedTexts, failed }
}

/** From somewhere among the ids, which are random, so that each sample is another one; the first rows where that is the end. */
async function sampleOf(store: Store, space: string, where: SealedTable): Promise<readonly SealedRow[]> {
  const rows = await sealedRows(store, space, where, { after: randomHex(128), limit: sample })
  return rows.length === sample ? rows : sealedRows(store, space, where, { after: '', limit: sample })
}

async function openAll(sealer: Sealer, where: SealedTable, rows: readonly SealedRow[]) {
  const texts = rows.flatMap((row) => Object.entries(row.texts).map(([column, sealed]) => ({ row, column, sealed })))
  const results: { readonly id: string; readonly column: string; readonly opened: boolean }[] = []
  for (const { row, column, sealed } of texts) {
    if (sealed === '' || sealed === erased) continue
    results.push({ id: row.id, column, opened: await opens(sealer, sealed, row, contextOf(where, row, column)) })
  }
  return results
}

/** A store that fails for the moment proves nothing. */
async function opens(sealer: Sealer, sealed: string, { tenant }: SealedRow, context: SealContext): Promise<boolean> {
  try {
    await sealer.open(sealed, tenant, context)
    return true
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    return false
  }
}

async function countWrapping(store: Store, ring: KeyRing, space: string): Promise<VerifyReport['wrapping']> {
  const rows = await store.db
    .selectFrom('data_key')
    .select((eb) => ['wrapping_key', eb.fn.countAll<number>().as('count')])
    .where('space', '=', space)
    .groupBy('wrapping_key')
    .orderBy('wrapping_key')
    .execute()
  return rows.map(({ wrapping_key: id, count }) => ({ id, dataKeys: Number(count), inRing: Boolean(ring.find(id)) }))
}

/**
 * Forgets a key that wraps nothing any more, in no space of the store.
 *
 * @returns How many data keys it still wraps; where that is not 0, nothing was changed.
 */
export async function retireKey(store: Store, id: string): Promise<number> {
  const { count } = await store.db
    .selectFrom('data_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('wrapping_key', '=', id)
    .executeTakeFirstOrThrow()
  if (Number(count) === 0) await unmarkKey(store, id)
  return Number(count)
}
