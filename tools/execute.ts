/** Starts installed tools by the file that Node runs, so that no shell and no PATH is needed on any system. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findPackageJSON } from 'node:module'

/** A program and its parameters, ready for `spawn`. */
export type Command = { readonly file: string; readonly parameters: readonly string[] }

// Which package brings which bin.
const PACKAGES: { readonly [bin: string]: string } = {
  wtr: '@web/test-runner',
  tsc: 'typescript',
  biome: '@biomejs/biome',
  oxlint: 'oxlint',
  knip: 'knip',
  publint: 'publint',
  attw: '@arethetypeswrong/cli',
  cem: '@custom-elements-manifest/analyzer',
}

/** Finds the bin of an installed package.
 *
 * @throws {Error} when the package is not installed or has no such bin.
 */
export function execute(bin: string, parameters: readonly string[]): Command {
  const name = PACKAGES[bin] ?? bin
  const manifest = findPackageJSON(name, import.meta.url)
  if (!manifest) throw new Error(`${name} is not installed; run npm install.`)
  const bins: unknown = Reflect.get(Object(JSON.parse(readFileSync(manifest, 'utf8'))), 'bin')
  const path: unknown = typeof bins === 'string' ? bins : Reflect.get(Object(bins), bin)
  if (typeof path !== 'string') throw new Error(`${name} has no bin "${bin}".`)
  return { file: process.execPath, parameters: [join(dirname(manifest), path), ...parameters] }
}
