/** Seals anew what stands under a data key that has a successor. */

import { NetworkError } from '../../protocol/errors.ts'
import type { Store } from '../stores/store.ts'
import type { DataKeys } from './data-keys.ts'
import {
  type SealedRow,
  type SealedTable,
  contextOf,
  erased,
  sealedPages,
  sealedTables,
  swapTexts,
} from './sealed-columns.ts'
import { type Sealer, dataKeyIdOf } from './sealer.ts'

export interface Resealed {
  readonly resealedRows: number
  /** Rows that another writer changed meanwhile: that writer sealed them. */
  readonly overtakenRows: number
  readonly unreadableRows: readonly { readonly table: string; readonly id: string }[]
}

interface Work {
  readonly store: Store
  readonly space: string
  readonly keys: DataKeys
  readonly sealer: Sealer
}

/** A transaction holds an embedded store's only writer: it stays short. */
const batch = 50

type Change = readonly [SealedRow, Readonly<Record<string, string>>]

/** Walks through every sealed row of the space; rows under their tenant's newest key are left alone. */
export async function resealAll(work: Work): Promise<Resealed> {
  let resealedRows = 0
  let overtakenRows = 0
  const unreadableRows: { table: string; id: string }[] = []
  for (const where of sealedTables) {
    for await (const rows of sealedPages(work.store, work.space, where, batch)) {
      const changes: Change[] = []
      for (const row of rows) {
        const texts = await resealed(work, where, row).catch(onlyUnreadable)
        if (!texts) unreadableRows.push({ table: where.table, id: row.id })
        else if (Object.keys(texts).length > 0) changes.push([row, texts])
      }
      const swapped = await swapAll(work.store, where, changes)
      resealedRows += swapped
      overtakenRows += changes.length - swapped
    }
  }
  return { resealedRows, overtakenRows, unreadableRows }
}

/** Everything is sealed before the transaction: sealing may have to read the store itself. */
async function swapAll(store: Store, where: SealedTable, changes: readonly Change[]): Promise<number> {
  if (changes.length === 0) return 0
  return store.db.transaction().execute(async (trx) => {
    let swapped = 0
    for (const [row, texts] of changes) if (await swapTexts(trx, where, row, texts)) swapped += 1
    return swapped
  })
}

/** A store that fails for the moment is no reason to pass a row over. */
function onlyUnreadable(error: unknown): undefined {
  if (!(error instanceof NetworkError)) throw error
}

/** The texts that must change, under the newest key. */
async function resealed(
  { keys, sealer }: Work,
  where: SealedTable,
  row: SealedRow,
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {}
  for (const [column, sealed] of Object.entries(row.texts)) {
    if (sealed === '' || sealed === erased || dataKeyIdOf(sealed) === (await keys.currentId(row.tenant))) continue
    const context = contextOf(where, row, column)
    texts[column] = await sealer.seal(await sealer.open(sealed, row.tenant, context), row.tenant, context)
  }
  return texts
}
