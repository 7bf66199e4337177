/** A PostgreSQL server for measurements: as an operator has it, with what is committed on the disk. */

import { type PostgresServer, startPostgres } from '../test/support/postgres.ts'

export function measuredPostgres(): Promise<PostgresServer> {
  return startPostgres([
    'fsync=on',
    'full_page_writes=on',
    'synchronous_commit=on',
    'shared_buffers=1GB',
    'max_wal_size=4GB',
    'effective_cache_size=4GB',
  ])
}
