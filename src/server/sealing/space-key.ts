/** The space key: random, made at first start, sealed; the key of every tag, and the proof that the ring is the right one. */

import type { Store } from '../stores/store.ts'
import { randomHex } from '../digest.ts'
import type { Sealer } from './sealer.ts'

const name = (space: string) => `space_key:${space}`

/**
 * Loads the space key, or makes it where the store is new.
 *
 * @throws {NetworkError} `key_unavailable` when the ring is not the one that sealed this store.
 */
export async function loadSpaceKey(store: Store, sealer: Sealer, space: string): Promise<string> {
  const context = ['meta', name(space), 'value', 0]
  const read = () => store.db.selectFrom('meta').select('value').where('name', '=', name(space)).executeTakeFirst()
  let row = await read()
  if (!row) {
    const value = await sealer.seal(randomHex(256), '', context)
    await store.db
      .insertInto('meta')
      .values({ name: name(space), value })
      .onConflict((on) => on.column('name').doNothing())
      .execute()
    row = await read()
  }
  return sealer.open(row?.value ?? '', '', context)
}
