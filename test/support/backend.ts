/** A backend on a real SQLite store, a fake authorization server on loopback, and the calls a page would make. */

import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { type FakeAuthorizationServer, type FakeOptions, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import {
  type Backend,
  type BackendOptions,
  type ConnectTokenRequest,
  type OAuthConnector,
  createBackend,
  sqliteStore,
} from '../../src/server/index.ts'
import { challengeOf, randomVerifier } from './pkce.ts'

export const appOrigin = 'https://app.test'
export const apiKey = `cak_${'ab'.repeat(32)}`
export const sealingKey = `k1:${randomBytes(32).toString('base64url')}`

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** A test reads whatever arrived. */
  readonly body: any
}

export interface Page {
  readonly token: string
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  remove(path: string): Promise<Answer>
  /** Creates a session, visits the authorization URL, and gives what the callback page would send. */
  begin(request?: Record<string, unknown>): Promise<Begun>
  /** The whole way: a connected account. */
  connect(request?: Record<string, unknown>): Promise<Answer>
}

export interface Begun {
  readonly id: string
  readonly created: Answer
  readonly callback: URL
  readonly redeem: { verifier: string; redirectUri: string; callback: string }
}

export interface Harness {
  readonly backend: Backend
  readonly fake: FakeAuthorizationServer
  readonly call: (
    method: string,
    path: string,
    init?: { headers?: Record<string, string>; body?: unknown; raw?: string },
  ) => Promise<Answer>
  /** A page of one signed-in person. */
  page(subject?: string, who?: Partial<ConnectTokenRequest>, origin?: string): Promise<Page>
  /** Calls with the API key, as the host's server would. */
  host(method: string, path: string, body?: unknown): Promise<Answer>
}

export async function startHarness(
  t: TestContext,
  options: {
    fake?: FakeOptions
    /** Changes to the fake's record. */
    record?: (fake: FakeAuthorizationServer) => Partial<OAuthConnector>
    backend?: Partial<BackendOptions>
  } = {},
): Promise<Harness> {
  const fake = await startFakeAuthorizationServer(options.fake)
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [fake.record(options.record?.(fake))],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    ...options.backend,
    egress: { allow: [fake.issuer, ...(options.backend?.egress?.allow ?? [])] },
  })
  await backend.ready()
  t.after(async () => {
    await backend.close()
    await fake.close()
  })
  return { backend, fake, ...callsOf(backend, fake) }
}

export function callsOf(
  backend: Pick<Backend, 'fetch' | 'mintConnectToken'>,
  fake: Pick<FakeAuthorizationServer, 'authorize'>,
): Omit<Harness, 'backend' | 'fake'> {
  async function call(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: unknown; raw?: string } = {},
  ): Promise<Answer> {
    const body = init.raw ?? (init.body === undefined ? null : JSON.stringify(init.body))
    const headers = { ...(body === null ? {} : { 'content-type': 'application/json' }), ...init.headers }
    const answer = await backend.fetch(new Request(`${appOrigin}/connector-auth${path}`, { method, headers, body }))
    const text = await answer.text()
    const json = (answer.headers.get('content-type') ?? '').includes('json')
    return { status: answer.status, headers: answer.headers, body: json && text !== '' ? JSON.parse(text) : text }
  }
  const host = (method: string, path: string, body?: unknown) =>
    call(method, path, { headers: { authorization: `Bearer ${apiKey}` }, body })

  async function page(subject = 'ana', who: Partial<ConnectTokenRequest> = {}, origin = appOrigin): Promise<Page> {
    const { token } = await backend.mintConnectToken({ subject, ...who })
    const headers = { authorization: `Bearer ${token}`, origin }
    const post: Page['post'] = (path, body = {}, more) => call('POST', path, { headers: { ...headers, ...more }, body })
    async function begin(request: Record<string, unknown> = {}): Promise<Begun> {
      const verifier = randomVerifier()
      const created = await post('/api/v1/auth-sessions', {
        connectorId: 'fake',
        codeChallenge: challengeOf(verifier),
        ...request,
      })
      const callback =
        created.status === 201 ? await fake.authorize(created.body.redirectUrl) : new URL('https://none.invalid')
      const redeem = { verifier, redirectUri: created.body.redirectUri ?? '', callback: callback.search.slice(1) }
      return { id: created.body.id, created, callback, redeem }
    }
    return {
      token,
      post,
      get: (path, more) => call('GET', path, { headers: { ...headers, ...more } }),
      remove: (path) => call('DELETE', path, { headers }),
      begin,
      async connect(request) {
        const { id, redeem, created } = await begin(request)
        return created.status === 201 ? post(`/api/v1/auth-sessions/${id}/redeem`, redeem) : created
      },
    }
  }
  return { call, host, page }
}
