/** Keeps new tokens that the store did not take: sealed, in memory and in the journal. */

import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import type { JournalEntry } from './journal.ts'
import { TokensKept } from './tokens-kept.ts'

/** What an entry's text is bound to beside space and tenant. */
export const entryContext = ({ id, kind, about }: Pick<JournalEntry, 'id' | 'kind' | 'about'>) => [
  'journal',
  id,
  kind,
  about,
]

/**
 * Keeps tokens; their tenant's data key is known by now, so the store is not asked.
 *
 * @param content - JSON that holds all that is needed to store them later.
 * @returns The error for the caller: retryable.
 */
export async function keepTokens(
  core: Core,
  place: Pick<JournalEntry, 'kind' | 'about' | 'tenant'>,
  content: object,
  cause: unknown,
): Promise<TokensKept> {
  const named = { ...place, id: randomHex(128) }
  const sealed = await core.sealer.seal(JSON.stringify(content), place.tenant, entryContext(named))
  core.settings.logger.error('the store did not take new tokens', { about: place.about, error: cause })
  core.journal.keep({ ...named, sealed })
  return new TokensKept(cause)
}
