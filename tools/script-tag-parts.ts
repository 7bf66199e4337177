/** Turns the chunks of the script-tag build into parts that are checked before they run, and tells the hash of every file. */
import { createHash } from 'node:crypto'
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, parseSync } from 'vite'

const FIRST = 'connector-auth.min.js'
const LATER = 'connector-auth.later.min.js'
const FILES = 'connector-auth{.*,}.min.js'

/** What one built file says; the bundler's own names, which are one or two letters. */
type Chunk = {
  /** What stands between the imports and the exports, with the loader called where something was imported later. */
  readonly body: string
  /** By file, the local name of each name that is imported. */
  readonly imports: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The local name of each name that is exported. */
  readonly exports: ReadonlyMap<string, string>
}

export type PartsOptions = {
  /** The folder that the files are written to. */
  readonly folder: string
  readonly version: string
  /** The module with the loader, an absolute path. */
  readonly loader: string
}

/** Makes the plugin. */
export function scriptTagParts({ folder, version, loader }: PartsOptions): Plugin {
  return {
    name: 'script-tag-parts',
    buildStart() {
      // A part that is no longer made must not be shipped.
      for (const file of globSync(FILES, { cwd: folder })) rmSync(join(folder, file))
    },
    transform(code) {
      const calls = code.replace(/\bimport\((["'])\.[^"']+\1\)/g, '$$load(() => $&)')
      return calls === code ? null : `import { loadPart as $load } from '${loader}'\n${calls}`
    },
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? [one] : []))
      const made = makeParts(new Map(chunks.map(({ fileName, code }) => [fileName, code])))
      for (const chunk of chunks) chunk.code = made.get(chunk.fileName) ?? ''
    },
    writeBundle() {
      const files = globSync(FILES, { cwd: folder }).toSorted()
      const integrity = Object.fromEntries(
        files.map((file) => [file, integrityOf(readFileSync(join(folder, file)), toldAs(file))]),
      )
      writeFileSync(join(folder, 'connector-auth.sri.json'), `${JSON.stringify({ version, integrity }, null, 2)}\n`)
      this.info(`${FIRST} integrity="${integrity[FIRST] ?? ''}"`)
    },
  }
}

/** A part's is the one by which it is loaded: a preload counts only where it names the same. */
export const toldAs = (file: string): 'sha256' | 'sha384' => (file === FIRST ? 'sha384' : 'sha256')

/** Integrity metadata of a file.
 *
 * @see Subresource Integrity §3.1
 */
export function integrityOf(content: string | Uint8Array, algorithm: 'sha256' | 'sha384' = 'sha384'): string {
  return `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`
}

/** Makes every chunk but the first a function of what the others lend it.
 *
 * @param chunks - code by file name, as the bundler made it.
 * @returns The code that is shipped, by the same names.
 * @throws {Error} where a part needs more than the first file and `later`.
 */
export function makeParts(chunks: ReadonlyMap<string, string>): Map<string, string> {
  const read = new Map([...chunks].map(([file, code]) => [file, readChunk(file, code)]))
  const first = read.get(FIRST)
  if (!first) throw new Error(`The build made no ${FIRST}.`)
  const parts = [...read].filter(([file]) => file !== FIRST)
  const shared = [...new Set(parts.flatMap(([, { imports }]) => [...(imports.get(FIRST)?.keys() ?? [])]))]
  const made = new Map<string, string>()
  for (const [file, chunk] of parts) if (file !== LATER) made.set(file, makePart(file, chunk, shared))
  // `later` knows the hashes of the others, and the first file that of `later`.
  const hashes = Object.fromEntries([...made].map(([file, code]) => [partOf(file), integrityOf(code, 'sha256')]))
  const later = read.get(LATER)
  if (later) made.set(LATER, makePart(LATER, later, shared, `Object.assign($hashes,${JSON.stringify(hashes)});`))
  return made.set(FIRST, makeFirst(first, shared, made.get(LATER) ?? ''))
}

function readChunk(file: string, source: string): Chunk {
  const code = source
    // Notes to bundlers, of which there is none after this one.
    .replace(/\/\* @(?:__PURE__|__NO_SIDE_EFFECTS__|vite-ignore) \*\/\s*/g, '')
    // A chunk that lends something to another exports itself as a whole beside its own names; a part gives all of them.
    .replace(
      /\(\(\)=>import\(["'`]\.\/connector-auth\.([\w-]+)\.min\.js["'`]\)(?:\.then\((\w+)=>\2\.\w+\))?\)/g,
      '(`$1`)',
    )
  if (code.includes('=>import(')) throw new Error(`${file} imports something in a way that is not known here.`)
  const { module, errors } = parseSync(file, code)
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`)
  const { staticImports, staticExports } = module
  const imports = staticImports.map(({ moduleRequest, entries }) => {
    const names = entries.map(({ importName, localName }) => [nameOf(file, importName), localName.value] as const)
    return [moduleRequest.value.replace(/^\.\//, ''), new Map(names)] as const
  })
  const exports = staticExports
    .flatMap(({ entries }) => entries)
    .map(({ exportName, localName }) => [nameOf(file, exportName), nameOf(file, localName)] as const)
  const body = [...staticImports, ...staticExports]
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), code)
  return { body: body.trim(), imports: new Map(imports), exports: new Map(exports) }
}

function makePart(file: string, { body, imports, exports }: Chunk, shared: readonly string[], end = ''): string {
  const stranger = [...imports.keys()].find((one) => one !== FIRST && (one !== LATER || file === LATER))
  if (stranger)
    throw new Error(
      `${file} needs ${stranger}: a part may need ${FIRST} and ${LATER} only; what parts share belongs to the parts of vite.config.ts.`,
    )
  const lent = imports.get(FIRST)
  const list = shared.map((name) => lent?.get(name) ?? '').join(',')
  // The parentheses: V8 compiles such a function with the file, in the background, and not when it is called.
  return `export default(([${list}],$hashes,{${toFields(imports.get(LATER))}})=>{${body};${end}return{${toFields(exports)}}})\n`
}

function makeFirst({ body, imports, exports }: Chunk, shared: readonly string[], later: string): string {
  if (imports.size > 0) throw new Error(`${FIRST} needs ${[...imports.keys()].join(', ')} at its start.`)
  const lent = shared.map((name) => exports.get(name) ?? '')
  // What a bundler exports for its own chunks has a name of one or two letters.
  const open = [...exports].filter(([name]) => name.length > 2)
  const names = open.map(([name, local]) => (name === local ? name : `${local} as ${name}`))
  const code = body.replace('$hash', integrityOf(later, 'sha256'))
  return `${code};const $shared=[${lent.join(',')}];export{${names.join(',')}};\n`
}

const partOf = (file: string): string => file.replace(/^connector-auth\.(.*)\.min\.js$/, '$1')

const toFields = (names: ReadonlyMap<string, string> = new Map()): string =>
  [...names].map(([name, local]) => (name === local ? name : `${name}:${local}`)).join(',')

function nameOf(file: string, { name }: { readonly name: string | null | undefined }): string {
  if (!name) throw new Error(`${file} imports or exports something without a name.`)
  return name
}
