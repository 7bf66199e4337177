/** The environment file's sealing keys: read and replaced, every other line left as it is. */

import { chmodSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'

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

/** Replaces the line; a crash leaves the file as it was or as it is to be, for its owner's eyes alone. */
export function writeSealingKeys(file: string, entries: readonly string[]): void {
  const before = readFileSync(file, 'utf8')
  const draft = `${file}.new`
  const handle = openSync(draft, 'w', 0o600)
  try {
    writeSync(
      handle,
      before.replace(line, () => `CONNECTOR_AUTH_SEALING_KEYS=${entries.join(',')}`),
    )
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  chmodSync(draft, 0o600)
  renameSync(draft, file)
}

/** Keys as they are written in the environment: joined by commas. */
export function splitKeys(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}
