/** What a record says, whatever its method; a part that its method does not have is absent. */

import type { AuthMethod, ConnectorRecord, OAuthConnector } from '../protocol/connector.ts'
import type { TokenEndpoint } from '../protocol/token-endpoint.ts'

type Verify = NonNullable<Extract<ConnectorRecord, { readonly method: 'two_step' }>['verify']>
type ScopeRules = NonNullable<NonNullable<OAuthConnector['authorize']>['scope']>

export interface Description {
  readonly record: ConnectorRecord
  readonly method: AuthMethod
  readonly issuer: string | null
  /** Only of `oauth2`. */
  readonly oauth: OAuthConnector | undefined
  readonly authorize: OAuthConnector['authorize']
  readonly pkce: boolean
  readonly dpop: boolean
  readonly identity: OAuthConnector['identity']
  readonly revoke: OAuthConnector['revoke']
  readonly token: TokenEndpoint
  readonly refresh: NonNullable<OAuthConnector['refresh']>
  readonly scope: ScopeRules | undefined
  readonly resource: readonly string[]
  readonly verify: Verify | undefined
  /** Where each endpoint is: the record's own address, or the one that the fake's metadata names. */
  readonly urls: Urls
  /** How a request to the API proves who asks, defaults filled in. */
  readonly inject: {
    readonly headers: Readonly<Record<string, string>>
    readonly query: Readonly<Record<string, string>>
  }
}

/** Addresses by what is there; templates. */
export interface Urls {
  readonly authorize?: string
  readonly token?: string
  readonly refresh?: string
  readonly revoke?: string
  readonly userinfo?: string
  readonly par?: string
  readonly device?: string
  readonly jwks?: string
}

/** Reads a record into one shape. */
export function describe(record: ConnectorRecord): Description {
  const oauth = record.method === 'oauth2' ? record : undefined
  return {
    ...oauthParts(oauth),
    record,
    method: record.method,
    issuer: 'issuer' in record ? record.issuer : null,
    token: 'token' in record ? record.token : {},
    refresh: ('refresh' in record ? record.refresh : undefined) ?? {},
    scope: 'scope' in record ? record.scope : oauth?.authorize.scope,
    resource: ('resource' in record ? record.resource : undefined) ?? [],
    verify: 'verify' in record ? record.verify : undefined,
    urls: oauth ? urlsOf(oauth) : tokenUrls(record),
    inject: injectOf(record),
  }
}

function oauthParts(
  oauth: OAuthConnector | undefined,
): Pick<Description, 'oauth' | 'authorize' | 'pkce' | 'dpop' | 'identity' | 'revoke'> {
  return {
    oauth,
    authorize: oauth?.authorize ?? {},
    pkce: oauth?.authorize.pkce !== false,
    dpop: oauth?.dpop === true,
    identity: oauth?.identity,
    revoke: oauth?.revoke,
  }
}

function tokenUrls(record: ConnectorRecord): Urls {
  const token = 'token' in record ? record.token.url : undefined
  if (token === undefined) return {}
  return { token, refresh: ('refresh' in record ? record.refresh?.url : undefined) ?? token }
}

/** With `discovery`, what the record does not say is under the issuer. */
function urlsOf(record: OAuthConnector): Urls {
  const base = record.discovery && record.issuer ? record.issuer.replace(/\/$/, '') : undefined
  const at = (own: string | undefined, name: string, has = true) => own ?? (base && has ? `${base}/${name}` : undefined)
  const { identity } = record
  const token = at(record.token.url, 'token')
  const found = {
    authorize: at(record.authorize.url, 'authorize'),
    token,
    refresh: record.refresh?.url ?? token,
    revoke: at(record.revoke?.url, 'revoke'),
    userinfo: identity?.from === 'userinfo' ? at(identity.url, 'userinfo') : undefined,
    par: record.par ? at(record.par.url, 'par') : undefined,
    device: record.device ? at(record.device.url, 'device') : undefined,
    jwks: record.issuer === null ? undefined : `${record.issuer.replace(/\/$/, '')}/jwks`,
  }
  return Object.fromEntries(Object.entries(found).filter(([, url]) => url !== undefined))
}

/** The record's own placement, or the usual one of its method. */
export function injectOf(record: ConnectorRecord): Description['inject'] {
  if (record.inject) return { headers: record.inject.headers ?? {}, query: record.inject.query ?? {} }
  const authorization = usualAuthorization(record)
  return { headers: authorization ? { authorization } : {}, query: {} }
}

function usualAuthorization(record: ConnectorRecord): string | undefined {
  switch (record.method) {
    case 'oauth2':
      // RFC 9449 §7.1
      return record.dpop ? 'DPoP {accessToken}' : 'Bearer {accessToken}'
    case 'client_credentials':
    case 'two_step':
      return 'Bearer {accessToken}'
    case 'bearer':
      return 'Bearer {token}'
    case 'basic':
      return 'Basic {basic}'
    case 'api_key':
      return 'Bearer {apiKey}'
    case 'custom':
      return undefined
  }
}
