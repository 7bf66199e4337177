/** `connectors`: what the catalogue holds, and what to register where. */

import { existsSync, readFileSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type ConnectorRecord, type OAuthConnector, callbackUrl, catalogue, lintConnector } from '../server/index.ts'
import { type Configuration, chooseConnector, readConfiguration } from './configuration.ts'
import { type Format, type Print, showRows } from './output.ts'

/** Lists the catalogue. */
export function listConnectors(format: Format, print: Print): void {
  const values = Object.values(catalogue).map(({ id, name, category, method }) => ({ id, name, category, method }))
  showRows({ values, rows: values, format }, print)
}

/** Shows one connector, with the exact redirect URIs to register for this installation. */
export function showConnector(
  id: string,
  options: { readonly config: string; readonly publicUrl?: string; readonly format: Format },
  print: Print,
): void {
  const configured = existsSync(options.config) ? readConfiguration(options.config) : undefined
  const records = configured?.connectors.map(chooseConnector) ?? []
  const connector = records.find((record) => record.id === id) ?? chooseConnector(id)
  const redirectUris =
    connector.method === 'oauth2'
      ? redirectUrisOf(connector.id, options.publicUrl ?? configured?.publicUrl, configured)
      : []
  if (options.format === 'json') return print(JSON.stringify({ redirectUris, record: connector }, null, 2))
  const facts = [...redirectUris.map((uri) => ['Redirect URI to register', uri]), ...factsOf(connector)]
  print(`${connector.name} (${connector.id})`)
  for (const [name, fact] of facts) if (fact) print(`${`${name}:`.padEnd(26)}${fact}`)
}

/**
 * Lints a record in a file: faults and warnings, each with its field and mend.
 *
 * @throws {InvalidRequestError} `connector_invalid` where there is a fault.
 */
export function lintRecord(file: string, print: Print): void {
  const { record, findings } = lintConnector(readRecordFile(file))
  for (const { level, field, mend } of findings) print(`${level.padEnd(8)}${field}: ${mend}`)
  if (findings.some(({ level }) => level === 'fault'))
    throw new InvalidRequestError('connector_invalid', `${file} cannot be used as it is.`)
  print(`${file}: ${record?.name ?? 'the record'} can be used.`)
}

function readRecordFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new InvalidRequestError(
      'connector_invalid',
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function factsOf(connector: ConnectorRecord): [string, string | undefined][] {
  return [
    ['Auth method', connector.method],
    [connector.method === 'oauth2' ? 'Make a client id at' : 'Find or make it at', connector.clientPage],
    ['Asks for', connector.inputs?.map(({ label }) => label).join(', ')],
    ...(connector.method === 'oauth2' ? oauthFactsOf(connector) : []),
    ['Checked', [connector.checked, ...connector.sources].join(', ')],
  ]
}

function oauthFactsOf({ authorize, refresh }: OAuthConnector): [string, string | undefined][] {
  const { default: usual = [], required = [], optional = [] } = authorize.scope ?? {}
  return [
    // RFC 8252 §7.3: some services want the port too.
    ['Redirect URI of auth', 'http://127.0.0.1:<port>/callback'],
    ['Scopes asked for', [...new Set([...required, ...usual])].join(' ') || 'none'],
    ['Scopes on request', optional.join(' ')],
    ['Refresh tokens rotate', refresh?.rotation],
  ]
}

/** Every redirect URI of a connector, exactly as it is registered. */
export function redirectUrisOf(
  id: string,
  publicUrl: string | undefined,
  configured: Configuration | undefined,
): string[] {
  if (publicUrl === undefined || !URL.canParse(publicUrl)) {
    throw new InvalidRequestError(
      'invalid_configuration',
      "Say the backend's public URL: --public-url https://app.example/connector-auth, or publicUrl in the configuration.",
    )
  }
  const url = new URL(publicUrl)
  const settings = { publicUrl: url, basePath: url.pathname.replace(/\/+$/, ''), space: configured?.space ?? 'default' }
  const pages = Object.values(configured?.callbacks ?? {}).map((template) => template.replaceAll('{connector}', id))
  return [callbackUrl(settings, id), ...pages]
}
