/** Writes src/protocol/callback-script.ts from src/client/callback-page.ts; with --check it fails where they differ. */

import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { callbackStyle } from '../src/protocol/callback-style.ts'

const target = new URL('../src/protocol/callback-script.ts', import.meta.url)
const limit = 500

const result = await build({
  entryPoints: [new URL('../src/client/callback-page.ts', import.meta.url).pathname],
  bundle: true,
  minify: true,
  // Not a module: an inline script, so nothing may leak into the page's own scope.
  format: 'iife',
  target: 'es2022',
  write: false,
})
const script = (result.outputFiles[0]?.text ?? '').trim()
const bytes = brotliCompressSync(script).length
const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const wanted = `/** Made by tools/callback.ts from src/client/callback-page.ts; not to be edited by hand. */

/** The callback page's script. */
export const callbackScript =
  ${quoted(script)}

/** The Content-Security-Policy source of the script. */
export const callbackScriptHash = '${hash(script)}'

/** The Content-Security-Policy source of the style. */
export const callbackStyleHash = '${hash(callbackStyle)}'
`

if (bytes > limit) fail(`The callback page's script has ${bytes} bytes, minified and brotli; ${limit} are allowed.`)
if (script.includes('</')) fail('The callback script would end its own script element.')
const present = await readFile(target, 'utf8').catch(() => '')
if (!process.argv.includes('--check')) await writeFile(target, wanted)
else if (present !== wanted) fail('src/protocol/callback-script.ts is not up to date: run node tools/callback.ts.')

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
