/** Opens the store that a configuration names: an SQLite file, or the PostgreSQL database behind a variable. */

import { InvalidRequestError } from '../protocol/errors.ts'
import { type Store, sqliteStore } from '../server/index.ts'
import type { Environment } from './environment.ts'
import type * as postgres from '../server/postgres.ts'

export interface StoreConfiguration {
  readonly database?: string | undefined
  readonly databaseUrlEnv?: string | undefined
  readonly databaseConnections?: number | undefined
}

/** What is wrong with the store's part of a configuration; empty where nothing is. The URL itself, with its password, is never told. */
export function storeFaults({ database, databaseUrlEnv }: StoreConfiguration, environment: Environment): string[] {
  if (databaseUrlEnv === undefined) return []
  if (database !== undefined) return ['database: say either database or databaseUrlEnv']
  const url = environment[databaseUrlEnv]
  if (!url) return [`databaseUrlEnv: the environment has no ${databaseUrlEnv}`]
  const isPostgres = URL.canParse(url) && /^postgres(ql)?:$/.test(new URL(url).protocol)
  return isPostgres ? [] : [`databaseUrlEnv: ${databaseUrlEnv} is not postgres://user:password@host:5432/database`]
}

/**
 * Opens the store; its faults have been looked for before. Opening makes an SQLite file.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the package `pg` is needed and missing.
 */
export async function openStore(configuration: StoreConfiguration, environment: Environment): Promise<Store> {
  const { database = 'connector-auth.sqlite', databaseUrlEnv, databaseConnections } = configuration
  if (databaseUrlEnv === undefined) return sqliteStore(database)
  const { postgresStore } = await loadPostgres()
  return postgresStore({
    connectionString: environment[databaseUrlEnv] ?? '',
    ...(databaseConnections === undefined ? {} : { maxConnections: databaseConnections }),
  })
}

/** Who stays with SQLite needs no driver for PostgreSQL. */
async function loadPostgres(): Promise<Pick<typeof postgres, 'postgresStore'>> {
  try {
    return await import('../server/postgres.ts')
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND')) throw cause
    throw new InvalidRequestError(
      'invalid_configuration',
      'PostgreSQL needs the package pg, which is not installed. Run npm install pg beside connector-auth.',
      { cause },
    )
  }
}
