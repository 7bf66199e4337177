/** `init`: the first secrets of an installation. */

import { randomBytes } from 'node:crypto'
import { InvalidRequestError } from '../protocol/errors.ts'
import { changeFile } from './locked-file.ts'

const names = ['CONNECTOR_AUTH_SEALING_KEYS', 'CONNECTOR_AUTH_API_KEYS'] as const

/**
 * Writes a sealing key and an API key to an environment file, after what it holds already; mode 0600.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where one stands there: a sealing key that is replaced is lost data.
 */
export function initialize(file: string, print: (line: string) => void): void {
  changeFile(file, (before) => {
    const present = names.filter((name) => new RegExp(`^(?:export\\s+)?${name}=`, 'm').test(before))
    if (present.length > 0)
      throw new InvalidRequestError(
        'invalid_configuration',
        `${file} has ${present.join(' and ')} already. Nothing was written.`,
      )
    return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${firstSecrets()}`
  })
  print(`Wrote ${names.join(' and ')} to ${file}, readable by you alone.`)
}

function firstSecrets(): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '')
  return [
    '# Seals every token in the store. Keep a copy in a safe place: without it, every connection is lost.',
    `CONNECTOR_AUTH_SEALING_KEYS=k${date}:${randomBytes(32).toString('base64url')}`,
    "# The host backend's key. Never in a browser.",
    `CONNECTOR_AUTH_API_KEYS=cak_${randomBytes(32).toString('hex')}`,
    '',
  ].join('\n')
}
