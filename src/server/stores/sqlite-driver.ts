/** Several processes on one SQLite file: who finds it busy waits without holding up the process. */

import { setTimeout as wait } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  type SqliteDialect,
} from 'kysely'
import { createTurns } from './turns.ts'

/** How long a statement waits for another process to end its transaction. */
const busyMs = 5_000
/** SQLITE_BUSY, with all that is told about it in the higher bits. */
const busy = 5
/** SQLITE_BUSY_SNAPSHOT: what was read is old, so waiting does not help. */
const busySnapshot = 517

/**
 * A dialect whose transactions take the write lock at their begin, as a lock that is wanted after a read can be refused
 * for good; and whose statements are tried again while another process holds that lock.
 */
export function waitingDialect(dialect: SqliteDialect): Dialect {
  return {
    createAdapter: () => new TurnsAdapter(),
    createDriver: () => waitingDriver(dialect.createDriver()),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
  }
}

/** Who uses the one connection is decided here: the query layer would wake all who wait for it each time it is free. */
class TurnsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function waitingDriver(driver: Driver): Driver {
  const turns = createTurns()
  const run = async (connection: DatabaseConnection, text: string) =>
    void (await connection.executeQuery(CompiledQuery.raw(text)))
  return {
    init: (options) => driver.init(options),
    async acquireConnection(options) {
      await turns.take()
      return waitingConnection(await driver.acquireConnection(options))
    },
    beginTransaction: (connection, { accessMode }) =>
      run(connection, accessMode === 'read only' ? 'BEGIN' : 'BEGIN IMMEDIATE'),
    commitTransaction: (connection) => run(connection, 'COMMIT'),
    rollbackTransaction: (connection) => rollback(connection, run),
    releaseConnection: async () => turns.give(),
    destroy: (options) => driver.destroy(options),
  }
}

/** A full disk or a begin that failed has ended the transaction already. */
async function rollback(
  connection: DatabaseConnection,
  run: (connection: DatabaseConnection, text: string) => Promise<void>,
): Promise<void> {
  try {
    await run(connection, 'ROLLBACK')
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
  }
}

function waitingConnection(connection: DatabaseConnection): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      let deadline = 0
      for (;;) {
        try {
          return await connection.executeQuery<R>(query)
        } catch (error) {
          deadline ||= performance.now() + busyMs
          if (!isBusy(error) || performance.now() > deadline) throw error
          // Not all at the same moment.
          await wait(1 + Math.random() * 9)
        }
      }
    },
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
  }
}

/** The code that SQLite gave, with what it says beyond the primary one; 0 for another error. */
export function sqliteCode(error: unknown): number {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return 0
  return 'errcode' in error ? Number(error.errcode) : 1
}

function isBusy(error: unknown): boolean {
  const code = sqliteCode(error)
  return (code & 0xff) === busy && code !== busySnapshot
}
