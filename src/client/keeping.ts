/** What keeps and reads the credentials of one person; loaded beside first paint, not before it. */

import { type CacheOptions, type CredentialCache, createCache } from './credential-cache.ts'
import { type ReadKept, type ReaderOptions, createReader } from './credential-reader.ts'
import { type PendingPlace, createPendingPlace } from './pending-place.ts'

export { accept } from './accept.ts'
export { openVault } from './vault.ts'

export type KeepingOptions = CacheOptions & Omit<ReaderOptions, 'cache'>

export interface Keeping {
  readonly cache: CredentialCache
  readonly read: ReadKept
  /** Where attempts under way are kept. */
  readonly pending: PendingPlace
}

/** Makes what one person needs to hold credentials. */
export function createKeeping(options: KeepingOptions): Keeping {
  const cache = createCache(options)
  const { vault, backend } = options
  return {
    cache,
    read: createReader({ ...options, cache }),
    pending: createPendingPlace({ vault, backend, tag: () => cache.tag }),
  }
}
