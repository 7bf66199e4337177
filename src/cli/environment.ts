/** The environment as commands read it: the process's own, and under it the `.env` of the current folder. */

import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { InvalidRequestError } from '../protocol/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Joins both, for lookups by name. Nothing of the file becomes the process's: a folder that somebody else wrote would steer
 * Node and every program that is started (`NODE_TLS_REJECT_UNAUTHORIZED`, `LD_PRELOAD`, `BROWSER`).
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the file cannot be read.
 */
export function readEnvironment(): Environment {
  return { ...readEnvFile(), ...process.env }
}

/**
 * Reads what the `.env` of the current folder says, by itself.
 *
 * @throws as {@link readEnvironment}
 */
export function readEnvFile(): Environment {
  if (!existsSync('.env')) return {}
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (cause) {
    throw new InvalidRequestError('invalid_configuration', '.env cannot be read.', { cause })
  }
}
