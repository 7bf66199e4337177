/** The last record of a connector that was removed: while its connections rest, it is still known where they belong. */

import type { Transaction } from 'kysely'
import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { Core } from '../core.ts'
import type { Tables } from '../stores/tables.ts'
import { readRecord } from './find.ts'

/** No space and no connector has a colon in its name. */
const nameOf = (core: Core, id: string) => `removed_connector:${core.settings.space}:${id}`

/** Keeps a record in the transaction that removes it; '' = the configured one stood, and stands. */
export async function keepRemoved(core: Core, id: string, record: string, trx: Transaction<Tables>): Promise<void> {
  if (record === '') return
  await trx
    .insertInto('meta')
    .values({ name: nameOf(core, id), value: record })
    .onConflict((on) => on.column('name').doUpdateSet({ value: record }))
    .execute()
}

/** Forgets it in the transaction that puts another in its place. */
export async function forgetRemoved(core: Core, id: string, trx: Transaction<Tables>): Promise<void> {
  await trx.deleteFrom('meta').where('name', '=', nameOf(core, id)).execute()
}

/** The record that was removed last; undefined where none was. */
export async function removedRecord(core: Core, id: string): Promise<ConnectorRecord | undefined> {
  const row = await core.store.db
    .selectFrom('meta')
    .select('value')
    .where('name', '=', nameOf(core, id))
    .executeTakeFirst()
  return row && readRecord(row.value)
}
