/** A backend for the record of one service, of which a test writes every answer. */

import type { TestContext } from 'node:test'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { type Answer, type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'
import { type Upstream, startUpstream } from './upstream.ts'

export interface Service extends Pick<Harness, 'call' | 'host' | 'page' | 'backend'> {
  readonly upstream: Upstream
  /** Connects ana with what she types. */
  enter(values: unknown, more?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** Reads ana's credentials as the host. */
  read(more?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** Ana's connections as the host sees them. */
  connections(): Promise<any[]>
}

/** What every record here has. */
export const described = {
  id: 'service',
  name: 'The service',
  category: 'tests',
  reach: 'proxy',
  monogram: 'S',
  checked: 'live 2026-11-21',
  sources: [],
} as const

/** Starts both. */
export async function startService(
  t: TestContext,
  recordOf: (origin: string) => ConnectorRecord,
  more: Partial<BackendOptions> = {},
): Promise<Service> {
  const upstream = await startUpstream(t)
  const record = recordOf(upstream.origin)
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [record],
    clients: {},
    ...more,
    egress: { allow: [upstream.origin, ...(more.egress?.allow ?? [])] },
  })
  await backend.ready()
  t.after(() => backend.close())
  const calls = callsOf(backend, { authorize: () => Promise.reject(new Error('Nobody consents here.')) })
  const path = `/api/v1/connections/${record.id}`
  return {
    upstream,
    backend,
    ...calls,
    enter: (values, body) => calls.host('POST', path, { subject: 'ana', values, ...body }),
    read: (body) => calls.host('POST', `${path}/credentials`, { subject: 'ana', ...body }),
    connections: async () => (await calls.host('GET', '/api/v1/connections?subject=ana')).body.connections,
  }
}
