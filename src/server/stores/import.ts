/** Fills an empty store with what another one was exported to: all of it or nothing. */

import { createHash } from 'node:crypto'
import { type Transaction, sql } from 'kysely'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { SchemaError, parse } from '../../protocol/parse.ts'
import type { Schema } from '../../protocol/schema.ts'
import { readKeyRing } from '../sealing/key-ring.ts'
import { unwrap } from '../sealing/data-key-rows.ts'
import { tableShapes } from './columns.ts'
import { end, head, line, rowSchema } from './export-format.ts'
import { migrations } from './migrations.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

export interface ImportOptions {
  /** The keys that sealed the exported store. */
  readonly sealingKeys: readonly string[]
  /** The file's lines, without their ends. */
  readonly lines: AsyncIterable<string>
}

/** A statement has so many values at most; both databases take twice as many. */
const maxValues = 15_000

/**
 * Reads what {@link exportStore} wrote into a new store, which is migrated first.
 *
 * @returns how many rows there are now.
 * @throws {InvalidRequestError} `store_not_empty` · `store_file_invalid` (another version, damaged, cut off)
 * @throws {NetworkError} `key_unavailable` where the sealing keys are not the exported store's
 */
export async function importStore(store: Store, options: ImportOptions): Promise<number> {
  const ring = readKeyRing(options.sealingKeys)
  await store.migrate()
  // Said to be what it is anyway: a transaction with settings is not tried again, and the lines can be read once only.
  const once = store.db.transaction().setIsolationLevel('read committed')
  return once.execute(async (trx) => {
    await refuseRows(trx)
    const rows = await readLines(trx, options.lines)
    // Each data key is unwrapped by the ring: what does not open now would not open later.
    for (const row of await trx.selectFrom('data_key').selectAll().execute()) await unwrap(ring, row)
    return rows
  })
}

async function refuseRows(trx: Transaction<Tables>): Promise<void> {
  for (const table of tableShapes.keys()) {
    const { rows } = await sql`SELECT 1 FROM ${sql.table(table)} LIMIT 1`.execute(trx)
    if (rows.length > 0)
      throw new InvalidRequestError(
        'store_not_empty',
        `The store has rows in ${table}. Import into a new database, before a backend has started on it.`,
      )
  }
}

async function readLines(trx: Transaction<Tables>, lines: AsyncIterable<string>): Promise<number> {
  const hash = createHash('sha256')
  const batch = batchInto(trx)
  let number = 0
  let ended: { readonly rows: number; readonly sha256: string } | undefined
  for await (const text of lines) {
    number += 1
    if (ended) throw invalid(`line ${number} follows its end`)
    const value = readJson(text, number)
    if (number === 1) checkHead(value)
    else if (isEnd(value)) ended = fitting(end, value, number)
    else await batch.add(fitting(line, value, number), number)
    if (!ended) hash.update(`${text}\n`)
  }
  await batch.flush()
  if (!ended) throw invalid('its end is missing')
  if (ended.sha256 !== hash.digest('hex') || ended.rows !== batch.count()) throw invalid('its checksum does not fit')
  return batch.count()
}

function readJson(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(`line ${number} is no JSON`)
  }
}

function checkHead(value: unknown): void {
  const { schema } = fitting(head, value, 1)
  if (schema === migrations.length) return
  throw invalid(`it has schema version ${schema}, this program ${migrations.length}`)
}

const isEnd = (value: unknown) => typeof value === 'object' && value !== null && Object.hasOwn(value, 'sha256')

function fitting<T>(schema: Schema<T>, value: unknown, number: number): T {
  try {
    return parse(schema, value)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw invalid(`line ${number} does not fit (${error.path || 'the whole'})`)
  }
}

/** Collects rows of one table, and writes many in one statement. */
function batchInto(trx: Transaction<Tables>) {
  const shapes = new Map(
    [...tableShapes].map(([table, { columns }]) => [table, { columns, schema: rowSchema(columns) }]),
  )
  let rows: Readonly<Record<string, string | number>>[] = []
  let into = ''
  let count = 0
  const flush = async () => {
    const shape = shapes.get(into)
    if (!shape || rows.length === 0) return
    const names = shape.columns.map(([name]) => name)
    const values = rows.map((row) => sql`(${sql.join(names.map((name) => row[name]))})`)
    rows = []
    await sql`INSERT INTO ${sql.table(into)} (${sql.join(names.map((name) => sql.ref(name)))})
      VALUES ${sql.join(values)}`.execute(trx)
  }
  return {
    count: () => count,
    flush,
    async add(given: { readonly table: string; readonly row: unknown }, number: number) {
      const shape = shapes.get(given.table)
      if (!shape) throw invalid(`line ${number} is of an unknown table`)
      if (given.table !== into || (rows.length + 1) * shape.columns.length > maxValues) await flush()
      into = given.table
      rows.push(fitting(shape.schema, given.row, number))
      count += 1
    },
  }
}

function invalid(why: string): InvalidRequestError {
  return new InvalidRequestError('store_file_invalid', `The file cannot be imported: ${why}. Nothing was written.`)
}
