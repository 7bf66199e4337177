/** The sealing key of dev mode: kept in the store itself, so it guards nothing and a second start still opens the first one's rows. */

import { base64url } from 'jose'
import type { Logger } from '../logger.ts'
import type { Store } from '../stores/store.ts'
import { type KeyRing, readKeyRing } from './key-ring.ts'

/** Loads or makes the key ring of a store that was opened without keys in dev mode. */
export async function devKeyRing(store: Store, logger: Logger): Promise<KeyRing> {
  logger.warn('dev mode: the sealing key lies in the store beside what it seals')
  const value = `dev:${base64url.encode(crypto.getRandomValues(new Uint8Array(32)))}`
  await store.db
    .insertInto('meta')
    .values({ name: 'dev_sealing_key', value })
    .onConflict((on) => on.column('name').doNothing())
    .execute()
  const row = await store.db
    .selectFrom('meta')
    .select('value')
    .where('name', '=', 'dev_sealing_key')
    .executeTakeFirstOrThrow()
  return readKeyRing([row.value])
}
