/** The example records of the quirks: an ordinary service, and what one quirk changes in it. */

import {
  type ClientCredentialsConnector,
  type ConnectorRecord,
  type EnteredConnector,
  type OAuthConnector,
  type TwoStepConnector,
  recordSchema,
} from '../protocol/connector.ts'
import { parse } from '../protocol/parse.ts'
import type { ServiceOptions } from './fake.ts'

/** A record with one quirk, and what the fake must be told beside it. */
export interface Quirk {
  readonly record: ConnectorRecord
  readonly options?: ServiceOptions
}

const site = 'https://auth.service.example'
const apiOrigin = 'https://api.service.example'

const common = {
  id: 'quirk',
  name: 'Quirky service',
  category: 'fakes',
  apiOrigins: [apiOrigin],
  proxy: { api: { origin: apiOrigin } },
  reach: 'proxy',
  monogram: 'Q',
  checked: 'docs 2026-11-21',
  sources: [],
} as const

const scope = { default: ['read', 'profile'], optional: ['write'] }

/** An OAuth service: what RFC 6749 says where nothing is changed. */
export function oauth(changes: Partial<OAuthConnector> = {}, options?: ServiceOptions): Quirk {
  const record: OAuthConnector = {
    ...common,
    method: 'oauth2',
    issuer: null,
    authorize: { url: `${site}/authorize`, scope },
    token: { url: `${site}/token` },
    refresh: { rotation: 'always' },
    revoke: { url: `${site}/revoke` },
    identity: { from: 'userinfo', url: `${apiOrigin}/me`, id: 'id', name: 'email' },
    ...changes,
  }
  return options ? { record, options } : { record }
}

/** The same without what some services do not have. */
export function oauthWithout(
  missing: readonly ('identity' | 'revoke')[],
  changes: Partial<OAuthConnector> = {},
): Quirk {
  const { record } = oauth(changes)
  const fields = Object.entries(record).filter(([name]) => !missing.some((one) => one === name))
  return { record: parse(recordSchema('oauth2'), Object.fromEntries(fields)) }
}

/** The same with another authorization request. */
export function authorizing(changes: OAuthConnector['authorize'], options?: ServiceOptions): Quirk {
  return oauth({ authorize: { url: `${site}/authorize`, scope, ...changes } }, options)
}

/** The same with another token endpoint. */
export function tokens(changes: OAuthConnector['token'], options?: ServiceOptions): Quirk {
  return oauth({ token: { url: `${site}/token`, ...changes } }, options)
}

/** The same with other rules of refreshing. */
export function refreshing(changes: NonNullable<OAuthConnector['refresh']>, options?: ServiceOptions): Quirk {
  return oauth({ refresh: { rotation: 'always', ...changes } }, options)
}

/** The same with another way to revoke. */
export function revoking(
  changes: Partial<NonNullable<OAuthConnector['revoke']>>,
  more: Partial<OAuthConnector> = {},
): Quirk {
  return oauth({ revoke: { url: `${site}/revoke`, ...changes }, ...more })
}

/** A service account. */
export function clientCredentials(changes: Partial<ClientCredentialsConnector> = {}): Quirk {
  return {
    record: { ...common, method: 'client_credentials', issuer: null, token: { url: `${site}/token` }, ...changes },
  }
}

/** A key, a user name and password, or a token that is typed. */
export function entered(method: EnteredConnector['method'], changes: Partial<EnteredConnector> = {}): Quirk {
  return { record: { ...common, method, ...changes } }
}

/** A login that is posted for a token. */
export function twoStep(changes: Partial<TwoStepConnector> = {}): Quirk {
  const record: TwoStepConnector = {
    ...common,
    method: 'two_step',
    inputs: [
      { name: 'username', label: 'User name' },
      { name: 'password', label: 'Password', secret: true },
    ],
    token: { url: `${apiOrigin}/login`, body: 'json', params: { user: '{username}', pass: '{password}' } },
    ...changes,
  }
  return { record }
}
