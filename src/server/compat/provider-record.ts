/** Makes a connector of an imported provider: the catalogue's record where there is one, a plain OAuth 2.0 record elsewhere. */

import type { OAuthConnector } from '../../protocol/connector.ts'
import type { ConnectorBody } from '../../protocol/connector-registration.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { github } from '../catalogue/records/github.ts'
import { google } from '../catalogue/records/google.ts'
import { microsoft } from '../catalogue/records/microsoft.ts'
import type { ImportedProvider } from './provider-files.ts'

/**
 * The body of `PUT /api/v1/connectors/{id}` for a provider.
 *
 * @param today - `2026-11-21`: when the file was read; nobody has held a generic record against a document.
 * @throws {InvalidRequestError} `provider_file_invalid` where an unknown provider names no endpoints.
 */
export function connectorOf(
  provider: ImportedProvider,
  today: string,
): ConnectorBody & { readonly record: OAuthConnector } {
  const { clientId, clientSecret } = provider
  const client = { clientId, ...(clientSecret === undefined ? {} : { clientSecret }) }
  const known = [github, google, microsoft].find(({ id }) => id === provider.type)
  const record = known?.method === 'oauth2' && fits(known, provider) ? adapted(known, provider) : plain(provider, today)
  return { record: withClientKind(record, clientSecret), client }
}

/** Whether the file's endpoints are those of the record's own hosts: a client secret goes where the file says, or nowhere. */
function fits({ authorize, token }: OAuthConnector, { authorizeUrl, tokenUrl }: ImportedProvider): boolean {
  return sameHost(authorize.url, authorizeUrl) && (sameHost(token.url, tokenUrl) || isGoogle(token.url, tokenUrl))
}

const sameHost = (one = '', other?: string) =>
  other === undefined || (URL.canParse(other) && new URL(one).host === new URL(other).host)

/** Google's files name its token endpoint by either of two hosts. */
const isGoogle = (one = '', other = '') =>
  one.startsWith('https://oauth2.googleapis.com/') && /^https:\/\/(accounts\.google|www\.googleapis)\.com\//.test(other)

/** The record under the provider's own name, with its scopes; a single Azure tenant keeps its endpoints. */
function adapted(known: OAuthConnector, provider: ImportedProvider): OAuthConnector {
  const { id, name, scopes, authorizeUrl, tokenUrl, params } = provider
  const ownTenant = known.id === 'microsoft'
  const required = known.authorize.scope?.required ?? []
  return {
    ...known,
    id,
    name,
    authorize: {
      ...known.authorize,
      ...(ownTenant && authorizeUrl !== undefined ? { url: authorizeUrl } : {}),
      ...(params ? { params: { ...known.authorize.params, ...params } } : {}),
      scope: {
        ...known.authorize.scope,
        default: scopes.length > 0 ? [...new Set([...required, ...scopes])] : (known.authorize.scope?.default ?? []),
      },
    },
    token: { ...known.token, ...(ownTenant && tokenUrl !== undefined ? { url: tokenUrl } : {}) },
  }
}

function plain(provider: ImportedProvider, today: string): OAuthConnector {
  const { id, name, scopes, authorizeUrl, tokenUrl, refreshUrl, params } = provider
  if (authorizeUrl === undefined || tokenUrl === undefined)
    throw new InvalidRequestError(
      'provider_file_invalid',
      `${name}: ${authorizeUrl === undefined ? 'authorize_url' : 'token_url'} is missing, and it is none of google, github, microsoft.`,
    )
  const api = apiOrigin(provider)
  return {
    id,
    name: name.slice(0, 80),
    category: 'other',
    method: 'oauth2',
    issuer: null,
    authorize: { url: authorizeUrl, ...(params ? { params } : {}), scope: { default: scopes, optional: [] } },
    token: { url: tokenUrl, auth: 'client_secret_post' },
    ...(refreshUrl === undefined ? {} : { refresh: { url: refreshUrl } }),
    apiOrigins: api === undefined ? [] : [api],
    // Nobody knows whether its API answers browsers.
    reach: 'proxy',
    ...(api === undefined ? {} : { proxy: { api: { origin: api } } }),
    checked: `docs ${today}`,
    sources: [],
  }
}

function apiOrigin({ name, apiBaseUrl }: ImportedProvider): string | undefined {
  if (apiBaseUrl === undefined || apiBaseUrl === '') return undefined
  if (URL.canParse(apiBaseUrl)) return new URL(apiBaseUrl).origin
  throw new InvalidRequestError('provider_file_invalid', `${name}: api_base_url is not a URL.`)
}

/** An installed app may have no secret: then nothing proves the client but PKCE (RFC 7636). */
function withClientKind(record: OAuthConnector, clientSecret: string | undefined): OAuthConnector {
  return clientSecret === undefined ? { ...record, token: { ...record.token, auth: 'none' } } : record
}
