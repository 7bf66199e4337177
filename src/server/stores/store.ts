/** What the backend asks of a database. */

import type { Kysely, RawBuilder } from 'kysely'
import type { Migrated } from './migrate.ts'
import type { Tables } from './tables.ts'

/** One query layer over an embedded or a networked database. */
export interface Store {
  readonly db: Kysely<Tables>
  /** Where an embedded store lies; absent for one in memory, and for one on a network. */
  readonly file?: string
  /** The database's own clock in milliseconds, for leases: replicas' clocks differ. */
  readonly clock: RawBuilder<number>
  /** The schema's version; 0 where the store is new. */
  version(): Promise<number>
  /** Brings the schema up to date, once, whoever else starts at the same time. */
  migrate(): Promise<Migrated>
  /** Tells whether an error is the database's: busy, full, read-only, gone. */
  isFault(error: unknown): boolean
  close(): Promise<void>
}
