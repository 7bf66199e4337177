/** What every measured backend is started with. */

import { type BackendOptions, type ConnectorRecord, type Store, sqliteStore } from '../src/server/index.ts'
import { postgresStore } from '../src/server/postgres.ts'

export const apiKey = `cak_${'ab'.repeat(32)}`
export const sealingKey = `k1:${Buffer.alloc(32, 7).toString('base64url')}`
export const appOrigin = 'https://app.test'

/** Where a store lies. */
export type Place = { readonly sqlite: string } | { readonly postgres: string }

export function openStore(place: Place, statementTimeoutSeconds = 10): Store {
  if ('sqlite' in place) return sqliteStore(place.sqlite)
  return postgresStore({ connectionString: place.postgres, statementTimeoutSeconds })
}

/** The connectors of the made-up connections; a person has one connection with each. */
export const connectorIds = ['fake', 'other'] as const

/** Options for a backend on a store; its connectors' authorization server is at `issuer`. */
export function backendOptions(store: Store, issuer: string): BackendOptions {
  return {
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: connectorIds.map((id) => recordOf(id, issuer)),
    clients: Object.fromEntries(connectorIds.map((id) => [id, { clientId: 'bench', clientSecret: 'bench-secret' }])),
    returnUrls: [`${appOrigin}/done`],
    egress: { allow: [issuer] },
    rateLimits: { perCredential: false, perAddress: false, failedPerAddress: false },
  }
}

function recordOf(id: string, issuer: string): ConnectorRecord {
  return {
    id,
    name: 'Measured service',
    category: 'fakes',
    method: 'oauth2',
    issuer: null,
    authorize: { url: `${issuer}/authorize`, scope: { default: ['read'], optional: ['write'] } },
    token: { url: `${issuer}/token` },
    refresh: { rotation: 'always' },
    apiOrigins: [issuer],
    reach: 'direct',
    monogram: 'M',
    checked: 'live 2026-11-21',
    sources: [],
  }
}
