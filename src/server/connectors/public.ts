/** What a browser may know of a connector. */

import type { ConnectorRecord, ListedConnector, ScopeRules } from '../../protocol/connector.ts'
import type { UsableConnector } from './find.ts'
import { inputsOf } from '../entered/fields.ts'

/** The public part of a record; of the form every field, of the endpoints none. */
export function publicConnectorOf({ record, registered }: UsableConnector): ListedConnector {
  const { id, name, category, method, reach, apiOrigins, monogram, icon } = record
  const { default: usual = [], required = [], optional = [] } = scopeRulesOf(record) ?? {}
  const inputs = inputsOf(record, registered)
  return {
    id,
    name,
    category,
    method,
    reach,
    apiOrigins,
    scopes: { default: usual, required, optional },
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(inputs.some(({ hidden }) => !hidden) ? { asks: true } : {}),
    ...(record.proxy === undefined ? {} : { proxyOrigins: proxyOriginsOf(record.proxy) }),
    ...(monogram === undefined ? {} : { monogram }),
    ...(icon === undefined ? {} : { icon }),
  }
}

/** Of a proxied host a page knows the alias and the origin: what it calls, and no more. */
function proxyOriginsOf(proxy: NonNullable<ConnectorRecord['proxy']>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(proxy).map(([alias, { origin }]) => [alias, origin]))
}

/** The scope rules of the methods that have scopes. */
export function scopeRulesOf(record: ConnectorRecord): ScopeRules | undefined {
  switch (record.method) {
    case 'oauth2':
      return record.authorize.scope
    case 'client_credentials':
      return record.scope
    case 'api_key':
    case 'basic':
    case 'bearer':
    case 'two_step':
    case 'custom':
      return undefined
  }
}
