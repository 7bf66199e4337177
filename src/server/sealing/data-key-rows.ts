/** The data keys in the store: each wrapped by a key-encryption key, each bound to its tenant and id. */

import { base64url } from 'jose'
import { type Selectable, sql } from 'kysely'
import { NetworkError } from '../../protocol/errors.ts'
import { randomHex } from '../digest.ts'
import type { Store } from '../stores/store.ts'
import type { Tables } from '../stores/tables.ts'
import { decrypt, encrypt } from './envelope.ts'
import type { KeyRing, SealingKey } from './key-ring.ts'

export type DataKeyRow = Selectable<Tables['data_key']>

/** What seals a tenant's texts. */
export interface DataKey {
  readonly id: string
  readonly bytes: Uint8Array
}

type Bound = Pick<DataKeyRow, 'id' | 'space' | 'tenant'>

const context = ({ space, tenant, id }: Bound) => ['data_key', space, tenant, id]

/** The tenant's newest data key, which seals; undefined where it has none yet. */
export function newestDataKey(store: Store, space: string, tenant: string): Promise<DataKeyRow | undefined> {
  return store.db
    .selectFrom('data_key')
    .selectAll()
    .where('space', '=', space)
    .where('tenant', '=', tenant)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/**
 * Makes a tenant's data key of one version, unless another process has made it.
 *
 * @throws {NetworkError} `key_unavailable` where it could not be stored
 */
export async function addDataKey(
  store: Store,
  ring: KeyRing,
  { space, tenant, version }: Pick<DataKeyRow, 'space' | 'tenant' | 'version'>,
): Promise<DataKeyRow> {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const place = { id: randomHex(64), space, tenant }
  const wrapping = await wrap({ id: place.id, bytes }, ring.active, place)
  // Two replicas may be here at once: the first insert stands, both read it.
  await store.db
    .insertInto('data_key')
    .values({ ...place, version, ...wrapping, used: 0, created_at: sql<number>`${store.clock}` })
    .onConflict((on) => on.columns(['space', 'tenant', 'version']).doNothing())
    .execute()
  const row = await newestDataKey(store, space, tenant)
  if (row) return row
  throw keyUnavailable('The data key could not be stored')
}

/** Wraps a data key under a key-encryption key. */
export async function wrap(
  { bytes }: DataKey,
  key: SealingKey,
  place: Bound,
): Promise<Pick<DataKeyRow, 'wrapping_key' | 'wrapped'>> {
  return { wrapping_key: key.id, wrapped: await encrypt(base64url.encode(bytes), key.bytes, context(place)) }
}

/** @throws {NetworkError} `key_unavailable` where the key that wraps it is missing or has another value */
export async function unwrap(ring: KeyRing, row: DataKeyRow): Promise<DataKey> {
  const wrapping = ring.find(row.wrapping_key)
  if (!wrapping) throw keyUnavailable(`Sealing key ${row.wrapping_key} is not in the ring`)
  try {
    return { id: row.id, bytes: base64url.decode(await decrypt(row.wrapped, wrapping.bytes, context(row))) }
  } catch (cause) {
    throw keyUnavailable(`Sealing key ${row.wrapping_key} has another value than the one that sealed`, cause)
  }
}

export function keyUnavailable(message: string, cause?: unknown): NetworkError {
  return new NetworkError('key_unavailable', `${message}. Start the backend with the sealing keys it had.`, {
    cause,
    retryable: true,
  })
}
