/** Reads the configuration file of `serve`; secrets come from the environment, never from the file. */

import { existsSync, readFileSync } from 'node:fs'
import { type ConnectorRecord, connectorRecord } from '../protocol/connector.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { SchemaError, parse } from '../protocol/parse.ts'
import { type Infer, either, list, object, record, text, whole } from '../protocol/schema.ts'
import { type BackendOptions, catalogue, sqliteStore } from '../server/index.ts'

const configuration = object(
  {
    publicUrl: text(),
    /** Ids of the catalogue, or records of the host's own. */
    connectors: list(either(text(), connectorRecord)),
    clients: record(
      object(
        { clientId: text() },
        { /** The name of the environment variable that holds the secret. */ clientSecretEnv: text() },
      ),
    ),
  },
  {
    /** The SQLite file. */
    database: text(),
    port: whole({ minimum: 0, maximum: 65_535 }),
    space: text(),
    allowedOrigins: list(text()),
    callbacks: record(text()),
    egress: object({}, { allow: list(text()) }),
  },
)
export type Configuration = Infer<typeof configuration>

/** @throws {InvalidRequestError} `invalid_configuration` that names the file and the field. */
export function readConfiguration(file: string): Configuration {
  if (!existsSync(file))
    throw new InvalidRequestError('invalid_configuration', `There is no ${file}. See docs/server.md for one.`)
  try {
    return parse(configuration, JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const why = error instanceof SchemaError || error instanceof SyntaxError ? error.message : String(error)
    throw new InvalidRequestError('invalid_configuration', `${file}: ${why}.`)
  }
}

/** Joins the configuration with the environment's secrets. */
export function backendOptions(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): BackendOptions & { readonly port: number } {
  const { connectors, clients, database = 'connector-auth.sqlite', port = 4180, ...rest } = readConfiguration(file)
  return {
    ...rest,
    port,
    store: sqliteStore(database),
    connectors: connectors.map(chooseConnector),
    clients: Object.fromEntries(
      Object.entries(clients).map(([id, client]) => [id, registration(id, client, environment)]),
    ),
    sealingKeys: split(environment['CONNECTOR_AUTH_SEALING_KEYS']),
    apiKeys: split(environment['CONNECTOR_AUTH_API_KEYS']),
  }
}

/** A connector of the catalogue by its id, or the record itself. */
export function chooseConnector(connector: string | ConnectorRecord): ConnectorRecord {
  if (typeof connector !== 'string') return connector
  const known = Object.values(catalogue).find(({ id }) => id === connector)
  if (known) return known
  throw new InvalidRequestError(
    'unknown_connector',
    `The catalogue has no ${connector}. It has ${Object.keys(catalogue).join(', ')}.`,
  )
}

function registration(
  id: string,
  client: { readonly clientId: string; readonly clientSecretEnv?: string },
  environment: Readonly<Record<string, string | undefined>>,
) {
  if (client.clientSecretEnv === undefined) return { clientId: client.clientId }
  const clientSecret = environment[client.clientSecretEnv]
  if (clientSecret) return { clientId: client.clientId, clientSecret }
  throw new InvalidRequestError(
    'invalid_configuration',
    `clients.${id}: the environment has no ${client.clientSecretEnv}.`,
  )
}

const split = (text: string | undefined) => (text ?? '').split(',').filter((item) => item.trim() !== '')
