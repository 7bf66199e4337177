/** Rest after faults: a connection whose refresh fails again and again is tried less and less often. */

import { RetryLaterError } from '../retry-later.ts'

export interface Pauses {
  /** @throws {RetryLaterError} `authorization_server_busy` where it is too early for another try */
  refuse(rowId: string, name: string): void
  failed(rowId: string): void
  succeeded(rowId: string): void
}

const longestMs = 60_000
const maxKept = 10_000

/** Exponential and with full jitter; the first fault costs no pause. Of this process alone. */
export function createPauses(): Pauses {
  const pauses = new Map<string, { readonly faults: number; readonly until: number }>()
  return {
    refuse(rowId, name) {
      const seconds = Math.ceil(((pauses.get(rowId)?.until ?? 0) - performance.now()) / 1_000)
      if (seconds > 0)
        throw new RetryLaterError('authorization_server_busy', `${name} failed lately. Try again later.`, seconds)
    },
    failed(rowId) {
      const faults = (pauses.get(rowId)?.faults ?? 0) + 1
      const [oldest] = pauses.keys()
      if (pauses.size >= maxKept && oldest !== undefined) pauses.delete(oldest)
      const pauseMs = faults === 1 ? 0 : Math.random() * Math.min(longestMs, 500 * 2 ** faults)
      pauses.set(rowId, { faults, until: performance.now() + pauseMs })
    },
    succeeded: (rowId) => void pauses.delete(rowId),
  }
}
