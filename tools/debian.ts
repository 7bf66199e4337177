/** Installs packages on Debian or Ubuntu, as root: machines that run tests and nothing else. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Whether installing is both possible and nobody's loss. */
export function isDebianRoot(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** Installs a package, or several, without what they merely recommend.
 *
 * @param remedy - what to do instead, for the error's sentence.
 */
export function installDebian(names: string | readonly string[], remedy: string): void {
  run('apt-get', ['update'], remedy)
  run('apt-get', ['install', '-y', '--no-install-recommends', ...[names].flat()], remedy)
}

function run(command: string, parameters: readonly string[], remedy: string): void {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync(command, parameters, { stdio: 'inherit', env: environment })
  if (status !== 0) throw new Error(`"${command} ${parameters.join(' ')}" failed; ${remedy}.`)
}
