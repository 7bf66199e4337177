/** What the backend does by itself, now and then. */

import { landAll } from './journal/replay.ts'
import { keepAlive } from './connections/keep-alive.ts'
import { tryDueRevocations } from './connections/revocations.ts'
import { forgetOldSessions } from './sessions/rows.ts'
import { forgetOldTokens } from './tokens/connect-token.ts'
import type { Core } from './core.ts'
import { forgetParkedAnswers } from './sessions/park.ts'

const everyMs = 15_000
/** Well before another replica could take over the lease and send the old refresh token. */
const landEveryMs = 2_000

/**
 * Starts the chores: revocations and refreshes that are due, and what has ended long ago is forgotten.
 *
 * @returns Stops them; what runs is finished by the shutdown.
 */
export function startChores(core: Core): () => void {
  let running: Promise<unknown> | undefined
  const run = async () => {
    try {
      await forgetParkedAnswers(core)
      await forgetOldSessions(core)
      await forgetOldTokens(core)
      // Last, because servers that are down make them long.
      if (core.settings.keepAlive) await keepAlive(core)
      await tryDueRevocations(core)
    } catch (error) {
      // The store may be gone for a while; the next turn finds out.
      core.settings.logger.warn('the chores could not be done', { error })
    } finally {
      running = undefined
    }
  }
  const timer = setInterval(() => {
    running ??= run()
  }, everyMs)
  timer.unref()
  const landing = setInterval(() => void landAll(core), landEveryMs)
  landing.unref()
  return () => {
    clearInterval(timer)
    clearInterval(landing)
  }
}
