/** Measures how late this process's event loop is. */

import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds. */
export interface LoopLag {
  readonly lagP99: number
  readonly lagMax: number
}

const resolutionMs = 1

/** Watches from now on. @returns what it was since the last reset. */
export function watchLoop(): { reset(): void; lag(): LoopLag } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  // A sample is the time from one tick to the next: an idle loop's is the resolution.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
  return {
    reset: () => delay.reset(),
    lag: () => ({ lagP99: late(delay.percentile(99)), lagMax: late(delay.max) }),
  }
}
