/** Holds what each built entry may reach: other rooms, packages and Node itself (DESIGN §2's arrows, in what is shipped). */
import { existsSync, globSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { readImports } from './imports.ts'

type Rule = {
  /** Rooms beside itself. */
  readonly rooms: readonly string[]
  readonly packages: readonly string[]
  readonly node: boolean
}

const BROWSER = ['oauth4webapi', 'idb-keyval']
const LIT = ['lit', 'lit-html', 'lit-element', '@lit/reactive-element']
const SERVER = [
  'hono',
  'oauth4webapi',
  'jose',
  'undici',
  'kysely',
  'pg',
  'ipaddr.js',
  'redos-detector',
  '@hono/node-server',
]
const OPERATIONS = ['p-limit', 'prom-client', 'rate-limiter-flexible', 'yaml']

const RULES: { readonly [room: string]: Rule } = {
  protocol: { rooms: [], packages: [], node: false },
  api: { rooms: ['protocol'], packages: [], node: false },
  client: { rooms: ['protocol', 'api'], packages: BROWSER, node: false },
  element: { rooms: ['protocol', 'api', 'client'], packages: LIT, node: false },
  react: { rooms: ['protocol', 'client', 'element'], packages: ['react'], node: false },
  vue: { rooms: [], packages: [], node: false },
  svelte: { rooms: [], packages: [], node: false },
  agent: { rooms: ['protocol', 'api'], packages: [], node: false },
  server: { rooms: ['protocol'], packages: [...SERVER, ...OPERATIONS], node: true },
  node: { rooms: ['protocol', 'api', 'agent', 'server'], packages: [...SERVER, ...OPERATIONS, 'pino'], node: true },
  fakes: { rooms: ['protocol'], packages: ['hono', 'jose', '@hono/node-server'], node: true },
  cli: {
    rooms: ['protocol', 'api', 'agent', 'server', 'node', 'fakes'],
    packages: ['commander', '@hono/node-server', 'jose', 'open'],
    node: true,
  },
}

// What a page loads by a script tag brings everything along.
const SCRIPT_TAG = 'connector-auth.min.js'

/** Checks every built file of every room, so that whatever an entry reaches has been checked.
 *
 * @param root - folder that holds `dist/`.
 * @returns One sentence for each import that may not be there; empty when all is well.
 */
export function checkReach(root: string): string[] {
  const dist = join(root, 'dist')
  const complaints = Object.entries(RULES).flatMap(([room, rule]) => {
    const files = globSync('**/*.js', { cwd: join(dist, room) })
    if (files.length === 0) return [`dist/${room} holds no built file; run npm run build.`]
    return files.flatMap((file) => checkFile(dist, join(dist, room, file), { room, rule }))
  })
  return [...complaints, ...checkOptional(dist), ...checkScriptTag(dist)]
}

/** Who stays with SQLite has no `pg`: no entry but its own may need it at its start. */
function checkOptional(dist: string): string[] {
  const entries = globSync(['*/index.js', 'cli/main.js'], { cwd: dist })
  const seen = new Set<string>()
  const visit = (file: string): string[] => {
    if (seen.has(file) || !existsSync(file)) return []
    seen.add(file)
    return readImports(file).flatMap(({ specifier, lazy }) => {
      if (lazy) return []
      if (specifier.startsWith('.')) return visit(resolve(dirname(file), specifier))
      return packageName(specifier) === 'pg' ? [`${relative(join(dist, '..'), file)} imports pg at its start.`] : []
    })
  }
  return entries.flatMap((entry) => visit(join(dist, entry)))
}

function checkFile(dist: string, file: string, of: { readonly room: string; readonly rule: Rule }): string[] {
  return readImports(file).flatMap(({ specifier }) => {
    const reason = refuse(dist, file, specifier, of)
    return reason ? [`${relative(join(dist, '..'), file)} imports ${specifier}: ${reason}.`] : []
  })
}

function refuse(
  dist: string,
  file: string,
  specifier: string,
  { room, rule }: { readonly room: string; readonly rule: Rule },
): string | undefined {
  if (specifier.startsWith('.')) return refusePath(dist, resolve(dirname(file), specifier), { room, rule })
  if (isBuiltin(specifier)) return rule.node ? undefined : `${room} must not reach Node`
  return rule.packages.includes(packageName(specifier)) ? undefined : `${room} may not reach this package`
}

function refusePath(
  dist: string,
  target: string,
  { room, rule }: { readonly room: string; readonly rule: Rule },
): string | undefined {
  const other = relative(dist, target).split(sep)[0] ?? ''
  if (!existsSync(target)) return 'there is no such file'
  return other === room || rule.rooms.includes(other) ? undefined : `${room} may not reach ${other || 'outside dist'}`
}

function checkScriptTag(dist: string): string[] {
  const file = join(dist, SCRIPT_TAG)
  if (!existsSync(file)) return [`dist/${SCRIPT_TAG} is missing; run npm run build.`]
  return readImports(file)
    .filter(({ specifier }) => !specifier.startsWith('./'))
    .map(({ specifier }) => `dist/${SCRIPT_TAG} imports ${specifier}, which no page can resolve.`)
}

function packageName(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

if (import.meta.main) {
  const complaints = checkReach(resolve(process.argv[2] ?? '.'))
  for (const complaint of complaints) console.error(complaint)
  process.exitCode = complaints.length > 0 ? 1 : 0
}
