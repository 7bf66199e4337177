/** Makes custom-elements.json from the element's own comments, or checks that the committed one is up to date. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { tmpdir } from 'node:os'
import { execute } from './execute.ts'

const FILE = 'custom-elements.json'
const CONFIG = 'custom-elements-manifest.config.js'

/** Analyzes `src/element` of a checkout.
 *
 * @returns The manifest as text.
 * @throws {Error} with the analyzer's output when it fails.
 */
export function makeManifest(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-manifest-'))
  try {
    const options = ['analyze', '--config', CONFIG, '--outdir', relative(root, folder)]
    const command = execute('cem', options)
    const { stdout, stderr } = spawnSync(command.file, command.parameters, { cwd: root, encoding: 'utf8' })
    const file = join(folder, FILE)
    if (!existsSync(file)) throw new Error(`The analyzer wrote nothing: ${stdout}${stderr}`)
    return `${readFileSync(file, 'utf8').trimEnd()}\n`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Compares the committed manifest with a fresh one.
 *
 * @returns What is wrong, or undefined.
 */
export function checkManifest(root: string): string | undefined {
  const file = join(root, FILE)
  const fresh = makeManifest(root)
  if (!fresh.includes('"tagName": "connector-auth"')) return 'The analyzer found no <connector-auth>.'
  if (!existsSync(file)) return `${FILE} is missing; run npm run manifest.`
  return readFileSync(file, 'utf8') === fresh ? undefined : `${FILE} is out of date; run npm run manifest.`
}

if (import.meta.main) {
  const root = resolve(process.argv[3] ?? '.')
  if (process.argv[2] === 'write') {
    writeFileSync(join(root, FILE), makeManifest(root))
  } else {
    const problem = checkManifest(root)
    if (problem) console.error(problem)
    process.exitCode = problem ? 1 : 0
  }
}
