/** Rotates keys while backends run: data keys are wrapped anew, and where it is asked for, what they seal is sealed anew. */

import { sql } from 'kysely'
import { silentLogger } from '../logger.ts'
import type { Store } from '../stores/store.ts'
import { checkRing, markRing } from './check-ring.ts'
import { addDataKey, newestDataKey, unwrap, wrap } from './data-key-rows.ts'
import { createDataKeys, maxEncryptions } from './data-keys.ts'
import type { KeyRing } from './key-ring.ts'
import { type Resealed, resealAll } from './reseal.ts'
import { createSealer } from './sealer.ts'

export interface RotateOptions {
  readonly store: Store
  /** The first key wraps; those that wrapped before must be there too. */
  readonly ring: KeyRing
  readonly space: string
  /** Whether every tenant gets a new data key, and its rows are sealed anew. */
  readonly data?: boolean
}

export interface RotateReport extends Resealed {
  /** Data keys that are now under the active key and were not before. */
  readonly rewrapped: number
  /** Data keys that cannot be opened, and so were left as they are. */
  readonly unreadableKeys: readonly { readonly id: string; readonly wrappingKey: string }[]
  readonly newDataKeys: number
}

const batch = 100
/** A data key with this many encryptions gets a successor at the next rotation, long before it must. */
const worn = maxEncryptions / 2

/**
 * Wraps every data key of the space under the active key, in small steps: each is a compare-and-swap, so it may be
 * killed and begun again at any instant, and a row is readable with the old and the new key all the while.
 *
 * Data keys that are worn get a successor, and rows that are sealed under a data key that has one are sealed anew. Data
 * keys are never deleted: a journal or a backup may name them.
 *
 * @throws {NetworkError} `key_unavailable` where a key of the ring has another value than the store knows
 */
export async function rotateKeys(options: RotateOptions): Promise<RotateReport> {
  const { store, ring, space, data = false } = options
  await checkRing(store, ring)
  await markRing(store, ring)
  const wrapping = await rewrapAll(options)
  if (data) await beginDataRotation(store, space)
  const begun = await dataRotationBegun(store, space)
  const newDataKeys = await replaceDataKeys(options, begun)
  const keys = createDataKeys({ store, ring, space })
  const resealed = await resealAll({ store, space, keys, sealer: createSealer(keys, space, silentLogger) })
  await store.db.deleteFrom('meta').where('name', '=', marker(space)).execute()
  return { ...wrapping, newDataKeys, ...resealed }
}

async function rewrapAll({
  store,
  ring,
  space,
}: RotateOptions): Promise<Pick<RotateReport, 'rewrapped' | 'unreadableKeys'>> {
  let rewrapped = 0
  const unreadableKeys: { id: string; wrappingKey: string }[] = []
  for (let after = ''; ; ) {
    const rows = await store.db
      .selectFrom('data_key')
      .selectAll()
      .where('space', '=', space)
      .where('wrapping_key', '!=', ring.active.id)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute()
    for (const row of rows) {
      const key = await unwrap(ring, row).catch(() => undefined)
      if (!key) unreadableKeys.push({ id: row.id, wrappingKey: row.wrapping_key })
      else if (await swapWrapping(store, row, await wrap(key, ring.active, row))) rewrapped += 1
    }
    const last = rows.at(-1)
    if (!last) return { rewrapped, unreadableKeys }
    after = last.id
  }
}

async function swapWrapping(
  store: Store,
  row: { readonly id: string; readonly wrapped: string },
  wrapping: { readonly wrapping_key: string; readonly wrapped: string },
): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable('data_key')
    .set(wrapping)
    .where('id', '=', row.id)
    .where('wrapped', '=', row.wrapped)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const marker = (space: string) => `data_rotation:${space}`

/** Notes when a rotation of data began: one that was killed is finished by the next run, with or without `data`. */
async function beginDataRotation(store: Store, space: string): Promise<void> {
  const value = sql<string>`CAST(${store.clock} AS TEXT)`
  await store.db
    .insertInto('meta')
    .values({ name: marker(space), value })
    .onConflict((on) => on.column('name').doNothing())
    .execute()
}

async function dataRotationBegun(store: Store, space: string): Promise<number> {
  const row = await store.db.selectFrom('meta').select('value').where('name', '=', marker(space)).executeTakeFirst()
  return Number(row?.value ?? 0)
}

/** @param begun - Newest keys made before this time are replaced; 0 = only worn ones. */
async function replaceDataKeys({ store, ring, space }: RotateOptions, begun: number): Promise<number> {
  let made = 0
  for (let after: string | undefined; ; ) {
    const tenants = await store.db
      .selectFrom('data_key')
      .select('tenant')
      .distinct()
      .where('space', '=', space)
      .$if(after !== undefined, (query) => query.where('tenant', '>', after ?? ''))
      .orderBy('tenant')
      .limit(batch)
      .execute()
    for (const { tenant } of tenants) {
      const newest = await newestDataKey(store, space, tenant)
      if (!newest || (Number(newest.created_at) >= begun && Number(newest.used) < worn)) continue
      await addDataKey(store, ring, { space, tenant, version: Number(newest.version) + 1 })
      made += 1
    }
    const last = tenants.at(-1)
    if (!last) return made
    after = last.tenant
  }
}
