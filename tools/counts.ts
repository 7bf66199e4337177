/** Counts of a test run, added up over suites and said in one closing line. */

/** What a suite ran. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number }

/** A suite that could not run at all. */
export const crashed: Counts = { passed: 0, failed: 1, skipped: 0 }

/** Adds up suites. */
export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  )
}

/** A suite in which nothing passed, failed or was skipped did not run, which is a failure. */
export function mustHaveRun(counts: Counts): Counts {
  return counts.passed + counts.failed + counts.skipped === 0 ? crashed : counts
}

/** The one line a CI reads. */
export function closingLine(counts: Counts): string {
  const line = `${counts.passed} passed, ${counts.failed} failed`
  return counts.skipped ? `${line}, ${counts.skipped} skipped` : line
}
