/** A backend and a host's token endpoint, answered by a service worker at the network, for one test. */

import { HttpResponse, http } from 'msw'
import { type SetupWorker, setupWorker } from 'msw/browser'
import type { Redeemed } from '../../src/protocol/auth-session.ts'
import { type ClientEvent, type ClientOptions, createClient } from '../../src/client/index.ts'

export const worker: SetupWorker = setupWorker()

/** Starts the worker that answers for the backend. On a busy machine the browser sometimes never activates it: then anew. */
export async function startWorker(): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    const starting = worker.start({ quiet: true, onUnhandledFrame: 'bypass' }).then(() => true)
    if (await Promise.race([starting, pause(6_000)])) return
    worker.stop()
    // Neither is waited for without end: there is another try.
    const registrations = await Promise.race([navigator.serviceWorker.getRegistrations(), pause(500).then(() => [])])
    await Promise.race([Promise.all(registrations.map((one) => one.unregister())), pause(500)])
  }
  throw new Error('The worker of msw does not start.')
}

export const tagOfUser = (user: string) => user.repeat(32).slice(0, 32)
const scopes = { requested: ['read'], granted: ['read'], missing: [] }

export interface StartedSession {
  readonly id: string
  readonly stateKey: string
  readonly body: {
    readonly codeChallenge: string
    readonly connection?: unknown
    readonly scopes?: readonly string[]
    readonly force?: boolean
    readonly framed?: boolean
    readonly bindingHash?: string
    readonly returnTo?: string
  }
  /** How far it is, on the bridge. */
  progress: string
  /** What each question after its progress named as known. */
  readonly asked: (string | null)[]
  readonly redeemed: { readonly verifier: string; readonly redirectUri: string; readonly callback: string }[]
}

/** What a test changes to make the backend answer otherwise. */
export interface Backend {
  readonly baseUrl: string
  readonly tokenUrl: string
  /** `METHOD path` of every request, without the base. */
  readonly requests: string[]
  readonly sessions: StartedSession[]
  /** One hex digit. */
  user: string
  expiresInSeconds: number | null
  tokenLifetimeSeconds: number
  issuer: string | null
  sessionSeconds: number
  redirectUrl: string
  /** What a page may know of the connectors. */
  connectors: readonly object[]
  /** The scopes of every token. */
  scopes: readonly string[]
  road: 'app_callback' | 'bridge'
  /** Takes the place of an answer; the key is the end of the request. */
  readonly instead: Map<string, () => Response | Promise<Response> | undefined>
  count(end: string): number
}

/** The problem document of an error. */
export const problem = (reason: string, status: number, retryable = false, code = 'AUTH_FAILED') =>
  HttpResponse.json(
    {
      type: 'about:blank',
      title: reason,
      status,
      detail: `said ${reason}`,
      code,
      reason,
      requestId: 'req_1',
      retryable,
      error: reason,
    },
    { status },
  )

export function startBackend(): Backend {
  const name = crypto.randomUUID()
  const redirectUrl = `${location.origin}/test/client/provider-${name}`
  let tokens = 0
  const backend: Backend = {
    baseUrl: `/backend-${name}`,
    tokenUrl: `/token-${name}`,
    requests: [],
    sessions: [],
    user: 'a',
    expiresInSeconds: 3_600,
    tokenLifetimeSeconds: 900,
    issuer: null,
    sessionSeconds: 600,
    redirectUrl,
    connectors: [],
    scopes: ['read'],
    road: 'app_callback',
    instead: new Map(),
    count: (end) => backend.requests.filter((request) => request.endsWith(end)).length,
  }
  const credentials = () => ({
    connectionId: 'default',
    accessToken: `canary-${backend.user}-${name}-${++tokens}`,
    tokenType: 'Bearer',
    expiresInSeconds: backend.expiresInSeconds,
    scopes: backend.scopes,
    extra: {},
  })
  const answer = async (request: Request, path: string): Promise<Response> => {
    if (path === '/api/v1/auth-sessions') return startSession(backend, await request.json())
    if (path.endsWith('/progress')) return tellProgress(backend, request, path)
    if (path.endsWith('/redeem')) {
      const session = backend.sessions.find(({ id }) => path.includes(id))
      const body = await request.json()
      session?.redeemed.push(body)
      const parameters = new URLSearchParams(body.callback)
      const error = parameters.get('error')
      if (error)
        return HttpResponse.json({
          status: 'FAILED',
          reason: error,
          message: 'The person said no.',
          error,
        } satisfies Redeemed)
      const account = { id: parameters.get('code') ?? '', name: 'Ada' }
      return HttpResponse.json({
        status: 'ACTIVE',
        connectionId: 'default',
        scopes,
        account,
        existing: false,
        createdAt: '2026-11-12T12:00:00.000Z',
        credentials: credentials(),
      } satisfies Redeemed)
    }
    if (path.endsWith('/credentials')) return HttpResponse.json(credentials())
    if (path.endsWith('/disconnect')) return HttpResponse.json({ revocation: 'revoked' })
    if (path.endsWith('/connections')) return HttpResponse.json({ connections: [] })
    if (path.endsWith('/connectors')) return HttpResponse.json({ connectors: backend.connectors })
    if (path.startsWith('/api/v1/auth-sessions/'))
      return HttpResponse.json({ status: 'INACTIVE', expiresInSeconds: 60 })
    return new HttpResponse(null, { status: 204 })
  }
  worker.use(
    http.get(redirectUrl, () => HttpResponse.html('<!doctype html><title>Provider</title>')),
    http.post(backend.tokenUrl, () => {
      backend.requests.push('POST /token')
      const secret = crypto.randomUUID().replaceAll('-', '').repeat(2)
      const given = {
        token: `cct_${tagOfUser(backend.user)}_${secret}`,
        expiresInSeconds: backend.tokenLifetimeSeconds,
      }
      return backend.instead.get('/token')?.() ?? HttpResponse.json(given)
    }),
    http.all(`${backend.baseUrl}/*`, async ({ request }) => {
      const path = new URL(request.url).pathname.slice(backend.baseUrl.length)
      const line = `${request.method} ${path}`
      backend.requests.push(line)
      const key = [...backend.instead.keys()].find((end) => line.endsWith(end))
      const other = await backend.instead.get(key ?? '')?.()
      return other ?? answer(request, path)
    }),
  )
  return backend
}

function startSession(backend: Backend, body: StartedSession['body']): Response {
  const id = `as_${crypto.randomUUID().replaceAll('-', '')}`
  const stateKey = (crypto.randomUUID() + crypto.randomUUID()).replaceAll('-', '').slice(0, 43)
  backend.sessions.push({ id, stateKey, body, redeemed: [], progress: 'pending', asked: [] })
  const started = { id, road: backend.road, expiresInSeconds: backend.sessionSeconds }
  const startUrl = `${location.origin}${backend.baseUrl}/bridge`
  if (backend.road === 'bridge') return HttpResponse.json({ ...started, redirectUrl: null, startUrl }, { status: 201 })
  return HttpResponse.json(
    {
      ...started,
      stateKey,
      redirectUrl: `${backend.redirectUrl}?state=${stateKey}`,
      redirectUri: `${location.origin}/callback`,
      clientId: 'client',
      issuer: backend.issuer,
      issuerRequired: backend.issuer !== null,
    },
    { status: 201 },
  )
}

/** Waits as the backend does, until there is more to tell than who asks knows. */
async function tellProgress(backend: Backend, request: Request, path: string): Promise<Response> {
  const session = backend.sessions.find(({ id }) => path.includes(id))
  const after = new URL(request.url).searchParams.get('after')
  session?.asked.push(after)
  for (let waited = 0; session?.progress === after && waited < 25_000; waited += 20) await pause(20)
  return HttpResponse.json({ progress: session?.progress })
}

/** A client of that backend, and what it told. */
export function startClient(backend: Backend, options: Partial<ClientOptions> = {}) {
  const events: ClientEvent[] = []
  const client = createClient({
    baseUrl: backend.baseUrl,
    tokenUrl: backend.tokenUrl,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { client, events }
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Waits until something holds. */
export async function until(holds: () => unknown, what = 'it'): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await pause(15)
  }
  throw new Error(`${what} did not come about`)
}

/** The error with which a promise rejects. */
export async function rejection(
  promise: Promise<unknown>,
): Promise<{ readonly name: string; readonly code: string; readonly reason: string; readonly message: string }> {
  try {
    await promise
  } catch (error) {
    return error as never
  }
  throw new Error('it resolved')
}
