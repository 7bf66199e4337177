/** Where a secret is read from: never the command line, which every program on the machine can read. */

import { readFileSync } from 'node:fs'
import { text as readText } from 'node:stream/consumers'
import { InvalidRequestError } from '../protocol/errors.ts'
import { readEnvironment } from './environment.ts'

/** How the help names such an option's value. */
export const sources = '- for standard input, @file, or the name of an environment variable'

/**
 * Reads a secret from `-`, `@file` or a variable. What was typed is never repeated: it may be the secret itself.
 *
 * @param option - as it was typed, such as `--client-secret`.
 * @throws {InvalidRequestError} `invalid_request` where it is none of them, or nothing stands there
 */
export async function readSecret(option: string, source: string): Promise<string> {
  const secret = (await readSource(option, source)).trim()
  if (secret === '') throw new InvalidRequestError('invalid_request', `${option}: nothing stands there.`)
  return secret
}

async function readSource(option: string, source: string): Promise<string> {
  if (source === '-') return readText(process.stdin)
  if (source.startsWith('@')) return readFile(option, source.slice(1))
  const value = /^[A-Z][A-Z0-9_]*$/.test(source) ? readEnvironment()[source] : undefined
  if (value !== undefined) return value
  throw new InvalidRequestError(
    'invalid_request',
    `${option} takes ${sources}. It is none of them. If it was the secret itself, replace it: other programs could read it.`,
  )
}

function readFile(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Its name is not repeated: it may be a secret that begins with @.
    const mend = 'If it was the secret itself, replace it: other programs could read it.'
    throw new InvalidRequestError('invalid_request', `${option}: the file after @ cannot be read. ${mend}`)
  }
}
