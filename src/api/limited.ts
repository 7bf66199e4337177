/** Limits how long something may take. */

/** The longest that a timer takes: 24 days. */
const LONGEST_MILLISECONDS = 2 ** 31 - 1

/** Does work whose signal ends after a time, and with the work: one of `AbortSignal.timeout` keeps Deno alive until then,
 * and one that never ended would keep what hangs on it.
 *
 * @param milliseconds - More than 24 days are no limit.
 */
export async function limited<T>(milliseconds: number, work: (ended: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController()
  const end = () => limit.abort(new DOMException('It took too long.', 'TimeoutError'))
  const timer = milliseconds > LONGEST_MILLISECONDS ? undefined : setTimeout(end, milliseconds)
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    limit.abort()
  }
}
