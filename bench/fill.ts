/** Fills a new SQLite file with made-up rows, as fast as the disk takes them. */

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { sqliteStore } from '../src/server/index.ts'
import { silentLogger } from '../src/server/logger.ts'
import { createDataKeys } from '../src/server/sealing/data-keys.ts'
import { readKeyRing } from '../src/server/sealing/key-ring.ts'
import { createSealer } from '../src/server/sealing/sealer.ts'
import { tableShapes } from '../src/server/stores/columns.ts'
import { type Row, type Volume, madeUpRows } from './made-up-rows.ts'
import { sealingKey } from './setting.ts'

const rowsPerTransaction = 200_000

/** @returns how many rows were written. */
export async function fillSqlite(file: string, volume: Volume): Promise<number> {
  const store = sqliteStore(file)
  await store.migrate()
  const keys = createDataKeys({ store, ring: readKeyRing([sealingKey]), space: 'default' })
  const database = new DatabaseSync(file)
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1500000; PRAGMA wal_autocheckpoint = 200000')
  const write = writerOf(database)
  let count = 0
  // In pages, as what seals writes its keys through a connection of its own.
  let page: Row[] = []
  for await (const row of madeUpRows(volume, createSealer(keys, 'default', silentLogger))) {
    count += 1
    page.push(row)
    if (page.length < rowsPerTransaction) continue
    write(page)
    page = []
  }
  write(page)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  await store.close()
  return count
}

function writerOf(database: DatabaseSync): (rows: readonly Row[]) => void {
  const statements = new Map<string, StatementSync>()
  for (const [table, { columns }] of tableShapes) {
    const names = columns.map(([name]) => name)
    const values = names.map((name) => `:${name}`)
    statements.set(table, database.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${values.join()})`))
  }
  return (rows) => {
    database.exec('BEGIN')
    for (const { table, row } of rows) statements.get(table)?.run({ ...row })
    database.exec('COMMIT')
  }
}
