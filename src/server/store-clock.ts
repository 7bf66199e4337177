/** Tells the time as the store's machine does, so that replicas agree on what has expired. */

import { sql } from 'kysely'
import type { Store } from './stores/store.ts'

/** A difference below this is no clock's fault, and no harm. */
const toleratedMs = 1_000
/** An answer that took longer than this says nothing exact. */
const slowestMs = 2_000
const everyMs = 15_000

export interface StoreClock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Sets it by the store's. */
  adjust(): Promise<void>
  /** Sets it again and again from now on. @returns Stops it. */
  keep(): () => void
}

/**
 * Makes a clock that goes as this process's own and is set by the store's: a machine that is minutes ahead would end the
 * attempts and parked answers of the others, one that is behind would serve tokens that have ended.
 *
 * While the store does not answer, the difference that was found last is kept.
 */
export function storeClock(store: Pick<Store, 'db' | 'clock'>): StoreClock {
  let ahead = 0

  async function adjust(): Promise<void> {
    const asked = Date.now()
    const { rows } = await sql<{ now: number }>`SELECT ${store.clock} AS now`.execute(store.db)
    const answered = Date.now()
    const told = Number(rows[0]?.now)
    // Time that went back, or stood long, meanwhile: the next turn finds out.
    if (answered < asked || answered - asked > slowestMs || !Number.isFinite(told)) return
    const difference = (asked + answered) / 2 - told
    ahead = Math.abs(difference) < toleratedMs ? 0 : Math.round(difference)
  }

  return {
    now: () => Date.now() - ahead,
    adjust,
    keep() {
      const timer = setInterval(() => void adjust().catch(() => undefined), everyMs)
      timer.unref()
      return () => clearInterval(timer)
    },
  }
}
