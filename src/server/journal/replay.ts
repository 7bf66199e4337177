/** Stores what waits in the journal, as soon as the store takes it. */

import { NetworkError } from '../../protocol/errors.ts'
import { landKeptRefresh } from '../connections/kept-refresh.ts'
import type { Core } from '../core.ts'
import { landKeptGrant } from '../sessions/kept-grant.ts'
import type { JournalEntry } from './journal.ts'
import { entryContext } from './keep.ts'
import { TokensKept } from './tokens-kept.ts'

/**
 * Stores what waits for one connection's row or auth session.
 *
 * @returns Whether something had waited, so that what was read before is old.
 * @throws {TokensKept} `storage_unavailable` while the store does not take it
 */
export async function landPending(core: Core, about: string): Promise<boolean> {
  const entries = core.journal.of(about)
  for (const entry of entries) await landOnce(core, entry)
  if (core.journal.of(about).length > 0) throw new TokensKept()
  return entries.length > 0
}

/** Stores everything that waits; what the store does not take goes on waiting. */
export async function landAll(core: Core): Promise<void> {
  for (const entry of core.journal.all()) await landOnce(core, entry)
  core.journal.save()
}

/** Whoever else asks meanwhile waits for the same try. */
function landOnce(core: Core, entry: JournalEntry): Promise<void> {
  const { landing } = core.journal
  const running = landing.get(entry.id)
  if (running) return running
  const work = land(core, entry).finally(() => landing.delete(entry.id))
  landing.set(entry.id, work)
  return work
}

async function land(core: Core, entry: JournalEntry): Promise<void> {
  const { logger } = core.settings
  const about = { kind: entry.kind, about: entry.about }
  try {
    const content: unknown = JSON.parse(await core.sealer.open(entry.sealed, entry.tenant, entryContext(entry)))
    const result = await (entry.kind === 'refresh' ? landKeptRefresh(core, content) : landKeptGrant(core, content))
    core.journal.done(entry)
    logger.warn('tokens of the journal were dealt with', { ...about, result })
  } catch (error) {
    // Changed or not ours: it can never be stored, and must not keep its connection waiting for ever.
    const hopeless = error instanceof NetworkError && error.reason === 'decrypt_failed'
    if (hopeless) core.journal.ignore(entry)
    logger.error(hopeless ? 'an entry of the journal does not open' : 'tokens of the journal still wait', {
      ...about,
      error,
    })
  }
}
