/** One authorization server as one connection meets it: templates filled, metadata read. */

import type { OAuthConnector } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { type Values, fillUrl, placeholdersIn } from '../template.ts'
import type { Client } from './client-authentication.ts'
import type { Discover, Metadata } from './discovery.ts'
import type { ProofKey } from './dpop.ts'

/** Where to go, as URLs. */
export interface Endpoints {
  /** null: the server's answers carry none that can be checked. */
  readonly issuer: string | null
  readonly issuerRequired: boolean
  readonly authorize: string
  readonly token: string
  readonly refresh: string
  readonly revoke: string | undefined
  readonly userinfo: string | undefined
  readonly par: string | undefined
  readonly device: string | undefined
}

export interface Contact {
  readonly record: OAuthConnector
  readonly client: Client
  readonly endpoints: Endpoints
  /** Inputs, captured values and `clientId`: what templates are filled with. */
  readonly values: Values
  /** The key that tokens are bound to (RFC 9449); undefined for bearer tokens. */
  readonly proofKey: ProofKey | undefined
}

/**
 * Fills a record's endpoints for one connection.
 *
 * @throws {InvalidRequestError} `invalid_input` where a value is missing or does not fit · `endpoint_not_allowed`
 * @throws {InvalidResponseError} `invalid_metadata`
 * @see RFC 8414 §2 and §3.3
 */
export async function contactOf(
  discover: Discover,
  connector: { readonly record: OAuthConnector; readonly client: Client },
  details: { readonly inputs: Values; readonly captured: Values; readonly proofKey?: ProofKey | undefined },
): Promise<Contact> {
  const { record, client } = connector
  const values = { ...details.inputs, ...details.captured, clientId: client.clientId }
  const issuer = record.issuer === null ? null : fillUrl(record.issuer, values)
  const metadata = record.discovery && issuer !== null ? await discover(issuer, record.discovery) : {}
  return {
    record,
    client,
    endpoints: endpointsOf(record, issuer, metadata, values),
    values,
    proofKey: details.proofKey,
  }
}

function endpointsOf(
  record: OAuthConnector,
  issuer: string | null,
  metadata: Partial<Metadata>,
  values: Values,
): Endpoints {
  const { id, authorize, token, refresh, revoke, identity, par, device } = record
  const url = (template: string | undefined, found?: string) =>
    template === undefined ? found : fillLate(template, values)
  const tokenUrl = required(url(token.url, metadata.token_endpoint), id, 'token')
  const authorizeUrl = required(url(authorize.url, metadata.authorization_endpoint), id, 'authorize')
  const pushed = par !== undefined || metadata.require_pushed_authorization_requests === true
  return {
    issuer,
    issuerRequired: record.issuerRequired ?? metadata.authorization_response_iss_parameter_supported ?? false,
    authorize: navigable(authorizeUrl, id),
    token: tokenUrl,
    refresh: url(refresh?.url, tokenUrl) ?? tokenUrl,
    revoke: url(revoke?.url, metadata.revocation_endpoint),
    userinfo: url(identity?.from === 'userinfo' ? identity.url : undefined, metadata.userinfo_endpoint),
    par: pushed ? url(par?.url, metadata.pushed_authorization_request_endpoint) : undefined,
    device: url(device?.url, metadata.device_authorization_endpoint),
  }
}

/** What a template needs may be captured only later, on the callback: it stays a template until then, and is never called. */
function fillLate(template: string, values: Values): string {
  return placeholdersIn(template).every((name) => Object.hasOwn(values, name)) ? fillUrl(template, values) : template
}

/** A browser is sent there: nothing but https, or plain http on this machine (RFC 9700 §4.12, attack 25). */
function navigable(url: string, connectorId: string): string {
  const { protocol, hostname, username, password } = new URL(url)
  const secure = protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (secure && username === '' && password === '') return url
  throw new InvalidRequestError(
    'endpoint_not_allowed',
    `The authorization endpoint of ${connectorId} is not https, or carries a user name.`,
  )
}

function required(url: string | undefined, connectorId: string, name: string): string {
  if (url !== undefined) return url
  throw new InvalidRequestError('endpoint_not_allowed', `${connectorId} has no ${name} endpoint, nor has its metadata.`)
}
