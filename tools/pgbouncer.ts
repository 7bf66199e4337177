/** Finds the PgBouncer that the full tests put before PostgreSQL; run directly, it makes sure that one exists. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebian, isDebianRoot } from './debian.ts'

const REMEDY = 'install PgBouncer (Debian: apt-get install pgbouncer)'

/** Finds its program on the PATH, or where Debian puts it.
 *
 * @throws {Error} one sentence on what to install.
 */
export function findPgbouncer(): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), '/usr/sbin']
  const found = folders.map((folder) => join(folder, 'pgbouncer')).find((path) => existsSync(path))
  if (found) return found
  throw new Error(`No PgBouncer was found; ${REMEDY}.`)
}

/** Makes sure that it exists, by the package manager where that is safe (Debian or Ubuntu, as root).
 *
 * @throws {Error} one sentence on what to install.
 */
export function ensurePgbouncer(): string {
  try {
    return findPgbouncer()
  } catch (error) {
    if (!isDebianRoot()) throw error
  }
  installDebian('pgbouncer', REMEDY)
  return findPgbouncer()
}

if (import.meta.main) {
  try {
    console.log(ensurePgbouncer())
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
