/** Measures what a page loads until first paint and the parts it loads on demand, minified and compressed with Brotli, each against its limit. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'vite'
import { readImports } from './imports.ts'

/** One measured entry; `brotli` and `limit` in bytes. */
export type Measurement = {
  readonly entry: string
  readonly minified: number
  readonly brotli: number
  readonly limit: number
  readonly problem?: string
}

const CLIENT = { entry: 'dist/client/index.js', limit: 6_000 }
const SCRIPT_TAG = { entry: 'dist/connector-auth.min.js', limit: 14_000 }
/** What every card needs after first paint and every attempt: one file. */
const LATER = { entry: 'dist/connector-auth.later.min.js', limit: 25_000 }
/** The list, the form, a language. */
const PART_LIMIT = 5_000

/** Measures both browser entries and the parts of the script tag; a missing entry is a problem, never a zero.
 *
 * @param root - folder that holds `dist/`.
 */
export async function measureBytes(root: string): Promise<Measurement[]> {
  return [
    await measure(root, CLIENT, (file) => bundle(root, file)),
    await measure(root, SCRIPT_TAG, async (file) => staticFiles(file).map((one) => readFileSync(one, 'utf8'))),
    ...(await Promise.all(
      partsIn(root).map((part) => measure(root, part, async (file) => [readFileSync(file, 'utf8')])),
    )),
  ]
}

function partsIn(root: string): { readonly entry: string; readonly limit: number }[] {
  const entries = globSync('dist/connector-auth.*.min.js', { cwd: root }).toSorted()
  return entries.map((entry) => (entry === LATER.entry ? LATER : { entry, limit: PART_LIMIT }))
}

async function measure(
  root: string,
  { entry, limit }: { readonly entry: string; readonly limit: number },
  load: (file: string) => Promise<string[]>,
): Promise<Measurement> {
  const file = join(root, entry)
  if (!existsSync(file)) return { entry, minified: 0, brotli: 0, limit, problem: 'missing; run npm run build' }
  const chunks = await load(file)
  const minified = chunks.reduce((bytes, code) => bytes + Buffer.byteLength(code), 0)
  const brotli = chunks.reduce((bytes, code) => bytes + compress(code), 0)
  const over = brotli - limit
  return { entry, minified, brotli, limit, ...(over > 0 ? { problem: `${over} bytes too many` } : {}) }
}

/** Bundles as a host's production build would: dependencies in, minified, exports kept. */
async function bundle(root: string, file: string): Promise<string[]> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      target: 'es2022',
      // As a library: else each dynamic import brings Vite's own preloader along, 0.6 kB that are not ours.
      lib: { entry: file, formats: ['es'] },
      rolldownOptions: { output: { minify: true } },
    },
  })
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
  const chunks = new Map(outputs.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one] as const] : [])))
  const entry = [...chunks.values()].find((chunk) => chunk.isEntry)
  const eager = closure(entry ? [entry.fileName] : [], (name) => chunks.get(name)?.imports ?? [])
  return eager.flatMap((name) => chunks.get(name)?.code ?? [])
}

function staticFiles(entry: string): string[] {
  return closure([entry], (file) =>
    readImports(file)
      .filter(({ lazy }) => !lazy)
      .map(({ specifier }) => resolve(dirname(file), specifier)),
  )
}

function closure(start: readonly string[], next: (item: string) => readonly string[]): string[] {
  const seen = new Set<string>()
  const queue = [...start]
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (seen.has(item)) continue
    seen.add(item)
    queue.push(...next(item))
  }
  return [...seen]
}

function compress(code: string): number {
  return brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength
}

function toLine(row: readonly string[]): string {
  return row.map((cell, column) => (column === 0 ? cell.padEnd(36) : cell.padStart(10))).join('')
}

if (import.meta.main) {
  const measurements = await measureBytes(resolve(process.argv[2] ?? '.'))
  console.log(toLine(['entry', 'minified', 'brotli', 'limit']))
  for (const { entry, minified, brotli, limit, problem } of measurements) {
    console.log(toLine([entry, String(minified), String(brotli), String(limit)]) + (problem ? `  ✗ ${problem}` : '  ✓'))
  }
  process.exitCode = measurements.some((one) => one.problem) ? 1 : 0
}
