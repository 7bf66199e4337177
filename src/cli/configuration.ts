/** Reads the configuration file of `serve`; secrets come from the environment, never from the file. */

import { existsSync, readFileSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'
import { findFaults } from '../protocol/faults.ts'
import { jwtOptions, rateLimitOptions } from '../protocol/operations.ts'
import { parse } from '../protocol/parse.ts'
import { type Infer, anything, either, flag, list, object, record, text, whole } from '../protocol/schema.ts'
import { type BackendOptions, type ConnectorRecord, catalogue, lintConnector, optionFaults } from '../server/index.ts'
import type { Environment } from './environment.ts'
import { type StoreConfiguration, openStore, storeFaults } from './open-store.ts'

const configuration = object(
  {
    publicUrl: text(),
    /** Ids of the catalogue, files that hold a record (`./acme.json`), or records of the host's own. */
    connectors: list(either(text(), record(anything))),
    clients: record(
      object(
        { clientId: text() },
        {
          /** The name of the environment variable that holds the secret. */
          clientSecretEnv: text(),
          previousClientSecretEnv: text(),
          /** The name of the environment variable that holds a private JWK as JSON, for `private_key_jwt`. */
          privateKeyEnv: text(),
        },
      ),
    ),
  },
  {
    /** The SQLite file. */
    database: text(),
    /** The name of the environment variable that holds `postgres://…`, instead of a file. */
    databaseUrlEnv: text(),
    /** Connections to PostgreSQL of this process at most. */
    databaseConnections: whole({ minimum: 1, maximum: 1_000 }),
    /** The file for new tokens that the store cannot take; beside the database where absent. */
    journal: text(),
    port: whole({ minimum: 0, maximum: 65_535 }),
    space: text(),
    allowedOrigins: list(text()),
    callbacks: record(text()),
    returnUrls: list(text()),
    deviceConnectors: list(text()),
    compat: object({}, { fastn: flag, fiberwise: flag }),
    confirmBridge: flag,
    tenantOrigins: flag,
    appName: text(),
    egress: object({}, { allow: list(text()) }),
    jwt: jwtOptions,
    rateLimits: rateLimitOptions,
    trustedProxies: list(text()),
    /** The name of the environment variable that holds the metrics token. */
    metricsTokenEnv: text(),
  },
)
export type Configuration = Infer<typeof configuration>

/** @throws {InvalidRequestError} `invalid_configuration` that names the file and every field that does not fit. */
export function readConfiguration(file: string): Configuration {
  if (!existsSync(file))
    throw new InvalidRequestError('invalid_configuration', `There is no ${file}. See docs/server.md for one.`)
  const value = readJson(file)
  refuseFaults(file, findFaults(configuration, value))
  return parse(configuration, value)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new InvalidRequestError(
      'invalid_configuration',
      `${file}: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

function refuseFaults(file: string, faults: readonly string[]): void {
  if (faults.length === 0) return
  throw new InvalidRequestError('invalid_configuration', `${file} has faults:\n- ${faults.join('\n- ')}`)
}

/** Everything but the store, which opening would make. */
export interface Prepared {
  readonly options: Omit<BackendOptions, 'store'>
  readonly port: number
  readonly place: StoreConfiguration
  /** Of the file, the environment and the options; empty where nothing is wrong. */
  readonly faults: readonly string[]
}

/**
 * Joins the configuration with the environment's secrets, and lists every fault.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the file itself cannot be read.
 */
export function prepareOptions(file: string, environment: Environment, dev: boolean): Prepared {
  const {
    connectors,
    clients,
    database,
    databaseUrlEnv,
    databaseConnections,
    port = 4180,
    metricsTokenEnv,
    ...rest
  } = readConfiguration(file)
  const place = { database, databaseUrlEnv, databaseConnections }
  const faults: string[] = storeFaults(place, environment)
  const metricsToken = secretOf(environment, metricsTokenEnv, 'metricsTokenEnv', faults)
  const options = {
    ...rest,
    ...(metricsToken === undefined ? {} : { metricsToken }),
    dev,
    connectors: connectors.flatMap((connector) => chosen(connector, faults)),
    clients: Object.fromEntries(
      Object.entries(clients).map(([id, client]) => [id, registrationOf(environment, id, client, faults)]),
    ),
    sealingKeys: split(environment['CONNECTOR_AUTH_SEALING_KEYS']),
    apiKeys: split(environment['CONNECTOR_AUTH_API_KEYS']),
  }
  return { options, port, place, faults: [...faults, ...optionFaults(options)] }
}

/**
 * What a backend is made with.
 *
 * @throws {InvalidRequestError} `invalid_configuration` with every fault of the file, the environment and the options.
 */
export async function backendOptions(
  file: string,
  environment: Environment,
  dev: boolean,
): Promise<BackendOptions & { readonly port: number }> {
  const { options, port, place, faults } = prepareOptions(file, environment, dev)
  refuseFaults(file, faults)
  // Only now: opening the store makes its file.
  return { ...options, port, store: await openStore(place, environment) }
}

function registrationOf(
  environment: Environment,
  id: string,
  { clientId, clientSecretEnv, previousClientSecretEnv, privateKeyEnv }: Configuration['clients'][string],
  faults: string[],
) {
  const clientSecret = secretOf(environment, clientSecretEnv, `clients.${id}`, faults)
  const previous = secretOf(environment, previousClientSecretEnv, `clients.${id}`, faults)
  const key = secretOf(environment, privateKeyEnv, `clients.${id}`, faults)
  return {
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(previous === undefined ? {} : { previousClientSecret: previous }),
    ...(key === undefined ? {} : { privateKey: readKey(key, `clients.${id}`, faults) }),
  }
}

function readKey(text: string, field: string, faults: string[]): Readonly<Record<string, unknown>> {
  try {
    return parse(record(anything), JSON.parse(text))
  } catch {
    faults.push(`${field}: the private key is not a JWK as JSON`)
    return {}
  }
}

/** A variable's value. One that is missing is a fault once, here, so what comes back then is a value that fits. */
function secretOf(
  environment: Environment,
  name: string | undefined,
  field: string,
  faults: string[],
): string | undefined {
  if (name === undefined) return undefined
  const value = environment[name]
  if (value) return value
  faults.push(`${field}: the environment has no ${name}`)
  return 'not-in-the-environment'
}

function chosen(connector: Configuration['connectors'][number], faults: string[]): ConnectorRecord[] {
  try {
    return [chooseConnector(connector)]
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error
    faults.push(`connectors: ${error.message}`)
    return []
  }
}

/**
 * A connector of the catalogue by its id, one from a file, or the record itself.
 *
 * @throws {InvalidRequestError} `unknown_connector` · `connector_invalid` with every fault of the record
 */
export function chooseConnector(connector: Configuration['connectors'][number]): ConnectorRecord {
  if (typeof connector !== 'string') return checkedRecord(connector, 'the record')
  if (connector.endsWith('.json')) return checkedRecord(readJson(connector), connector)
  const known = Object.values(catalogue).find(({ id }) => id === connector)
  if (known) return known
  throw new InvalidRequestError(
    'unknown_connector',
    `The catalogue has no ${connector}. It has ${Object.keys(catalogue).join(', ')}.`,
  )
}

function checkedRecord(candidate: unknown, where: string): ConnectorRecord {
  const { record: found, findings } = lintConnector(candidate)
  const faults = findings.filter(({ level }) => level === 'fault').map(({ field, mend }) => `${field}: ${mend}`)
  if (found && faults.length === 0) return found
  throw new InvalidRequestError('connector_invalid', `${where}: ${faults.join('; ')}`)
}

/** The items of a list in a variable. */
export const split = (text: string | undefined) => (text ?? '').split(',').filter((item) => item.trim() !== '')
