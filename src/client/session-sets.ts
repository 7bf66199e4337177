/** Lists and clears the sets of cached credentials that session keys keep apart. */

import type { CredentialCache } from './credential-cache.ts'
import { sessionKeyIn } from './names.ts'

/** The session keys under which credentials are cached for this person; '' is the set without a key. */
export async function listSessionKeys(cache: CredentialCache): Promise<readonly string[]> {
  const keys = (await cache.names()).map(sessionKeyIn).filter((key) => key !== undefined)
  return [...new Set(keys)].sort()
}

/** Drops the set of one session key, here and in other tabs; the connections stay. */
export async function clearSession(cache: CredentialCache, sessionKey: string): Promise<void> {
  await cache.forgetNames((await cache.names()).filter((name) => sessionKeyIn(name) === sessionKey))
}
