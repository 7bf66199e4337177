/** Measures how long something took, also where the machine stood still meanwhile. */

/** Gives the milliseconds since now; a clock that is set forward counts as time, one that is set back does not take any away. */
export function stopwatch(): () => number {
  const started = performance.now()
  // Some machines' monotonic clock stands while they are suspended.
  const startedAt = Date.now()
  return () => Math.max(performance.now() - started, Date.now() - startedAt)
}
