/** The store of several replicas: PostgreSQL, directly or through a pooler. */

import { type Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import { Pool, TypeOverrides } from 'pg'
import { type SchemaVersion, migrateSchema } from './migrate.ts'
import { postgresDriver } from './postgres-driver.ts'
import { isLostRace, isServerFault } from './postgres-faults.ts'
import { retryingDatabase } from './retrying.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full`; a Unix socket's folder goes in `?host=`. */
  readonly connectionString: string
  /** Instead of the connection string's, for a password that changes. */
  readonly password?: () => string | Promise<string>
  /** Connections of this process at most; 10. All replicas together stay below the server's `max_connections`. */
  readonly maxConnections?: number
  /** How long a request waits for a connection; 5. */
  readonly connectTimeoutSeconds?: number
  /** How long one statement may take; 10. */
  readonly statementTimeoutSeconds?: number
  /** After how long an unused connection is closed; 30. */
  readonly idleTimeoutSeconds?: number
}

/** A migration may build indexes over all rows there are, and whoever else migrates waits for its end. */
const migrationTimeoutMs = 3_600_000

/** BIGINT; counts and milliseconds since 1970 stay far below 2^53. */
const bigint = 20

/**
 * Opens a PostgreSQL database (13 or newer) for any number of backend processes; nothing is sent before the first query.
 *
 * Works through a pooler in transaction mode: no session state, named statements, session locks or notifications.
 */
export function postgresStore(options: PostgresOptions): Store {
  const statementTimeoutMs = (options.statementTimeoutSeconds ?? 10) * 1_000
  const lost = new WeakSet<object>()
  const onLost = (error: unknown) => {
    if (error instanceof Error) lost.add(error)
  }
  const db = openDatabase(options, { statementTimeoutMs, onLost })
  return {
    db,
    // Not now(), which stands still in a transaction.
    clock: sql<number>`CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`,
    async version() {
      await schemaVersion.prepare(db)
      return readVersion(db)
    },
    async migrate() {
      const patient = openDatabase(
        { ...options, maxConnections: 1 },
        { statementTimeoutMs: migrationTimeoutMs, onLost },
      )
      try {
        return await migrateSchema(patient, schemaVersion)
      } finally {
        await patient.destroy()
      }
    },
    isFault: (error) => isServerFault(error) || (error instanceof Error && lost.has(error)),
    close: () => db.destroy(),
  }
}

function openDatabase(
  options: PostgresOptions,
  driver: { readonly statementTimeoutMs: number; readonly onLost: (error: unknown) => void },
): Kysely<Tables> {
  const pool = openPool(options, driver.statementTimeoutMs)
  const dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => postgresDriver({ pool, ...driver }),
    createIntrospector: (database: Kysely<Tables>) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
  return retryingDatabase({ dialect }, isLostRace)
}

function openPool(options: PostgresOptions, statementTimeoutMs: number): Pool {
  const types = new TypeOverrides()
  types.setTypeParser(bigint, Number)
  const { connectionString, password } = options
  const pool = new Pool({
    connectionString,
    ...(password ? { password: async () => password() } : {}),
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: (options.connectTimeoutSeconds ?? 5) * 1_000,
    idleTimeoutMillis: (options.idleTimeoutSeconds ?? 30) * 1_000,
    // A moment more than the server has, so that its own answer comes first where it still gives one.
    query_timeout: statementTimeoutMs + 1_000,
    keepAlive: true,
    application_name: 'connector-auth',
    types,
  })
  // A connection that ends while nobody uses it is replaced when one is needed; unheard, the event ends the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}

async function readVersion(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ version: number }>`SELECT version FROM schema_version`.execute(db)
  return rows[0]?.version ?? 0
}

/** Two that make the table at once: one of them gets one of these. */
const madeElsewhere = new Set(['23505', '42710', '42P07'])

const schemaVersion: SchemaVersion = {
  async prepare(db) {
    try {
      await sql`CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)`.execute(db)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && madeElsewhere.has(String(error.code)))) throw error
    }
  },
  async read(trx) {
    // The lock ends with the transaction: whoever else migrates waits here, and then reads the new version.
    await sql`LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE`.execute(trx)
    return readVersion(trx)
  },
  async write(trx, version) {
    await sql`DELETE FROM schema_version`.execute(trx)
    await sql`INSERT INTO schema_version VALUES (${version})`.execute(trx)
  },
}
