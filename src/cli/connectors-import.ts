/** `connectors import`: client registrations from a provider file, as other systems write them. */

import { readFileSync } from 'node:fs'
import { type Call, saveConnector } from '../api/index.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { ConnectorRecord } from '../protocol/connector.ts'
import type { ConnectorBody, SavedConnector } from '../protocol/connector-registration.ts'
import { confirm } from './confirm.ts'
import { showSaved } from './connectors-remote.ts'
import { type Format, type Print, plain, showRows } from './output.ts'
import { type RemoteOptions, remoteOf } from './remote.ts'

export interface ImportOptions extends RemoteOptions {
  readonly format: Format
  /** Reads and shows, and sends nothing. */
  readonly dryRun?: boolean
  readonly yes?: boolean
  /** Lets credentials that the backend keeps go to another host than before. */
  readonly move?: boolean
}

type Found = ConnectorBody & { readonly record: ConnectorRecord }

/**
 * Reads a file unchanged (Google, Azure, flat, a list or a map; JSON or YAML) and saves each of its connectors.
 *
 * @throws {InvalidRequestError} `provider_file_invalid` · `connector_invalid` · `connector_moved`
 */
export async function importConnectors(file: string, options: ImportOptions, print: Print): Promise<void> {
  const { connectorOf, credentialHosts, readProviderFile } = await import('../server/index.ts')
  const today = new Date().toISOString().slice(0, 10)
  const found = readProviderFile(readText(file), file).map((provider) => connectorOf(provider, today))
  const values = found.map(({ record, client }) => ({
    connector: record.id,
    name: record.name,
    authorize: record.authorize.url,
    token: record.token.url,
    client: client?.clientId,
    credentialsTo: credentialHosts(record),
  }))
  if (options.dryRun === true) {
    const rows = values.map(({ credentialsTo, ...row }) => ({ ...row, 'credentials to': credentialsTo.join(' ') }))
    return showRows({ values, rows, format: options.format }, print)
  }
  const { call } = await remoteOf(options)
  // Whoever answers must see who gets the client secret and, where the connector exists, its tokens.
  const told = values.map(
    ({ connector, credentialsTo }) => `${connector} (credentials go to ${credentialsTo.join(', ')})`,
  )
  await confirm(`Save ${plain(told.join('; '))} at the backend, in the place of what it has there?`, options.yes)
  await saveAll(call, found, options, print)
}

/** Saves one after the other; what was saved before one is refused is told all the same. */
async function saveAll(call: Call, found: readonly Found[], { format, move }: ImportOptions, print: Print) {
  const saved: SavedConnector[] = []
  try {
    for (const body of found) {
      const one = await saveConnector(call, body.record.id, { ...body, ...(move === true && { move }) })
      saved.push(one)
      if (format === 'table') showSaved(one, format, print)
    }
  } finally {
    if (format === 'json') print(JSON.stringify(saved, null, 2))
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new InvalidRequestError('invalid_request', `${file} cannot be read.`)
  }
}
