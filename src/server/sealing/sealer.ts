/** Seals and opens credentials: a data key per tenant, wrapped by a key-encryption key. */

import { base64url } from 'jose'
import { NetworkError } from '../../protocol/errors.ts'
import { randomHex } from '../digest.ts'
import type { Store } from '../stores/store.ts'
import { type SealContext, decrypt, encrypt } from './envelope.ts'
import type { KeyRing } from './key-ring.ts'

interface DataKey {
  readonly id: string
  readonly bytes: Uint8Array
}

export interface Sealer {
  /** @returns `v1.<data key id>.…`; '' for ''. */
  seal(plain: string, tenant: string, context: SealContext): Promise<string>
  /** @throws {NetworkError} `key_unavailable` where the key is missing or the text belongs elsewhere. */
  open(sealed: string, tenant: string, context: SealContext): Promise<string>
}

export function createSealer(store: Store, ring: KeyRing, space: string): Sealer {
  const cached = new Map<string, Promise<DataKey>>()

  function dataKey(tenant: string): Promise<DataKey> {
    let key = cached.get(tenant)
    if (!key) {
      key = loadDataKey(store, ring, space, tenant)
      cached.set(tenant, key)
      key.catch(() => cached.delete(tenant))
    }
    return key
  }

  return {
    async seal(plain, tenant, context) {
      if (plain === '') return ''
      const key = await dataKey(tenant)
      return `v1.${key.id}.${await encrypt(plain, key.bytes, [space, tenant, ...context])}`
    },
    async open(sealed, tenant, context) {
      if (sealed === '') return ''
      const key = await dataKey(tenant)
      const prefix = `v1.${key.id}.`
      if (!sealed.startsWith(prefix)) throw unavailable('The text was sealed under another data key')
      try {
        return await decrypt(sealed.slice(prefix.length), key.bytes, [space, tenant, ...context])
      } catch (cause) {
        throw unavailable('A sealed text does not open where it stands', cause)
      }
    },
  }
}

async function loadDataKey(store: Store, ring: KeyRing, space: string, tenant: string): Promise<DataKey> {
  const read = () =>
    store.db
      .selectFrom('data_key')
      .selectAll()
      .where('space', '=', space)
      .where('tenant', '=', tenant)
      .executeTakeFirst()
  let row = await read()
  if (!row) {
    const id = randomHex(64)
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const wrapped = await encrypt(base64url.encode(bytes), ring.active.bytes, ['data_key', space, tenant, id])
    const values = { id, space, tenant, wrapping_key: ring.active.id, wrapped, created_at: Date.now() }
    // Two replicas may be here at once: the first insert stands, both read it.
    await store.db
      .insertInto('data_key')
      .values(values)
      .onConflict((on) => on.columns(['space', 'tenant']).doNothing())
      .execute()
    row = await read()
  }
  if (!row) throw unavailable('The data key could not be stored')
  const wrapping = ring.find(row.wrapping_key)
  if (!wrapping) throw unavailable(`Sealing key ${row.wrapping_key} is not in the ring`)
  try {
    const bytes = base64url.decode(await decrypt(row.wrapped, wrapping.bytes, ['data_key', space, tenant, row.id]))
    return { id: row.id, bytes }
  } catch (cause) {
    throw unavailable(`Sealing key ${row.wrapping_key} has another value than the one that sealed`, cause)
  }
}

function unavailable(message: string, cause?: unknown): NetworkError {
  return new NetworkError('key_unavailable', `${message}. Start the backend with the sealing keys it had.`, {
    cause,
    retryable: true,
  })
}
