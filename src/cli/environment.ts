/** Takes up the `.env` of the current folder; what the environment has already stands over it. */

import { existsSync } from 'node:fs'

/** Reads `.env` once or many times alike. */
export function loadEnvironment(): void {
  if (existsSync('.env')) process.loadEnvFile('.env')
}
