/** The embedded store: one SQLite file through Node's own driver. */

import { chmodSync, statSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { type SchemaVersion, migrateSchema } from './migrate.ts'
import { sqliteCode, waitingDialect } from './sqlite-driver.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/** Files up to this size are checked whole at start: about a second. */
const checkedBytes = 256 * 1024 * 1024

/**
 * Opens, or makes, an SQLite file. Several processes on one machine may have it open.
 *
 * Write-ahead log, and `synchronous=FULL`: what was answered is on the disk. The file is readable by its owner only.
 *
 * @param file - A path, or `:memory:` for a store that ends with the process.
 * @throws {InvalidRequestError} `store_unusable` where the file cannot be opened, or is no database.
 */
export function sqliteStore(file: string): Store {
  const database = openDatabase(file)
  const db = new Kysely<Tables>({ dialect: waitingDialect(new SqliteDialect({ database: driverOf(database) })) })
  return {
    db,
    ...(file === ':memory:' ? {} : { file }),
    clock: sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`,
    version: () => readVersion(db),
    async migrate() {
      refuseDamage(file, database)
      return migrateSchema(db, schemaVersion)
    },
    isFault: (error) => isFaultCode(sqliteCode(error)),
    close: () => db.destroy(),
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file)
    // The write-ahead log holds the same rows, so it is closed to others too; SQLite gives it the main file's mode.
    if (file !== ':memory:') chmodSync(file, 0o600)
    // First of all, as others may be opening the same file.
    database.exec('PRAGMA busy_timeout = 5000')
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    // From here on it is short: the process stands still meanwhile, and the driver waits longer without that.
    database.exec('PRAGMA busy_timeout = 10')
    return database
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : String(error), error)
  }
}

/** A damaged page would be met much later, by one person's connection. */
function refuseDamage(file: string, database: DatabaseSync): void {
  if (file === ':memory:' || statSync(file).size > checkedBytes) return
  let finding: unknown
  try {
    finding = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  } catch (error) {
    // Somebody has it locked for long, or it cannot be read at all.
    throw unusable(file, error instanceof Error ? error.message : String(error), error)
  }
  if (finding !== 'ok') throw unusable(file, `it is damaged (${String(finding)})`)
}

function unusable(file: string, why: string, cause?: unknown): InvalidRequestError {
  return new InvalidRequestError(
    'store_unusable',
    `The store ${file} cannot be used: ${why}. Mend the file's place, or bring back a backup.`,
    { cause },
  )
}

/** Primary codes that blame the statement or its values: too long, constraint, mismatch, misuse, range. */
const mistakes = new Set([18, 19, 20, 21, 25])
const isFaultCode = (code: number) => code === refusedByTrigger || (code !== 0 && !mistakes.has(code & 0xff))

/** SQLITE_CONSTRAINT_TRIGGER: the schema has no trigger of its own, so an operator's stopped the write. */
const refusedByTrigger = 1_811

async function readVersion(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ version: number }>`SELECT user_version AS version FROM pragma_user_version`.execute(db)
  return rows[0]?.version ?? 0
}

const schemaVersion: SchemaVersion = {
  prepare: async () => undefined,
  async read(trx) {
    const { rows } = await sql<{ version: number }>`SELECT user_version AS version FROM pragma_user_version`.execute(
      trx,
    )
    return rows[0]?.version ?? 0
  },
  async write(trx, version) {
    await sql.raw(`PRAGMA user_version = ${version}`).execute(trx)
  },
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
