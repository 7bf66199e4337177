/** Finds the other browser engines, and the screen and window manager they are driven on; run directly, it makes sure that they exist. */
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebian, isDebianRoot } from './debian.ts'

/** A program that tests with real windows start. */
export type Program = 'firefox' | 'webkitDriver' | 'miniBrowser' | 'xvfb' | 'openbox'

/** What every test with real windows needs. */
export const screenPrograms: readonly Program[] = ['xvfb', 'openbox']

/** What the engines beside Chromium need. */
export const enginePrograms: readonly Program[] = ['firefox', 'webkitDriver', 'miniBrowser']

/** What the search looks at; everything has a default. */
export type ProgramSearch = {
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly exists?: (path: string) => boolean
  /** Finds the files of a pattern. */
  readonly list?: (pattern: string) => readonly string[]
}

type Known = {
  readonly called: string
  /** Names the file where it stands in an unusual place. */
  readonly variable: string
  readonly names: readonly string[]
  /** Where it is when it is on no PATH. */
  readonly place?: string
  /** Debian's package. */
  readonly package: string
}

const KNOWN: { readonly [P in Program]: Known } = {
  firefox: {
    called: 'Firefox',
    variable: 'FIREFOX_PATH',
    names: ['firefox-esr', 'firefox'],
    place: '/Applications/Firefox.app/Contents/MacOS/firefox',
    package: 'firefox-esr',
  },
  webkitDriver: {
    called: 'WebKitWebDriver',
    variable: 'WEBKIT_DRIVER_PATH',
    names: ['WebKitWebDriver'],
    package: 'webkit2gtk-driver',
  },
  miniBrowser: {
    called: "WebKitGTK's MiniBrowser",
    variable: 'MINI_BROWSER_PATH',
    names: ['MiniBrowser'],
    place: '/usr/lib/*/webkit2gtk-4.*/MiniBrowser',
    package: 'webkit2gtk-driver',
  },
  xvfb: { called: 'Xvfb', variable: 'XVFB_PATH', names: ['Xvfb'], package: 'xvfb' },
  openbox: { called: 'Openbox', variable: 'OPENBOX_PATH', names: ['openbox'], package: 'openbox' },
}

/** Finds a program: the file its variable names, then the PATH, then its usual place.
 *
 * @returns The path of its executable.
 * @throws {Error} one sentence on what to install.
 */
export function findProgram(program: Program, search: ProgramSearch = {}): string {
  const { environment = process.env, exists = existsSync, list = globSync } = search
  const { called, variable, names, place } = KNOWN[program]
  const chosen = environment[variable]
  if (chosen) {
    if (exists(chosen)) return chosen
    throw new Error(`${variable} names ${chosen}, which does not exist; ${remedyOf(program)}.`)
  }
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  const found = onPath.find((path) => exists(path)) ?? (place && list(place).toSorted().at(-1))
  if (found) return found
  throw new Error(`${called} was not found; ${remedyOf(program)}.`)
}

/** Makes sure that programs exist, by the package manager where that is safe (Debian or Ubuntu, as root).
 *
 * @throws {Error} one sentence on what to install.
 */
export function ensurePrograms(programs: readonly Program[]): void {
  const missing = programs.filter((program) => !isThere(program))
  const [first] = missing
  if (first && !missing.some((program) => process.env[KNOWN[program].variable]) && isDebianRoot())
    installDebian([...new Set(missing.map((program) => KNOWN[program].package))], remedyOf(first))
  for (const program of missing) findProgram(program)
}

function isThere(program: Program): boolean {
  try {
    return findProgram(program) !== ''
  } catch {
    return false
  }
}

function remedyOf(program: Program): string {
  const known = KNOWN[program]
  return `install it (Debian: apt-get install ${known.package}), or set ${known.variable} to its executable`
}

if (import.meta.main) {
  try {
    ensurePrograms([...screenPrograms, ...enginePrograms])
    for (const program of [...screenPrograms, ...enginePrograms]) console.log(findProgram(program))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
