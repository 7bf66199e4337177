/** Where this machine's user keeps the data of programs: a folder that is theirs alone. */

import { chmodSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** The folder, by the platform's own custom (XDG Base Directory, Application Support, Local AppData); it is not made. */
export function dataFolder(
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
  home = homedir(),
): string {
  const name = 'connector-auth'
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), name)
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', name)
  const xdg = environment['XDG_DATA_HOME'] ?? ''
  // The specification has relative paths ignored.
  return join(xdg.startsWith('/') ? xdg : join(home, '.local', 'share'), name)
}

/** Makes the folder, for its owner only; one that is there is closed to others. */
export function ownFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  return folder
}
