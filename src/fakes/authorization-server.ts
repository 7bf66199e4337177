/** A scriptable authorization server on loopback: real HTTP, records what it received, can rotate, fail, delay and lie. */

import { createHash, randomBytes } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConnectorRecord } from '../protocol/connector.ts'

/** What the fake received, in order. */
export interface FakeRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The form fields of the body, or the query of a GET. */
  readonly fields: Readonly<Record<string, string>>
}

/** How the token endpoint answers one request, instead of rightly. */
export type FakeAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string; readonly contentType?: string }
  /** Does its work, then answers after a while. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Does its work, then cuts the connection: the answer is lost. */
  | { readonly kind: 'cut' }

export interface FakeOptions {
  readonly port?: number
  readonly clientId?: string
  readonly clientSecret?: string
  /** Whether each refresh answers a new refresh token, and the old one then ends the grant. */
  readonly rotate?: boolean
  readonly expiresInSeconds?: number
  /** Whose account is connected; read at each authorization. */
  readonly account?: { id: string; name: string }
}

export interface FakeAuthorizationServer {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: readonly FakeRequest[]
  /** How often a refresh token was used that had been replaced. */
  readonly reuses: number
  /** The account that the next authorization connects. */
  account: { id: string; name: string }
  /** Token lifetimes from now on. */
  expiresInSeconds: number
  /** Queues answers for the token endpoint. */
  script(...answers: readonly FakeAnswer[]): void
  /** Visits an authorization URL as a consenting person. @returns the callback's URL. */
  authorize(url: string): Promise<URL>
  /** A connector record for this server. */
  record(changes?: Partial<ConnectorRecord>): ConnectorRecord
  close(): Promise<void>
}

interface Grant {
  readonly account: { id: string; name: string }
  readonly scope: string
  current: string
  dead: boolean
}

/** Starts a fake authorization server. */
export async function startFakeAuthorizationServer(options: FakeOptions = {}): Promise<FakeAuthorizationServer> {
  const clientId = options.clientId ?? 'fake-client'
  const clientSecret = options.clientSecret ?? randomBytes(24).toString('hex')
  const requests: FakeRequest[] = []
  const codes = new Map<string, { challenge: string; redirectUri: string; grant: Grant }>()
  const refreshTokens = new Map<string, Grant>()
  const accessTokens = new Map<string, Grant>()
  const queue: FakeAnswer[] = []
  const state = {
    account: options.account ?? { id: 'account-1', name: 'ana@fake.example' },
    expiresInSeconds: options.expiresInSeconds ?? 3_600,
    reuses: 0,
  }

  function token(request: FakeRequest): object | undefined {
    if (!authenticated(request, clientId, clientSecret)) return { error: 'invalid_client' }
    if (request.fields['grant_type'] === 'refresh_token') return refreshed(request.fields['refresh_token'] ?? '')
    const code = codes.get(request.fields['code'] ?? '')
    codes.delete(request.fields['code'] ?? '')
    const challenge = createHash('sha256')
      .update(request.fields['code_verifier'] ?? '')
      .digest('base64url')
    if (!code || code.redirectUri !== request.fields['redirect_uri'] || code.challenge !== challenge)
      return { error: 'invalid_grant' }
    return issue(code.grant, true)
  }

  function refreshed(presented: string): object {
    const grant = refreshTokens.get(presented)
    if (grant && presented !== grant.current) {
      state.reuses += 1
      grant.dead = true
    }
    if (!grant || grant.dead) return { error: 'invalid_grant' }
    return issue(grant, options.rotate ?? true)
  }

  function issue(grant: Grant, withRefreshToken: boolean): object {
    const accessToken = `fake-at-${randomBytes(16).toString('hex')}`
    accessTokens.set(accessToken, grant)
    if (withRefreshToken) {
      grant.current = `fake-rt-${randomBytes(16).toString('hex')}`
      refreshTokens.set(grant.current, grant)
    }
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: state.expiresInSeconds,
      scope: grant.scope,
      ...(withRefreshToken ? { refresh_token: grant.current } : {}),
    }
  }

  function authorize(request: FakeRequest, response: ServerResponse): void {
    const {
      redirect_uri: redirectUri = '',
      state: stateValue = '',
      code_challenge: challenge = '',
      scope = '',
    } = request.fields
    const code = randomBytes(16).toString('hex')
    codes.set(code, {
      challenge,
      redirectUri,
      grant: { account: { ...state.account }, scope, current: '', dead: false },
    })
    const target = new URL(redirectUri)
    for (const [name, value] of Object.entries({ code, state: stateValue, iss: issuer }))
      target.searchParams.set(name, value)
    response.writeHead(303, { location: target.href }).end()
  }

  async function tokenEndpoint(request: FakeRequest, response: ServerResponse): Promise<void> {
    const scripted = queue.shift()
    if (scripted?.kind === 'answer') {
      response
        .writeHead(scripted.status, { 'content-type': scripted.contentType ?? 'application/json' })
        .end(scripted.body)
      return
    }
    const body = token(request)
    if (scripted?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, scripted.ms))
    if (scripted?.kind === 'cut') response.destroy()
    else json(response, body && 'error' in body ? (body.error === 'invalid_client' ? 401 : 400) : 200, body ?? {})
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    requests.push(request)
    const bearer = accessTokens.get(request.headers['authorization']?.slice(7) ?? '')
    switch (request.path) {
      case '/authorize':
        return authorize(request, response)
      case '/token':
        return tokenEndpoint(request, response)
      case '/revoke': {
        const grant =
          refreshTokens.get(request.fields['token'] ?? '') ?? accessTokens.get(request.fields['token'] ?? '')
        if (grant) grant.dead = true
        return json(response, 200, {})
      }
      case '/userinfo':
        return bearer && !bearer.dead
          ? json(response, 200, { sub: bearer.account.id, email: bearer.account.name })
          : json(response, 401, {})
      default:
        return json(response, 404, {})
    }
  }

  const server = createServer((incoming, response) => void serve(incoming, response))
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve),
  )
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    issuer,
    clientId,
    clientSecret,
    requests,
    get reuses() {
      return state.reuses
    },
    get account() {
      return state.account
    },
    set account(account) {
      state.account = account
    },
    get expiresInSeconds() {
      return state.expiresInSeconds
    },
    set expiresInSeconds(seconds) {
      state.expiresInSeconds = seconds
    },
    script: (...answers) => void queue.push(...answers),
    async authorize(url) {
      const answer = await fetch(url, { redirect: 'manual' })
      return new URL(answer.headers.get('location') ?? '')
    },
    record: (changes) => ({ ...fakeRecord(issuer), ...changes }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function fakeRecord(issuer: string): ConnectorRecord {
  return {
    id: 'fake',
    name: 'Fake service',
    category: 'fakes',
    method: 'oauth2',
    issuer,
    issuerRequired: true,
    authorize: { url: `${issuer}/authorize`, scope: { default: ['read'], optional: ['write'] } },
    token: { url: `${issuer}/token` },
    refresh: { rotation: 'always' },
    revoke: { url: `${issuer}/revoke` },
    identity: { from: 'userinfo', url: `${issuer}/userinfo`, id: 'sub', name: 'email' },
    apiOrigins: [issuer],
    reach: 'direct',
    monogram: 'F',
    checked: 'live 2026-11-21',
    sources: [],
  }
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const url = new URL(incoming.url ?? '/', 'http://fake.invalid')
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  const fields = incoming.method === 'GET' ? url.searchParams : new URLSearchParams(body)
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  return { method: incoming.method ?? '', path: url.pathname, headers, fields: Object.fromEntries(fields) }
}

/** Basic, form-urlencoded first (RFC 6749 §2.3.1), or fields of the body. */
function authenticated(request: FakeRequest, clientId: string, clientSecret: string): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers['authorization'] ?? '')?.[1]
  const [id = '', secret = ''] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(decode)
    : [request.fields['client_id'], request.fields['client_secret']]
  return id === clientId && secret === clientSecret
}

const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
