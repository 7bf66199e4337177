/** Makes custom-elements.json from the element's own comments, and from that what editors and readers want, or checks that the
 * committed files are up to date. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { tmpdir } from 'node:os'
import { makeVsCodeData, makeWebTypes } from './editor-data.ts'
import { describeElement } from './element-description.ts'
import { makeElementDocs } from './element-docs.ts'
import { execute } from './execute.ts'
import { includeCode } from './include-code.ts'

const FILE = 'custom-elements.json'
/** Written by hand; the reference is joined to it. */
const RECIPES = 'docs/element-recipes.md'
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

/** Makes every file that is made from the element, by name. Recipes and a version are part of it where the checkout has them. */
export function makeFiles(root: string, manifest = makeManifest(root)): ReadonlyMap<string, string> {
  const element = describeElement(manifest)
  const files = new Map([
    [FILE, manifest],
    ['vscode.html-custom-data.json', makeVsCodeData(element)],
    ['web-types.json', makeWebTypes(element, readVersion(root))],
  ])
  const recipes = join(root, RECIPES)
  if (existsSync(recipes))
    files.set('docs/element.md', makeElementDocs(element, includeCode(root, readFileSync(recipes, 'utf8'))))
  return files
}

function readVersion(root: string): string {
  const { version }: { version?: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return version ?? '0.0.0'
}

/** Compares the committed files with fresh ones.
 *
 * @returns What is wrong, or undefined.
 */
export function checkManifest(root: string): string | undefined {
  const manifest = makeManifest(root)
  if (!manifest.includes('"tagName": "connector-auth"')) return 'The analyzer found no <connector-auth>.'
  for (const [file, fresh] of makeFiles(root, manifest)) {
    if (!existsSync(join(root, file))) return `${file} is missing; run npm run manifest.`
    if (readFileSync(join(root, file), 'utf8') !== fresh) return `${file} is out of date; run npm run manifest.`
  }
  return undefined
}

if (import.meta.main) {
  const root = resolve(process.argv[3] ?? '.')
  if (process.argv[2] === 'write') {
    for (const [file, fresh] of makeFiles(root)) writeFileSync(join(root, file), fresh)
  } else {
    const problem = checkManifest(root)
    if (problem) console.error(problem)
    process.exitCode = problem ? 1 : 0
  }
}
