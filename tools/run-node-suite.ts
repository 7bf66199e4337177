/** Runs test files with node:test, streams the readable report and counts what ran. */
import { resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import type { Counts } from './counts.ts'

// A test that hangs must not hang the run.
const TEST_TIMEOUT = 120_000
// Where files are among them that take long on purpose.
const FULL_TIMEOUT = 1_800_000

type Result = {
  readonly name: string
  readonly nesting: number
  readonly file?: string | undefined
  readonly skip?: string | boolean | undefined
  readonly todo?: string | boolean | undefined
  readonly details: { readonly type?: string | undefined }
}

/** Runs the files, each in a process of its own.
 *
 * @param options - `concurrency` is the number of files at a time.
 */
export async function runNodeSuite(options: {
  readonly files: readonly string[]
  readonly concurrency: number
}): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const timeout = options.files.some((file) => file.endsWith('.full.ts')) ? FULL_TIMEOUT : TEST_TIMEOUT
  const events = run({ files: [...options.files], concurrency: options.concurrency, timeout })
  events.on('test:pass', (result) => {
    if (isSuite(result)) return
    if (isEmptyFile(result)) counts.failed += 1
    else if (result.skip !== undefined || result.todo !== undefined) counts.skipped += 1
    else counts.passed += 1
  })
  events.on('test:fail', (result) => {
    if (isSuite(result)) return
    if (result.todo === undefined) counts.failed += 1
    else counts.skipped += 1
  })
  const report = events.compose(new spec())
  for await (const chunk of report) process.stdout.write(String(chunk))
  return counts
}

function isSuite(result: Result): boolean {
  return result.details.type === 'suite'
}

/** node:test reports a file that declares no test as one passing test named after the file. */
function isEmptyFile(result: Result): boolean {
  return result.nesting === 0 && result.file !== undefined && resolve(result.name) === resolve(result.file)
}
