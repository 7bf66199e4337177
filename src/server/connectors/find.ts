/** Finds a connector: among the options' records, or those that were added over the API. */

import { type ConnectorRecord, type OAuthConnector, recordSchema } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { parse } from '../../protocol/parse.ts'
import type { Core } from '../core.ts'
import type { Client } from '../oauth/client-authentication.ts'
import { prepare } from '../stores/prepared.ts'
import { findRegistration } from './registrations.ts'

/** A connector with the registration at it; connectors that need none have an empty one. */
export interface ConfiguredConnector<R extends ConnectorRecord = ConnectorRecord> {
  readonly record: R
  readonly client: Client
  /** The id of a stored registration; '' = the configured one, or none. */
  readonly registration: string
}

const noClient: Client = { clientId: '', clientSecret: undefined, privateKey: undefined }

/**
 * Finds a connector that can be used.
 *
 * @param registration - Which client registration: a stored one, '' = the configured one, absent: the connector's own now.
 * @throws {InvalidRequestError} `unknown_connector` · `connector_not_configured`
 */
export async function requireConnector(core: Core, id: string, registration?: string): Promise<ConfiguredConnector> {
  const [row] = await connectorById(core.store, { space: core.settings.space, id })
  return configuredConnector(core, id, registration, row)
}

/** What was added for a connector over the API; '' where the options' own stands. */
export interface AddedConnector {
  readonly record: string
  readonly registration: string
}

/**
 * Puts a connector together from the options and what was added.
 *
 * @throws as {@link requireConnector}
 */
export async function configuredConnector(
  core: Core,
  id: string,
  registration: string | undefined,
  row: AddedConnector | undefined,
): Promise<ConfiguredConnector> {
  if (row?.record) core.addedConnectors.add(id)
  const added = row && { record: row.record ? readRecord(row.record) : undefined, registration: row.registration }
  const record = added?.record ?? core.settings.connectors.get(id)
  if (!record) throw new InvalidRequestError('unknown_connector', `There is no connector ${id}.`)
  const found = await clientOf(core, id, registration, added?.registration ?? '')
  if (found) return { record, ...found }
  if (!needsClient(record)) return { record, client: noClient, registration: '' }
  throw new InvalidRequestError(
    'connector_not_configured',
    `The connector ${id} has no client id. Configure clients.${id}.`,
  )
}

/**
 * Tokens belong to the client that they were issued to: what was begun with the configured client goes on with it, also
 * after another was added over the API. The same client id added there brings the newer secret.
 */
async function clientOf(
  core: Core,
  id: string,
  wanted: string | undefined,
  added: string,
): Promise<{ readonly client: Client; readonly registration: string } | undefined> {
  const configured = core.settings.clients.get(id)
  const own = configured && { client: configured, registration: '' }
  const stored = wanted || added
  if (!stored) return own
  const client = await findRegistration(core, id, stored)
  const found = client && { client, registration: stored }
  return wanted !== '' || client?.clientId === configured?.clientId ? found : (own ?? found)
}

/**
 * The record alone, registered or not.
 *
 * @throws {InvalidRequestError} `unknown_connector`
 */
export async function requireRecord(core: Core, id: string): Promise<ConnectorRecord> {
  const [row] = await connectorById(core.store, { space: core.settings.space, id })
  const record = row?.record ? readRecord(row.record) : core.settings.connectors.get(id)
  if (record) return record
  throw new InvalidRequestError('unknown_connector', `There is no connector ${id}.`)
}

/** @throws {InvalidRequestError} `wrong_method` for a connector of another auth method, and as {@link requireConnector} */
export async function requireOAuth(
  core: Core,
  id: string,
  registration?: string,
): Promise<ConfiguredConnector<OAuthConnector>> {
  const { record, ...rest } = await requireConnector(core, id, registration)
  if (record.method === 'oauth2') return { record, ...rest }
  throw new InvalidRequestError(
    'wrong_method',
    `${record.name} is connected with ${record.method}. Send its values to POST /api/v1/connections/${id}.`,
  )
}

/** A connector in the list: `registered` where the host has a registration of its own at it. */
export interface UsableConnector {
  readonly record: ConnectorRecord
  readonly registered: boolean
}

/** All connectors that can be connected now. */
export async function usableConnectors(core: Core): Promise<readonly UsableConnector[]> {
  const rows = await core.store.db
    .selectFrom('connector')
    .selectAll()
    .where('space', '=', core.settings.space)
    .orderBy('id')
    .execute()
  const records = new Map(core.settings.connectors)
  const registered = new Set(core.settings.clients.keys())
  for (const row of rows) {
    if (row.record) records.set(row.id, readRecord(row.record))
    if (row.registration) registered.add(row.id)
  }
  return [...records.values()]
    .map((record) => ({ record, registered: registered.has(record.id) }))
    .filter((connector) => connector.registered || !needsClient(connector.record))
}

/** A service account's id and secret are the person's, unless they are a key. */
function needsClient(record: ConnectorRecord): boolean {
  switch (record.method) {
    case 'oauth2':
      return true
    case 'client_credentials':
      return record.token.auth === 'private_key_jwt'
    case 'api_key':
    case 'basic':
    case 'bearer':
    case 'two_step':
    case 'custom':
      return false
  }
}

const connectorById = prepare(['space', 'id'], (db, value) =>
  db
    .selectFrom('connector')
    .select(['record', 'registration'])
    .where('space', '=', value('space'))
    .where('id', '=', value('id')),
)

const read = new Map<string, ConnectorRecord>()

/** What was stored passed the linter; the schema is asked again because a newer program may read differently. Once a text. */
export function readRecord(json: string): ConnectorRecord {
  const known = read.get(json)
  if (known) return known
  const value = JSON.parse(json)
  const record = parse(recordSchema(value.method), value)
  if (read.size >= 500) read.clear()
  read.set(json, record)
  return record
}
