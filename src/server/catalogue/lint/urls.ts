/** What a record's URLs must be. */

import type { ConnectorRecord, OAuthConnector } from '../../../protocol/connector.ts'
import { splitUrl } from '../../template.ts'
import { type Finding, fault, warning } from './finding.ts'
import { urlsOf } from './record-urls.ts'

export function urlFindings(record: ConnectorRecord): readonly Finding[] {
  const origins = new Set(record.apiOrigins.map((origin) => origin.toLowerCase()))
  const unlisted = Object.entries(record.proxy ?? {})
    .filter(([, { origin }]) => !origins.has(origin.toLowerCase()))
    .map(([alias]) => warning(`proxy.${alias}.origin`, 'name the origin among apiOrigins too'))
  return [
    ...urlsOf(record).flatMap(([field, template]) => urlFinding(field, template)),
    ...unlisted,
    ...missing(record),
  ]
}

function urlFinding(field: string, template: string): readonly Finding[] {
  // A placeholder is checked where it is filled; here it stands for a name.
  const text = template.replaceAll(/\{\w+\}/g, 'x')
  if (!URL.canParse(text)) return [fault(field, 'write an absolute URL')]
  const url = new URL(text)
  if (url.username || url.password || splitUrl(template).host.includes('@'))
    return [fault(field, 'take the user name and password out')]
  if (url.hash && field !== 'authorize.url') return [fault(field, 'take the fragment out')]
  const loopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost'
  return url.protocol === 'https:' || loopback ? [] : [fault(field, 'use https')]
}

/** What a method cannot do without. */
function missing(record: ConnectorRecord): readonly Finding[] {
  switch (record.method) {
    case 'oauth2':
      return record.discovery === undefined ? missingEndpoints(record) : missingIssuer(record)
    case 'client_credentials':
    case 'two_step':
      return record.token.url === undefined ? [fault('token.url', 'write it')] : []
    case 'api_key':
      return record.inject ? [] : [fault('inject', 'say how the key travels')]
    case 'basic':
    case 'bearer':
    case 'custom':
      return []
  }
}

function missingIssuer({ issuer }: OAuthConnector): readonly Finding[] {
  return issuer === null ? [fault('issuer', 'name the issuer: its metadata is read from there')] : []
}

function missingEndpoints({ authorize, token, par, device, identity }: OAuthConnector): readonly Finding[] {
  const needed: [string, { readonly url?: string } | undefined][] = [
    ['authorize.url', authorize],
    ['token.url', token],
    ['par.url', par],
    ['device.url', device],
    ['identity.url', identity?.from === 'userinfo' ? identity : undefined],
  ]
  return needed.flatMap(([field, part]) =>
    part && part.url === undefined ? [fault(field, 'write it, or set discovery')] : [],
  )
}
