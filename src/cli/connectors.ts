/** `connectors`: what the catalogue holds, and what to register where. */

import { existsSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'
import { callbackUrl, catalogue } from '../server/index.ts'
import { chooseConnector, readConfiguration } from './configuration.ts'

/** Lists the catalogue: id, name, category. */
export function listConnectors(print: (line: string) => void): void {
  for (const { id, name, category } of Object.values(catalogue)) print(`${id.padEnd(16)}${name.padEnd(20)}${category}`)
}

/** Shows one connector, with the exact redirect URIs to register for this installation. */
export function showConnector(
  id: string,
  options: { readonly config: string; readonly publicUrl?: string },
  print: (line: string) => void,
): void {
  const configured = existsSync(options.config) ? readConfiguration(options.config) : undefined
  const publicUrl = options.publicUrl ?? configured?.publicUrl
  if (publicUrl === undefined || !URL.canParse(publicUrl)) {
    throw new InvalidRequestError(
      'invalid_configuration',
      `Say the backend's public URL: --public-url https://app.example/connector-auth, or publicUrl in ${options.config}.`,
    )
  }
  const own = configured?.connectors.find((connector) => typeof connector !== 'string' && connector.id === id)
  const connector = chooseConnector(own ?? id)
  const url = new URL(publicUrl)
  const settings = { publicUrl: url, basePath: url.pathname.replace(/\/+$/, ''), space: configured?.space ?? 'default' }
  const redirectUris = [
    callbackUrl(settings, id),
    ...Object.values(configured?.callbacks ?? {}).map((template) => template.replaceAll('{connector}', id)),
  ]
  const { default: usual = [], required = [], optional = [] } = connector.authorize.scope ?? {}
  print(`${connector.name} (${connector.id})`)
  print(`Redirect URI to register: ${redirectUris.join('\n                          ')}`)
  if (connector.clientPage) print(`Make a client id at:      ${connector.clientPage}`)
  print(`Scopes asked for:         ${[...new Set([...required, ...usual])].join(' ') || 'none'}`)
  if (optional.length > 0) print(`Scopes on request:        ${optional.join(' ')}`)
  print(`Refresh tokens rotate:    ${connector.refresh?.rotation ?? 'unknown'}`)
  print(`Checked:                  ${connector.checked}, ${connector.sources.join(' ') || 'no source'}`)
}
