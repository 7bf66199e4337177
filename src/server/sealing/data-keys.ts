/** The data keys that this process works with: kept open, counted, and replaced before they are worn out. */

import type { Store } from '../stores/store.ts'
import { decryptFailed } from './decrypt-failed.ts'
import { type DataKey, type DataKeyRow, addDataKey, keyUnavailable, newestDataKey, unwrap } from './data-key-rows.ts'
import type { KeyRing } from './key-ring.ts'

export interface DataKeys {
  /** The key that seals a tenant's texts, with one encryption taken from its count. The store is not needed once it is known. */
  forSealing(tenant: string): Promise<DataKey>
  /** The id of the key that seals now. */
  currentId(tenant: string): Promise<string>
  /** @throws {NetworkError} `key_unavailable` · `decrypt_failed` for another tenant's key */
  forOpening(id: string, tenant: string): Promise<DataKey>
}

/** Random nonces of 96 bits allow 2^32 encryptions under one key (NIST SP 800-38D §8.3); we stop at half. */
export const maxEncryptions = 2 ** 31
/** How many encryptions a process reserves at once: one write for so many seals, lost when the process ends. */
const block = 10_000
/** What may be sealed beyond the reservation while the store is away: it is written off later. */
const maxOverdraft = 100_000
/** A rotation elsewhere makes a new data key: after this long it is found. */
const recheckMs = 60_000

interface Current {
  readonly key: DataKey
  readonly version: number
  /** Encryptions that are still reserved; below 0 what is owed. */
  left: number
  checkedAt: number
  reserving: Promise<Current> | undefined
}

interface Place {
  readonly store: Store
  readonly ring: KeyRing
  readonly space: string
}

export function createDataKeys(place: Place): DataKeys {
  const opened = new Map<string, Promise<DataKey>>()
  const currents = new Map<string, Promise<Current>>()

  /** One load for all who wait; a failure is not kept. */
  function kept<T>(map: Map<string, Promise<T>>, name: string, load: () => Promise<T>): Promise<T> {
    const known = map.get(name)
    if (known) return known
    const loading = load()
    map.set(name, loading)
    loading.catch(() => map.delete(name))
    return loading
  }

  /** A new data key may have come, or this one may be used up; while the store is away the known one goes on. */
  async function checked(tenant: string, current: Current): Promise<Current> {
    const stale = performance.now() - current.checkedAt > recheckMs
    if (!stale && current.left > 0) return current
    current.reserving ??= reserve(place, tenant, current).finally(() => (current.reserving = undefined))
    try {
      const next = await current.reserving
      if (next !== current) currents.set(tenant, Promise.resolve(next))
      return next
    } catch (error) {
      if (current.left <= -maxOverdraft) throw error
      return current
    }
  }

  return {
    async forSealing(tenant) {
      const current = await kept(currents, tenant, () => loadCurrent(place, tenant))
      const good = await checked(tenant, current)
      good.left -= 1
      return good.key
    },
    currentId: async (tenant) => (await kept(currents, tenant, () => loadCurrent(place, tenant))).key.id,
    forOpening: (id, tenant) => kept(opened, `${id}.${tenant}`, () => loadById(place, id, tenant)),
  }
}

async function loadCurrent(place: Place, tenant: string): Promise<Current> {
  const { store, ring, space } = place
  const row =
    (await newestDataKey(store, space, tenant)) ?? (await addDataKey(store, ring, { space, tenant, version: 1 }))
  return currentOf(place, row)
}

async function currentOf({ ring }: Place, row: DataKeyRow): Promise<Current> {
  const key = await unwrap(ring, row)
  return { key, version: row.version, left: 0, checkedAt: performance.now(), reserving: undefined }
}

/** Finds the newest key and reserves encryptions under it; under one that has none left, nothing is sealed any more. */
async function reserve(place: Place, tenant: string, current: Current): Promise<Current> {
  const { store, ring, space } = place
  const newest = await newestDataKey(store, space, tenant)
  // Gone from the store: what would be sealed under it could never be opened again.
  if (!newest) throw keyUnavailable(`Data key ${current.key.id} is not in the store`)
  const next = newest.id === current.key.id ? current : await currentOf(place, newest)
  next.checkedAt = performance.now()
  if (next.left > 0) return next
  const { numUpdatedRows } = await store.db
    .updateTable('data_key')
    .set((eb) => ({ used: eb('used', '+', block) }))
    .where('id', '=', newest.id)
    // What was sealed in overdraft by every process fits into this distance too.
    .where('used', '<=', maxEncryptions - 100 * block)
    .executeTakeFirst()
  if (numUpdatedRows === 1n) {
    next.left += block
    return next
  }
  const row = await addDataKey(store, ring, { space, tenant, version: Number(newest.version) + 1 })
  return reserve(place, tenant, await currentOf(place, row))
}

async function loadById({ store, ring, space }: Place, id: string, tenant: string): Promise<DataKey> {
  const row = await store.db.selectFrom('data_key').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw keyUnavailable(`Data key ${id} is not in the store`)
  if (row.space !== space || row.tenant !== tenant) throw decryptFailed()
  return unwrap(ring, row)
}
