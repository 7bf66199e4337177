/** `doctor`: looks at an installation from every side, and says of each thing whether it is right and how to mend it. */

import type { OAuthConnector } from '../../server/index.ts'
import { type Prepared, prepareOptions, readConfiguration } from '../configuration.ts'
import { type Environment, readEnvironment } from '../environment.ts'
import {
  checkApiKeys,
  checkBackend,
  checkClients,
  checkEnvironmentFile,
  checkOrigins,
  clockFindings,
} from './check-installation.ts'
import { checkRedirects } from './check-redirects.ts'
import { checkService } from './check-service.ts'
import { checkStore } from './check-store.ts'
import { type Finding, fault, ok } from './finding.ts'
import { look } from './look.ts'

/**
 * Looks at everything; nothing is changed.
 *
 * @param config - the configuration file of `serve`.
 * @throws {InvalidRequestError} `invalid_configuration` where the file itself cannot be read.
 */
export async function examine(config: string): Promise<readonly Finding[]> {
  const environment = readEnvironment()
  // Plain http is for development: what is no fault there is one elsewhere.
  const dev = readConfiguration(config).publicUrl.startsWith('http:')
  const prepared = prepareOptions(config, environment, dev)
  const faults = prepared.faults.map((found) => fault(config, found, 'Correct it; see docs/server.md.'))
  const here = [...(faults.length > 0 ? faults : [ok(config, 'is right')]), ...checkEnvironmentFile('.env')]
  // A URL that is none, or keys that are none, cannot be looked at further.
  return faults.length > 0 ? here : [...here, ...(await lookAround(prepared, environment))]
}

async function lookAround(prepared: Prepared, environment: Environment): Promise<readonly Finding[]> {
  const { options } = prepared
  const services = options.connectors.filter((one): one is OAuthConnector => one.method === 'oauth2')
  const found = await Promise.all([
    checkStore(prepared, environment),
    checkBackend(options),
    clockAgainst([options.publicUrl, ...services.map(({ issuer, token }) => issuer ?? token.url ?? '')]),
    checkRedirects(options),
    ...services.map(checkService),
  ])
  return [...checkApiKeys(options), ...checkOrigins(options), ...checkClients(options), ...found.flat()]
}

/** Several clocks, because one of them may be wrong itself. */
async function clockAgainst(urls: readonly string[]): Promise<readonly Finding[]> {
  const origins = [...new Set(urls.flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : [])))].slice(0, 5)
  const seen = await Promise.all(origins.map(async (of) => ({ of, seconds: (await look(of))?.clockAheadSeconds })))
  return clockFindings(seen.flatMap(({ of, seconds }) => (seconds === undefined ? [] : [{ of, seconds }])))
}
