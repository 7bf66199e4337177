/** The environment file's sealing keys: read and replaced, every other line left as it is. */

import { existsSync, readFileSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'
import { changeFile } from './locked-file.ts'

const line = /^(?:export\s+)?CONNECTOR_AUTH_SEALING_KEYS=(["']?)(.*?)\1[ \t]*$/m

/** @throws {InvalidRequestError} `invalid_configuration` where the file has no such line */
export function readSealingKeys(file: string): readonly string[] {
  const entries = existsSync(file) ? line.exec(readFileSync(file, 'utf8'))?.[2] : undefined
  if (entries !== undefined) return splitKeys(entries)
  throw new InvalidRequestError(
    'invalid_configuration',
    `${file} has no CONNECTOR_AUTH_SEALING_KEYS. Run connector-auth init, or name the file with --file.`,
  )
}

/**
 * Replaces the line, where it still holds what was read: what another process has written meanwhile is not lost.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where it has changed
 */
export function writeSealingKeys(file: string, before: readonly string[], entries: readonly string[]): void {
  changeFile(file, (content) => {
    if (splitKeys(line.exec(content)?.[2] ?? '').join() !== before.join())
      throw new InvalidRequestError(
        'invalid_configuration',
        `${file} was changed by somebody else. Nothing was written; try again.`,
      )
    return content.replace(line, () => `CONNECTOR_AUTH_SEALING_KEYS=${entries.join(',')}`)
  })
}

/** Keys as they are written in the environment: joined by commas. */
export function splitKeys(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
