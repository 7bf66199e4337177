/** Databases for tests: SQLite, or PostgreSQL where `TEST_STORE=postgres` says so. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '../../src/server/postgres.ts'
import { type Store, sqliteStore } from '../../src/server/index.ts'
import { sharedPostgres } from './postgres.ts'

export type StoreKind = 'sqlite' | 'postgres'

const storeKind: StoreKind = process.env['TEST_STORE'] === 'postgres' ? 'postgres' : 'sqlite'

/** An empty database that any number of stores may open. */
export interface TestDatabase {
  open(): Store
}

export async function newDatabase(kind: StoreKind = storeKind): Promise<TestDatabase> {
  if (kind === 'sqlite') {
    const file = join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')
    return { open: () => sqliteStore(file) }
  }
  const server = await sharedPostgres()
  const connectionString = server.url(await server.createDatabase())
  return { open: () => postgresStore({ connectionString, maxConnections: 4 }) }
}

/** A store for one backend. */
export async function newStore(): Promise<Store> {
  return storeKind === 'sqlite' ? sqliteStore(':memory:') : (await newDatabase()).open()
}
