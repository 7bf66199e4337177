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

/** What is done every time; the last ones take long where servers are down. */
const chores = [forgetParkedAnswers, forgetOldSessions, forgetOldTokens, keepAlive, tryDueRevocations]

/**
 * Starts the chores: revocations and refreshes that are due, and what has ended long ago is forgotten.
 *
 * @returns Stops them, and waits for what runs.
 */
export function startChores(core: Core): () => Promise<void> {
  let running: Promise<void> | undefined
  const run = async () => {
    for (const chore of chores) {
      if (core.life.closing) break
      try {
        await chore(core)
      } catch (error) {
        // The store may be gone for a while; the next turn finds out. The others are tried all the same.
        core.settings.logger.warn('a chore could not be done', { chore: chore.name, error })
      }
    }
    running = undefined
  }
  const timer = setInterval(() => {
    running ??= run()
  }, everyMs)
  timer.unref()
  const landing = setInterval(() => void landAll(core), landEveryMs)
  landing.unref()
  return async () => {
    clearInterval(timer)
    clearInterval(landing)
    await running
  }
}
