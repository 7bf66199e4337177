/** Copies a store, as it is at one moment, into lines of text; what is sealed stays sealed. */

import { createHash } from 'node:crypto'
import { type Transaction, sql } from 'kysely'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { type TableShape, tableShapes } from './columns.ts'
import { exportFormat } from './export-format.ts'
import { migrations } from './migrations.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/** How many rows are read at a time. */
const pageSize = 1_000

/**
 * Writes every row of a store. Backends may go on using it: what is written is one moment's state.
 *
 * @param write - Gets whole lines, several at a time, each with its end.
 * @returns how many rows there were.
 * @throws {InvalidRequestError} `store_schema_older` · `store_schema_newer`; nothing was written
 */
export async function exportStore(store: Store, write: (lines: string) => Promise<void>): Promise<number> {
  const schema = await store.version()
  if (schema !== migrations.length) throw otherVersion(schema)
  const hash = createHash('sha256')
  const put = async (values: readonly unknown[]) => {
    const lines = values.map((value) => `${lineOf(value)}\n`).join('')
    hash.update(lines)
    await write(lines)
  }
  await put([{ format: exportFormat, schema }])
  const reading = store.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  const rows = await reading.execute(async (trx) => {
    let count = 0
    for (const [table, shape] of tableShapes)
      for await (const page of pagesOf(trx, table, shape)) {
        count += page.length
        await put(page.map((row) => ({ table, row })))
      }
    return count
  })
  await write(`${lineOf({ rows, sha256: hash.digest('hex') })}\n`)
  return rows
}

/** Readers of lines take these two for the end of one. */
function lineOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

async function* pagesOf(
  trx: Transaction<Tables>,
  table: string,
  { key, columns }: TableShape,
): AsyncGenerator<readonly Record<string, unknown>[]> {
  const keys = sql.join(key.map((name) => sql.ref(name)))
  let after = sql``
  for (;;) {
    const { rows } = await sql<Record<string, unknown>>`
      SELECT ${sql.join(columns.map(([name]) => sql.ref(name)))} FROM ${sql.table(table)}
      ${after} ORDER BY ${keys} LIMIT ${pageSize}`.execute(trx)
    if (rows.length > 0) yield rows
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = sql`WHERE (${keys}) > (${sql.join(key.map((name) => last[name]))})`
  }
}

function otherVersion(version: number): InvalidRequestError {
  if (version > migrations.length)
    return new InvalidRequestError(
      'store_schema_newer',
      `The store has schema version ${version}, this program knows ${migrations.length}. Export with the program that migrated it.`,
    )
  return new InvalidRequestError(
    'store_schema_older',
    `The store has schema version ${version}, this program needs ${migrations.length}. Run connector-auth migrate first.`,
  )
}
