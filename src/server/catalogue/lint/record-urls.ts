/** Every URL template of a record, with the field it stands in. */

import type { ConnectorRecord, OAuthConnector } from '../../../protocol/connector.ts'
import type { TokenEndpoint } from '../../../protocol/token-endpoint.ts'

export type Named = readonly (readonly [field: string, template: string])[]

/** URLs that are called or opened; origins are among them. */
export function urlsOf(record: ConnectorRecord): Named {
  const resources = 'resource' in record ? (record.resource ?? []) : []
  const urls: Found = [
    ...resources.map((url, index) => [`resource[${index}]`, url] as const),
    ...record.apiOrigins.map((origin, index) => [`apiOrigins[${index}]`, origin] as const),
    ...Object.entries(record.proxy ?? {}).map(([alias, { origin }]) => [`proxy.${alias}.origin`, origin] as const),
    ...Object.entries(record.capture ?? {}).map(([name, { url }]) => [`capture.${name}.url`, url] as const),
    ...methodUrls(record),
  ]
  return urls.flatMap(([field, url]) => (url === null || url === undefined ? [] : [[field, url] as const]))
}

type Found = readonly (readonly [field: string, template: string | null | undefined])[]

function methodUrls(record: ConnectorRecord): Found {
  switch (record.method) {
    case 'oauth2':
      return oauthUrls(record)
    case 'client_credentials':
      return [['issuer', record.issuer], ['token.url', record.token.url], verifyUrl(record)]
    case 'two_step':
      return [['token.url', record.token.url], verifyUrl(record)]
    case 'api_key':
    case 'basic':
    case 'bearer':
      return [verifyUrl(record)]
    case 'custom':
      return []
  }
}

const verifyUrl = ({ verify }: { readonly verify?: { readonly url: string } }) => ['verify.url', verify?.url] as const

function oauthUrls({ issuer, authorize, token, refresh, revoke, par, device, identity }: OAuthConnector): Found {
  return [
    ['issuer', issuer],
    ['authorize.url', authorize.url],
    ['token.url', token.url],
    ['refresh.url', refresh?.url],
    ['revoke.url', revoke?.url],
    ['par.url', par?.url],
    ['device.url', device?.url],
    ['identity.url', identity?.from === 'userinfo' ? identity.url : undefined],
  ]
}

type Texts = readonly (readonly [field: string, map: Readonly<Record<string, string>> | undefined])[]

/** Templates that become headers or parameters. */
export function textsOf(record: ConnectorRecord): Named {
  const { inject, proxy = {}, capture = {} } = record
  const maps: Texts = [
    ['inject.headers', inject?.headers],
    ['inject.query', inject?.query],
    ...Object.entries(capture).map(([name, { headers }]) => [`capture.${name}.headers`, headers] as const),
    ...Object.entries(proxy).map(([alias, { paths = [] }]) => [`proxy.${alias}.paths`, named(paths)] as const),
    ...Object.entries(proxy).map(([alias, { headers }]) => [`proxy.${alias}.headers`, headers] as const),
    ...('token' in record ? tokenTexts(record.token) : []),
    ...(record.method === 'oauth2' ? oauthTexts(record) : []),
    ...('verify' in record ? [['verify.headers', record.verify?.headers] as const] : []),
  ]
  return maps.flatMap(([field, map]) =>
    Object.entries(map ?? {}).map(([name, template]) => [`${field}.${name}`, template] as const),
  )
}

const named = (list: readonly string[]) => Object.fromEntries(list.entries())

const tokenTexts = ({ params, headers }: TokenEndpoint): Texts => [
  ['token.params', params],
  ['token.headers', headers],
]

function oauthTexts({ authorize, refresh, revoke, identity }: OAuthConnector): Texts {
  return [
    ['authorize.params', authorize.params],
    ['refresh.params', refresh?.params],
    ['revoke.params', revoke?.params],
    ['revoke.headers', revoke?.headers],
    ['identity.headers', identity?.from === 'userinfo' ? identity.headers : undefined],
    ['identity', identity?.from === 'captured' ? { id: identity.id, name: identity.name } : undefined],
  ]
}
