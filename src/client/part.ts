/** Loads a part of the client that first paint does not need. */

import { aborted } from '../api/exchange.ts'
import { NetworkError } from '../protocol/errors.ts'

/** As long as a call may take. */
const limitMilliseconds = 20_000

/** Loads once; a fault is told to who asks, and the next one tries again.
 *
 * It rejects with {@link NetworkError} `part_unavailable`.
 */
export function createPart<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () =>
    (loading ??= Promise.race([load(), aborted(AbortSignal.timeout(limitMilliseconds))]).catch((cause: unknown) => {
      loading = undefined
      throw new NetworkError('part_unavailable', 'A part of the page could not be loaded.', {
        cause,
        retryable: true,
      })
    }))
}
