/** Runs component tests in Chromium with @web/test-runner and reads back what it counted. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashed } from './counts.ts'
import type { Counts } from './counts.ts'
import { execute } from './execute.ts'

/** Runs the files; a run that dies without counting is a failure. */
export function runBrowserSuite(options: { readonly root: string; readonly files: readonly string[] }): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-tests-'))
  const file = join(folder, 'counts.json')
  try {
    const command = execute('wtr', ['--config', 'web-test-runner.config.js', '--files', ...options.files])
    const { status } = spawnSync(command.file, command.parameters, {
      cwd: options.root,
      stdio: 'inherit',
      env: { ...process.env, TEST_COUNTS_FILE: file },
    })
    const counts = parseCounts(readFileSync(file, 'utf8'))
    return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } catch {
    return crashed
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function parseCounts(text: string): Counts {
  const value: unknown = JSON.parse(text)
  const read = (name: string): number => {
    const count: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
    if (typeof count !== 'number') throw new TypeError(`The browser suite counted no "${name}".`)
    return count
  }
  return { passed: read('passed'), failed: read('failed'), skipped: read('skipped') }
}
