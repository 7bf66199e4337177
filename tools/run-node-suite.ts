/** Runs test files with node:test, streams the readable report and counts what ran. */
import { resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import type { Counts } from './counts.ts'

// A test that hangs must not hang the run.
const defaultTimeoutSeconds = 120
// Where files are among them that take long on purpose.
const fullTimeoutSeconds = 1_800

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
 * @param options - `concurrency` is the number of files at a time; a file may take `timeoutSeconds`, 120 by default.
 */
export async function runNodeSuite(options: {
  readonly files: readonly string[]
  readonly concurrency: number
  readonly timeoutSeconds?: number
}): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const { files, concurrency } = options
  const usualSeconds = files.some((file) => file.endsWith('.full.ts')) ? fullTimeoutSeconds : defaultTimeoutSeconds
  const events = run({ files: [...files], concurrency, timeout: (options.timeoutSeconds ?? usualSeconds) * 1_000 })
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
