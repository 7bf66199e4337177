/** Brings a store's schema up to date: each version in one transaction with its number. */

import { type Kysely, type Transaction, sql } from 'kysely'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** Where a database keeps its schema's version. */
export interface SchemaVersion {
  /** Makes the place, where there is none. */
  prepare(db: Kysely<Tables>): Promise<void>
  /** Reads the version, and keeps everybody else from migrating until the transaction ends. */
  read(trx: Transaction<Tables>): Promise<number>
  write(trx: Transaction<Tables>, version: number): Promise<void>
}

/** Versions before and after; 0 is an empty store. */
export interface Migrated {
  readonly from: number
  readonly to: number
}

/**
 * Runs the versions that the store does not have yet. One that is interrupted leaves the version before it as it was.
 *
 * @param list - SQL of each version, in order.
 * @throws {InvalidRequestError} `store_schema_newer` where a newer program has migrated the store; nothing is changed.
 */
export async function migrateSchema(
  db: Kysely<Tables>,
  place: SchemaVersion,
  list: readonly (readonly string[])[] = migrations,
): Promise<Migrated> {
  await place.prepare(db)
  let from: number | undefined
  for (;;) {
    const version = await db.transaction().execute((trx) => migrateOnce(trx, place, list))
    from ??= version
    if (version === list.length) return { from, to: version }
  }
}

/** @returns the version before. */
async function migrateOnce(
  trx: Transaction<Tables>,
  place: SchemaVersion,
  list: readonly (readonly string[])[],
): Promise<number> {
  const version = await place.read(trx)
  if (version > list.length) throw newer(version, list.length)
  const statements = list[version]
  if (statements) {
    for (const statement of statements) await sql.raw(statement).execute(trx)
    await place.write(trx, version + 1)
  }
  return version
}

function newer(version: number, known: number): InvalidRequestError {
  return new InvalidRequestError(
    'store_schema_newer',
    `The store has schema version ${version}, this program knows ${known}. Run the program that migrated it, or a newer one.`,
  )
}
