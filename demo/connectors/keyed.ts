/** The demo's services that are connected with a key, a password or a token, and what is right there. */

import type { EnteredConnector } from '../../src/server/index.ts'
import type { KeyedService } from '../authorization-server/index.ts'

/** A service with its form and the one right answer to it; none of this is worth anything anywhere. */
export interface KeyedDemo {
  readonly id: string
  readonly name: string
  readonly category: string
  readonly method: 'api_key' | 'basic' | 'bearer'
  /** Right values by field. */
  readonly values: Readonly<Record<string, string>>
}

/** The three of the scenarios. */
export const cobalt = {
  id: 'cobalt-mail',
  name: 'Cobalt Mail',
  category: 'mail',
  method: 'api_key',
  values: { apiKey: 'cobalt_4f2a9c81' },
} as const satisfies KeyedDemo
export const dune = {
  id: 'dune-ledger',
  name: 'Dune Ledger',
  category: 'accounting',
  method: 'basic',
  values: { username: 'ana@dune.example', password: 'sand-and-sums' },
} as const satisfies KeyedDemo
export const ember = {
  id: 'ember-search',
  name: 'Ember Search',
  category: 'data',
  method: 'bearer',
  values: { token: 'ember-7d1e55' },
} as const satisfies KeyedDemo

/** The service as a connector; `origin` is where its API answers. */
export function keyedConnector({ id, name, category, method, values }: KeyedDemo, origin: string): EnteredConnector {
  const forKey = {
    inputs: [
      {
        name: 'apiKey',
        label: 'API key',
        help: `Made up for this demo. The right one is ${values['apiKey'] ?? ''}`,
        secret: true,
        pattern: '[a-z]+_[0-9a-f]{8}',
        placeholder: `${values['apiKey']?.split('_')[0] ?? 'key'}_…`,
      },
    ],
    inject: { headers: { 'x-api-key': '{apiKey}' } },
  }
  return {
    id,
    name,
    category,
    method,
    ...(method === 'api_key' ? forKey : {}),
    verify: { url: `${origin}/services/${id}/account`, account: { id: 'id', name: 'name' }, message: ['message'] },
    apiOrigins: [origin],
    reach: 'proxy',
    proxy: { api: { origin, paths: [`/services/${id}/`] } },
    monogram: name.slice(0, 1),
    checked: 'live 2026-11-21',
    sources: [],
  }
}

/** The service as it answers. */
export function keyedService({ id, name, method, values }: KeyedDemo): KeyedService {
  const account = { id: `${id}-1`, name: values['username'] ?? `ana@${id}.example` }
  switch (method) {
    case 'api_key':
      return { id, name, account, credential: 'API key', header: 'x-api-key', right: values['apiKey'] ?? '' }
    case 'basic': {
      const pair = Buffer.from(`${values['username']}:${values['password']}`).toString('base64')
      return {
        id,
        name,
        account,
        credential: 'user name and password',
        header: 'authorization',
        right: `Basic ${pair}`,
      }
    }
    case 'bearer':
      return { id, name, account, credential: 'token', header: 'authorization', right: `Bearer ${values['token']}` }
  }
}
