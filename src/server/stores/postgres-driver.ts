/** What the query layer asks of a driver, told in `pg`: a connection that failed is given up, never handed on. */

import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { endsConnection } from './postgres-faults.ts'

export interface PostgresDriverOptions {
  readonly pool: Pool
  /** A statement in a transaction is ended by the server after this long, and so is a transaction that nobody goes on with. */
  readonly statementTimeoutMs: number
  /** Is told of every error that did not come from the server: no code tells these. */
  readonly onLost: (error: unknown) => void
}

/** Nothing here belongs to a session, so each transaction may run on another connection of a pooler. */
export function postgresDriver(options: PostgresDriverOptions): Driver {
  const { pool, onLost } = options
  const connections = new WeakMap<DatabaseConnection, Pooled>()
  const pooled = (connection: DatabaseConnection): Pooled => {
    const known = connections.get(connection)
    if (!known) throw new Error('The connection is another driver’s.')
    return known
  }
  return {
    init: async () => undefined,
    async acquireConnection() {
      try {
        const connection = new Pooled(await pool.connect(), onLost)
        connections.set(connection, connection)
        return connection
      } catch (error) {
        onLost(error)
        throw error
      }
    },
    beginTransaction: (connection, settings) => pooled(connection).run(beginning(settings, options)),
    commitTransaction: (connection) => pooled(connection).commit(),
    rollbackTransaction: (connection) => pooled(connection).rollback(),
    releaseConnection: async (connection) => pooled(connection).release(),
    destroy: () => pool.end(),
  }
}

/** One message, one round trip; the limits are gone with the transaction, so no pooler carries them to somebody else. */
function beginning(settings: TransactionSettings, { statementTimeoutMs }: PostgresDriverOptions): string {
  const { isolationLevel = 'read committed', accessMode = '' } = settings
  return [
    `BEGIN ISOLATION LEVEL ${isolationLevel} ${accessMode}`,
    `SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
  ].join('; ')
}

const changing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

class Pooled implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #onLost: (error: unknown) => void
  #broken = false

  constructor(client: PoolClient, onLost: (error: unknown) => void) {
    this.#client = client
    this.#onLost = onLost
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    // No name: a prepared statement would stay in one session of a pooler.
    const { command, rowCount, rows } = await this.#watched(() => this.#client.query(sql, [...parameters]))
    return changing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Rows are not streamed; read them in pages.')
  }

  async run(text: string): Promise<void> {
    await this.#watched(() => this.#client.query(text))
  }

  /** The server answers COMMIT with ROLLBACK where a statement had failed, and the caller must know. */
  async commit(): Promise<void> {
    const { command } = await this.#watched(() => this.#client.query('COMMIT'))
    if (command === 'ROLLBACK') throw new Error('The transaction had failed before it was committed.')
  }

  /** Closing the connection rolls back too; why it had to be is told by the error before this one. */
  async rollback(): Promise<void> {
    if (this.#broken) return
    await this.run('ROLLBACK').catch(() => (this.#broken = true))
  }

  release(): void {
    this.#client.release(this.#broken)
  }

  async #watched<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query()
    } catch (error) {
      if (endsConnection(error)) {
        this.#broken = true
        this.#onLost(error)
      }
      throw error
    }
  }
}
