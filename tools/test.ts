/** The runner behind `npm test`: browser, build, every suite, one closing line. */
import { ensureChromium } from './chromium.ts'
import { closingLine, crashed, mustHaveRun, sum } from './counts.ts'
import type { Counts } from './counts.ts'
import { enginePrograms, ensurePrograms, screenPrograms } from './engines.ts'
import { npmRun } from './npm-run.ts'
import { ensurePgbouncer } from './pgbouncer.ts'
import { ensurePostgres } from './postgres.ts'
import { runBrowserSuite } from './run-browser-suite.ts'
import { runNodeSuite } from './run-node-suite.ts'
import { listSuites } from './suites.ts'
import type { Suite } from './suites.ts'

/** Runs the suites of the checkout in the current folder, or only the rooms named.
 *
 * @param parameters - room names, none for all; `--full` for what takes long.
 */
async function main(parameters: readonly string[]): Promise<Counts> {
  const root = process.cwd()
  const full = parameters.includes('--full')
  const wanted = parameters.filter((one) => one !== '--full')
  const suites = listSuites(root, wanted, full)
  if (suites.some((suite) => suite.kind !== 'node')) process.env['CHROME_PATH'] = ensureChromium()
  if (process.platform === 'linux' && suites.some(({ kind }) => kind === 'journeys' || kind === 'engines'))
    ensurePrograms(screenPrograms)
  if (suites.some(({ kind }) => kind === 'engines')) ensurePrograms(enginePrograms)
  if (suites.some((suite) => suite.kind === 'node')) process.env['POSTGRES_BIN'] = ensurePostgres()
  if (full) ensurePgbouncer()
  if (!npmRun({ root, script: 'build' }).ok) throw new Error('The build failed, so no test was run.')
  const all: Counts[] = []
  for (const suite of suites) {
    const started = Date.now()
    console.log(`\n── ${suite.name}: ${suite.files.length} files`)
    const counts = mustHaveRun(await runSuite(root, suite))
    console.log(`── ${suite.name}: ${closingLine(counts)} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
    all.push(counts)
  }
  return mustHaveRun(sum(all))
}

async function runSuite(root: string, suite: Suite): Promise<Counts> {
  switch (suite.kind) {
    case 'node':
      return runNodeSuite({ files: suite.files, concurrency: 2 })
    case 'browser':
      return runBrowserSuite({ root, files: suite.files })
    case 'journeys':
      return runNodeSuite({ files: suite.files, concurrency: 1 })
    case 'engines':
      return runNodeSuite({ files: suite.files, concurrency: 1, timeoutSeconds: 3_600 })
  }
}

const counts = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return crashed
})
console.log(`\n${closingLine(counts)}`)
process.exitCode = counts.failed > 0 ? 1 : 0
