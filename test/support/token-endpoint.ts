/** A backend whose token endpoint is the test's: every byte that it answers is written there. */

import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import type { OAuthConnector } from '../../src/protocol/connector.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { type Answer, type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'
import { type Upstream, startUpstream } from './upstream.ts'

export type Send = (response: ServerResponse) => void

export const goodTokens = { access_token: 'at-1', refresh_token: 'rt-1', token_type: 'Bearer', expires_in: 3_600 }

export interface TokenEndpoint extends Omit<Harness, 'backend' | 'fake'> {
  /** What is answered from now on. */
  answer(send: Send | string, status?: number, type?: string): void
  /** A JSON answer from now on. */
  tell(body: unknown): void
  readonly upstream: Upstream
  connect(): Promise<Answer>
  /** Reads ana's credentials as the host. */
  read(more?: object): Promise<Answer>
  /** Refresh tokens that were sent, in order. */
  sent(): readonly string[]
}

export interface TokenEndpointOptions {
  /** Changes to the record; the origin answers everything that is asked of the service. */
  readonly record?: Partial<OAuthConnector> | ((origin: string) => Partial<OAuthConnector>)
  readonly backend?: Partial<BackendOptions>
}

/** Starts both; good tokens are answered at first. */
export async function startTokenEndpoint(t: TestContext, options: TokenEndpointOptions = {}): Promise<TokenEndpoint> {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const upstream = await startUpstream(t)
  const identity = { from: 'token_response', id: 'user', name: 'user' } as const
  const changes = typeof options.record === 'function' ? options.record(upstream.origin) : options.record
  const record = fake.record({ refresh: { rotation: 'sometimes' }, identity, ...changes })
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [{ ...record, token: { ...record.token, url: `${upstream.origin}/token` } }],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer, upstream.origin] },
    limits: { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1 },
    ...options.backend,
  })
  await backend.ready()
  t.after(() => backend.close())
  const calls = callsOf(backend, fake)
  const answer: TokenEndpoint['answer'] = (send, status = 200, type = 'application/json') => {
    upstream.answer = (_, response) =>
      typeof send === 'string' ? void response.writeHead(status, { 'content-type': type }).end(send) : send(response)
  }
  const tell = (body: unknown) => answer(JSON.stringify(body))
  tell(goodTokens)
  return {
    ...calls,
    answer,
    tell,
    upstream,
    connect: async () => (await calls.page('ana')).connect(),
    read: (more) => calls.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana', ...more }),
    sent: () => upstream.received.flatMap(({ body }) => new URLSearchParams(body).get('refresh_token') ?? []),
  }
}
