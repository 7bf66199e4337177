/** `connectors import`: client registrations from a provider file, as other systems write them. */

import { readFileSync } from 'node:fs'
import { saveConnector } from '../api/index.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { confirm } from './confirm.ts'
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

/**
 * Reads a file unchanged (Google, Azure, flat, a list or a map; JSON or YAML) and saves each of its connectors.
 *
 * @throws {InvalidRequestError} `provider_file_invalid` · `connector_invalid` · `connector_moved`
 */
export async function importConnectors(file: string, options: ImportOptions, print: Print): Promise<void> {
  const { connectorOf, readProviderFile } = await import('../server/index.ts')
  const today = new Date().toISOString().slice(0, 10)
  const found = readProviderFile(readText(file), file).map((provider) => connectorOf(provider, today))
  const rows = found.map(({ record, client }) => ({
    connector: record.id,
    name: record.name,
    authorize: record.authorize.url,
    token: record.token.url,
    client: client?.clientId,
  }))
  if (options.dryRun === true) return showRows({ values: rows, rows, format: options.format }, print)
  const { call } = await remoteOf(options)
  // Whoever answers must see who gets the client secret and, where the connector exists, its refresh tokens.
  const told = found.map(({ record }) => `${record.id} (tokens from ${plain(hostOf(record.token.url))})`)
  await confirm(`Save ${told.join(', ')} at the backend, in the place of what it has there?`, options.yes)
  const saved = []
  for (const body of found) {
    const one = await saveConnector(call, body.record.id, { ...body, ...(options.move === true && { move: true }) })
    saved.push(one)
    if (options.format === 'json') continue
    for (const { field, mend } of one.warnings) print(`warning  ${plain(`${field}: ${mend}`)}`)
    print(`${one.id} is saved.`)
  }
  if (options.format === 'json') print(JSON.stringify(saved, null, 2))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new InvalidRequestError('invalid_request', `${file} cannot be read.`)
  }
}

function hostOf(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : 'its metadata'
}
