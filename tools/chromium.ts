/** Finds the Chrome or Chromium that browser tests drive; run directly, it makes sure that one exists. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { installDebian, isDebianRoot } from './debian.ts'

/** What the search looks at; everything has a default. */
export type ChromiumSearch = {
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly platform?: NodeJS.Platform
  readonly exists?: (path: string) => boolean
}

/** Flags every browser test starts with: no sandbox (tests also run as root), no traffic of its own. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

const REMEDY = 'install Google Chrome or Chromium, or set CHROME_PATH to the executable of one'

/** Finds a Chrome or Chromium: `CHROME_PATH`, then the well-known places, then the PATH.
 *
 * @returns The path of its executable.
 * @throws {Error} one sentence on what to install.
 */
export function findChromium(search: ChromiumSearch = {}): string {
  const { environment = process.env, platform = process.platform, exists = existsSync } = search
  const chosen = environment['CHROME_PATH']
  if (chosen) {
    if (exists(chosen)) return chosen
    throw new Error(`CHROME_PATH names ${chosen}, which does not exist; ${REMEDY}.`)
  }
  const found = [...knownPlaces(platform, environment), ...onPath(platform, environment)].find((path) => exists(path))
  if (found) return found
  throw new Error(`No Chrome or Chromium was found; ${REMEDY}.`)
}

/** Makes sure a browser exists, by the package manager where that is safe (Debian or Ubuntu, as root).
 *
 * @throws {Error} one sentence on what to install.
 */
export function ensureChromium(): string {
  try {
    return findChromium()
  } catch (error) {
    if (process.env['CHROME_PATH'] || !isDebianRoot()) throw error
  }
  installDebian('chromium', REMEDY)
  return findChromium()
}

function knownPlaces(platform: NodeJS.Platform, environment: NonNullable<ChromiumSearch['environment']>): string[] {
  if (platform === 'darwin') {
    const apps = ['Google Chrome', 'Chromium'].map((name) => `Applications/${name}.app/Contents/MacOS/${name}`)
    return apps.flatMap((app) => [`/${app}`, join(homedir(), app)])
  }
  if (platform === 'win32') {
    const roots = [environment['PROGRAMFILES'], environment['PROGRAMFILES(X86)'], environment['LOCALAPPDATA']]
    const apps = ['Google\\Chrome\\Application\\chrome.exe', 'Chromium\\Application\\chrome.exe']
    return roots.flatMap((root) => (root ? apps.map((app) => `${root}\\${app}`) : []))
  }
  return ['/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/usr/bin/chromium', '/snap/bin/chromium']
}

function onPath(platform: NodeJS.Platform, environment: NonNullable<ChromiumSearch['environment']>): string[] {
  const linux = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']
  const names = platform === 'win32' ? ['chrome.exe', 'chromium.exe'] : linux
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => names.map((name) => join(folder, name)))
}

if (import.meta.main) {
  try {
    console.log(ensureChromium())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
