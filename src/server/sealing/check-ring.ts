/** Checks that the ring fits the store: each key has the value that its id had before, and none is missing. */

import type { Store } from '../stores/store.ts'
import { keyUnavailable } from './data-key-rows.ts'
import { decrypt, encrypt } from './envelope.ts'
import type { KeyRing, SealingKey } from './key-ring.ts'

/** Proof of a key's value: a known text under it. */
const checkName = ({ id }: Pick<SealingKey, 'id'>) => `key_check:${id}`
const context = (key: SealingKey) => ['meta', checkName(key), 'value', 0]

/**
 * Refuses keys that have another value than the one their id had; the store is only read.
 *
 * @throws {NetworkError} `key_unavailable` that names the key
 */
export async function checkRing(store: Store, { keys }: KeyRing): Promise<void> {
  const rows = await store.db.selectFrom('meta').selectAll().where('name', 'in', keys.map(checkName)).execute()
  for (const key of keys) {
    const row = rows.find(({ name }) => name === checkName(key))
    if (!row) continue
    try {
      await decrypt(row.value, key.bytes, context(key))
    } catch (cause) {
      throw keyUnavailable(`Sealing key ${key.id} has another value than the one this store knows`, cause)
    }
  }
}

/** Notes the value of keys that the store has not met, so that two keys can never share an id. */
export async function markRing(store: Store, { keys }: KeyRing): Promise<void> {
  for (const key of keys) {
    const known = await store.db.selectFrom('meta').select('name').where('name', '=', checkName(key)).executeTakeFirst()
    if (known) continue
    await store.db
      .insertInto('meta')
      .values({ name: checkName(key), value: await encrypt('ok', key.bytes, context(key)) })
      .onConflict((on) => on.column('name').doNothing())
      .execute()
  }
}

/** Forgets a key's value once the key is no longer used. */
export async function unmarkKey(store: Store, id: string): Promise<void> {
  await store.db.deleteFrom('meta').where('name', '=', checkName({ id })).execute()
}

/**
 * Finds out whether every data key of the space can be opened with the ring, by the names alone.
 *
 * @throws {NetworkError} `key_unavailable` that names a missing key: its tenants' rows cannot be opened, others can
 */
export async function requireKeys(store: Store, ring: KeyRing, space: string): Promise<void> {
  // From one key that wraps to the next: there are few of them, and as many data keys as tenants.
  for (let after = ''; ; ) {
    const row = await store.db
      .selectFrom('data_key')
      .select('wrapping_key')
      .where('space', '=', space)
      .where('wrapping_key', '>', after)
      .orderBy('wrapping_key')
      .limit(1)
      .executeTakeFirst()
    if (!row) return
    after = row.wrapping_key
    if (!ring.find(after)) throw keyUnavailable(`Sealing key ${after} is not in the ring`)
  }
}
