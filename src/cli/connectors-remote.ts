/** `connectors add | remove | list --configured`: the connectors of a running backend. */

import { type Call, listAllConnectors, removeConnector, saveConnector } from '../api/index.ts'
import type { ClientFields, SavedConnector } from '../protocol/connector-registration.ts'
import { ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'
import { parse } from '../protocol/parse.ts'
import { anything, record } from '../protocol/schema.ts'
import type { ConnectorRecord } from '../protocol/connector.ts'
import { confirm } from './confirm.ts'
import { type Format, type Print, plain, showRows } from './output.ts'
import { type RemoteOptions, remoteOf } from './remote.ts'
import { readSecret } from './secret-source.ts'

export interface ClientOptions {
  readonly clientId?: string
  readonly clientSecret?: string
  readonly privateKey?: string
}
export type AddOptions = RemoteOptions & ClientOptions & { readonly format: Format; readonly move?: boolean }

/** Lists what can be connected at a running backend. */
export async function listConfigured(
  options: RemoteOptions & { readonly format: Format },
  print: Print,
): Promise<void> {
  const values = await listAllConnectors((await remoteOf(options)).call)
  const rows = values.map(({ id, name, method, reach }) => ({ id, name, method, reach }))
  showRows({ values, rows, format: options.format }, print)
}

/** Adds a connector of the catalogue or of a file, with its registration where one is given. */
export async function addConnector(connector: string, options: AddOptions, print: Print): Promise<void> {
  const { call } = await remoteOf(options)
  const client = await clientOf(options)
  const { chooseConnector } = await import('./configuration.ts')
  const found = chooseConnector(connector)
  const saved = connector.endsWith('.json')
    ? await saveConnector(call, found.id, { record: found, client, move: options.move })
    : await saveKnown(call, found, { client, move: options.move })
  showSaved(saved, options.format, print)
}

/**
 * Saves a registration at the backend's own record; where it has none, the catalogue's comes along. So a record that the
 * host has changed is not changed back.
 */
export async function saveKnown(
  call: Call,
  found: ConnectorRecord,
  { client, move }: { readonly client: ClientFields | undefined; readonly move: boolean | undefined },
): Promise<SavedConnector> {
  try {
    return await saveConnector(call, found.id, { client })
  } catch (error) {
    if (!(error instanceof ConnectorAuthError && error.reason === 'unknown_connector')) throw error
    return saveConnector(call, found.id, { record: found, client, move })
  }
}

/** Tells what was saved, and what the linter says. */
export function showSaved(saved: SavedConnector, format: Format, print: Print): void {
  if (format === 'json') return print(JSON.stringify(saved, null, 2))
  for (const { field, mend } of saved.warnings) print(`warning  ${plain(`${field}: ${mend}`)}`)
  print(`${saved.id} is saved.`)
}

/** Removes what was added for a connector, after a question. */
export async function removeAdded(
  id: string,
  options: RemoteOptions & { readonly yes?: boolean },
  print: Print,
): Promise<void> {
  const { call } = await remoteOf(options)
  await confirm(`Remove the connector ${id}? Its connections stay, and rest until it is back.`, options.yes)
  await removeConnector(call, id)
  print(`${id} is removed.`)
}

/**
 * Reads a registration from the options.
 *
 * @throws {InvalidRequestError} `invalid_request` for a secret without a client id, or one that was typed out.
 */
export async function clientOf({
  clientId,
  clientSecret,
  privateKey,
}: ClientOptions): Promise<ClientFields | undefined> {
  const secret = clientSecret === undefined ? undefined : await readSecret('--client-secret', clientSecret)
  const key = privateKey === undefined ? undefined : readKey(await readSecret('--private-key', privateKey))
  if (clientId !== undefined)
    return { clientId, ...(secret && { clientSecret: secret }), ...(key && { privateKey: key }) }
  if (secret === undefined && key === undefined) return undefined
  throw new InvalidRequestError('invalid_request', '--client-id is missing.')
}

function readKey(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(record(anything), JSON.parse(text))
  } catch {
    throw new InvalidRequestError('invalid_request', '--private-key: it is not a JWK as JSON.')
  }
}
