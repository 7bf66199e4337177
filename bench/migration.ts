/** Times migrations on a store with rows: its newest versions are undone first, as far as that can be done. */

import { type Kysely, sql } from 'kysely'
import { migrations } from '../src/server/stores/migrations.ts'
import type { Tables } from '../src/server/stores/tables.ts'
import { type Place, openStore } from './setting.ts'

export interface MigrationTimed {
  readonly from: number
  readonly to: number
  readonly seconds: number
}

export async function timeMigration(place: Place): Promise<MigrationTimed> {
  // Undoing takes as long as doing.
  const store = openStore(place, 3_600)
  let version = migrations.length
  for (let undo = undoOf(version); undo; undo = undoOf(version)) {
    for (const statement of undo) await sql.raw(statement).execute(store.db)
    version -= 1
  }
  await writeVersion(store.db, place, version)
  const began = performance.now()
  const { from, to } = await store.migrate()
  const seconds = (performance.now() - began) / 1_000
  await store.close()
  return { from, to, seconds }
}

/** undefined where a version does more than add columns and indexes. */
function undoOf(version: number): readonly string[] | undefined {
  const statements = migrations[version - 1] ?? []
  const undone: string[] = []
  for (const statement of statements.toReversed()) {
    const [, index] = /^CREATE INDEX (\w+)/.exec(statement) ?? []
    const [, table, column] = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/.exec(statement) ?? []
    if (index) undone.push(`DROP INDEX ${index}`)
    else if (table && column) undone.push(`ALTER TABLE ${table} DROP COLUMN ${column}`)
    else if (!statement.startsWith('UPDATE ')) return undefined
  }
  return undone
}

async function writeVersion(db: Kysely<Tables>, place: Place, version: number): Promise<void> {
  const statement =
    'sqlite' in place ? `PRAGMA user_version = ${version}` : `UPDATE schema_version SET version = ${version}`
  await sql.raw(statement).execute(db)
}
