/** `account oauth configure`: a registration, with the scopes to ask for. */

import { saveConnector } from '../api/index.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { callbackUrl } from '../server/index.ts'
import { chooseConnector } from './configuration.ts'
import { type AddOptions, clientOf, saveKnown, showSaved } from './connectors-remote.ts'
import type { Print } from './output.ts'
import { remoteOf } from './remote.ts'

export type ProviderOptions = AddOptions & { readonly redirectUri?: string; readonly scopes?: readonly string[] }

/**
 * Saves a registration at a connector of the catalogue.
 *
 * @throws {InvalidRequestError} `invalid_redirect` for another redirect URI than the backend's.
 */
export async function configureProvider(connector: string, options: ProviderOptions, print: Print): Promise<void> {
  const { baseUrl, call } = await remoteOf(options)
  const record = chooseConnector(connector)
  refuseOther(options.redirectUri, baseUrl, record.id)
  const client = await clientOf(options)
  const { scopes, move } = options
  if (scopes === undefined || record.method !== 'oauth2')
    return showSaved(await saveKnown(call, record, { client, move }), options.format, print)
  const scope = { ...record.authorize.scope, default: scopes }
  const changed = { ...record, authorize: { ...record.authorize, scope } }
  showSaved(await saveConnector(call, record.id, { record: changed, client, move }), options.format, print)
}

/** On loopback a process listens where it likes (RFC 8252 §7.3); elsewhere the backend says where answers come back. */
function refuseOther(redirectUri: string | undefined, baseUrl: string, id: string): void {
  if (redirectUri === undefined || /^http:\/\/127\.0\.0\.1[:/]/.test(redirectUri)) return
  const url = new URL(baseUrl)
  const basePath = url.pathname.replace(/\/+$/, '')
  const own = callbackUrl({ publicUrl: url, basePath, space: '' }, id)
  const [before = '', after = ''] = own.split('/callback//')
  if (redirectUri.startsWith(`${before}/callback/`) && redirectUri.endsWith(`/${after}`)) return
  throw new InvalidRequestError(
    'invalid_redirect',
    `--redirect-uri: answers come back to ${before}/callback/<space>/${after}. Register that one, or leave the option out.`,
  )
}
