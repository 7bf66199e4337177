/** What keeps and reads the credentials of one person; loaded beside first paint, not before it. */

import { type CacheOptions, type CredentialCache, createCache } from './credential-cache.ts'
import { type ReadKept, type ReaderOptions, createReader } from './credential-reader.ts'

export { accept } from './accept.ts'
export { openVault } from './vault.ts'

export type KeepingOptions = CacheOptions & Omit<ReaderOptions, 'cache'>

export interface Keeping {
  readonly cache: CredentialCache
  readonly read: ReadKept
}

/** Makes what one person needs to hold credentials. */
export function createKeeping(options: KeepingOptions): Keeping {
  const cache = createCache(options)
  return { cache, read: createReader({ ...options, cache }) }
}
