/** Counts what @web/test-runner ran, for the closing line over all suites. */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestResult, TestSession, TestSuiteResult } from '@web/test-runner'
import type { Counts } from './counts.ts'

/** A reporter that leaves the counts as JSON in a file. */
export function countReporter(file: string): Reporter {
  return {
    onTestRunFinished: ({ sessions }) => {
      writeFileSync(file, JSON.stringify(countSessions(sessions)))
    },
  }
}

/** Counts finished sessions; one that crashed or ran no test is one failure. */
export function countSessions(sessions: readonly Pick<TestSession, 'passed' | 'errors' | 'testResults'>[]): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const session of sessions) {
    const tests = session.testResults ? flatten(session.testResults) : []
    const failed = tests.filter((test) => !test.passed && !test.skipped).length
    const isBroken = failed === 0 && (!session.passed || session.errors.length > 0 || tests.length === 0)
    counts.failed += isBroken ? 1 : failed
    counts.skipped += tests.filter((test) => test.skipped).length
    counts.passed += tests.filter((test) => test.passed && !test.skipped).length
  }
  return counts
}

function flatten(suite: TestSuiteResult): TestResult[] {
  return [...suite.tests, ...suite.suites.flatMap(flatten)]
}
