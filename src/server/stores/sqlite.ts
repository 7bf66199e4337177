/** The embedded store: one SQLite file through Node's own driver. */

import { chmodSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { migrations } from './migrations.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/**
 * Opens, or makes, an SQLite file for one backend process.
 *
 * Write-ahead log, and `synchronous=FULL`: what was answered is on the disk. The file is readable by its owner only.
 *
 * @param file - A path, or `:memory:` for a store that ends with the process.
 */
export function sqliteStore(file: string): Store {
  const database = new DatabaseSync(file)
  // The write-ahead log holds the same rows, so it is closed to others too; SQLite gives it the main file's mode.
  if (file !== ':memory:') chmodSync(file, 0o600)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: driverOf(database) }) })
  return {
    db,
    ...(file === ':memory:' ? {} : { file }),
    clock: sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
    migrate: async () => migrate(database),
    isFault: (error) => error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR',
    close: () => db.destroy(),
  }
}

const maxStatements = 500

/** What kysely's SQLite dialect asks of a driver, told in `node:sqlite`. */
function driverOf(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>()
  // Preparing costs more than running; the query layer writes the same few hundred texts over and over.
  const prepared = (text: string) => {
    const known = statements.get(text)
    if (known) return known
    if (statements.size >= maxStatements) statements.clear()
    const statement = database.prepare(text)
    statements.set(text, statement)
    return statement
  }
  return {
    close: () => database.close(),
    prepare(text: string) {
      const statement = prepared(text)
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        // What the query layer writes; Node 22.13 cannot yet ask a statement for its columns.
        reader: /^\s*select\b|\breturning\b/i.test(text),
        all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
        // Rows that are still being read must not meet another run of the same statement.
        iterate: (parameters: readonly unknown[]) => database.prepare(text).iterate(...values(parameters)),
      }
    },
  }
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const row = database.prepare('PRAGMA user_version').get()
    const version = Number(row?.['user_version'] ?? 0)
    if (version > migrations.length) {
      throw new Error(
        `The store has schema version ${version}, this program knows ${migrations.length}. Run the newer program.`,
      )
    }
    for (const statements of migrations.slice(version)) for (const statement of statements) database.exec(statement)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
