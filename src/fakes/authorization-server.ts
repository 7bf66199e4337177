/** A scriptable authorization server on loopback: real HTTP, records what it received, can rotate, fail, delay and lie. */

import { randomBytes } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { OAuthConnector } from '../protocol/connector.ts'
import { type FakeAccount, FakeGrants } from './grants.ts'

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
  /** Cuts the connection before it does any work: the request is lost. */
  | { readonly kind: 'lose' }

export interface FakeOptions {
  readonly port?: number
  readonly clientId?: string
  readonly clientSecret?: string
  /** Whether each refresh answers a new refresh token, and the old one then ends the grant. */
  readonly rotate?: boolean
  readonly expiresInSeconds?: number
  /** Whose account is connected. */
  readonly account?: FakeAccount
}

export interface FakeAuthorizationServer {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly requests: readonly FakeRequest[]
  /** What was granted; its account and lifetime apply to the next grant. */
  readonly grants: FakeGrants
  /** Queues answers for the token endpoint. */
  script(...answers: readonly FakeAnswer[]): void
  /** Visits an authorization URL as a consenting person. @returns the callback's URL. */
  authorize(url: string): Promise<URL>
  /** A connector record for this server. */
  record(changes?: Partial<OAuthConnector>): OAuthConnector
  close(): Promise<void>
}

const tokenOf = (request: FakeRequest) => request.headers['authorization']?.slice('Bearer '.length) ?? ''

/** Starts a fake authorization server. */
export async function startFakeAuthorizationServer(options: FakeOptions = {}): Promise<FakeAuthorizationServer> {
  const client = {
    clientId: options.clientId ?? 'fake-client',
    clientSecret: options.clientSecret ?? randomBytes(24).toString('hex'),
  }
  const grants = new FakeGrants({
    account: options.account ?? { id: 'account-1', name: 'ana@fake.example' },
    expiresInSeconds: options.expiresInSeconds ?? 3_600,
    rotate: options.rotate ?? true,
  })
  const requests: FakeRequest[] = []
  const queue: FakeAnswer[] = []
  const server = createServer((incoming, response) => void serve(incoming, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    requests.push(request)
    switch (request.path) {
      case '/authorize':
        return redirect(response, request.fields, { code: grants.authorize(request.fields), iss: issuer })
      case '/token':
        return answerToken(grants, client, request, queue.shift(), response)
      case '/revoke':
        grants.revoke(request.fields['token'] ?? '')
        return json(response, 200, {})
      case '/userinfo': {
        const account = grants.accountOf(tokenOf(request))
        return account ? json(response, 200, { sub: account.id, email: account.name }) : json(response, 401, {})
      }
      default:
        return json(response, 404, {})
    }
  }

  return {
    issuer,
    ...client,
    requests,
    grants,
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

async function answerToken(
  grants: FakeGrants,
  client: { readonly clientId: string; readonly clientSecret: string },
  request: FakeRequest,
  scripted: FakeAnswer | undefined,
  response: ServerResponse,
): Promise<void> {
  if (scripted?.kind === 'answer') {
    const { status, body, contentType = 'application/json' } = scripted
    response.writeHead(status, { 'content-type': contentType }).end(body)
    return
  }
  if (scripted?.kind === 'lose') return void response.destroy()
  if (!authenticated(request, client.clientId, client.clientSecret))
    return json(response, 401, { error: 'invalid_client' })
  const body = grants.token(request.fields)
  if (scripted?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, scripted.ms))
  if (scripted?.kind === 'cut') response.destroy()
  else json(response, 'error' in body ? 400 : 200, body)
}

function redirect(
  response: ServerResponse,
  fields: FakeRequest['fields'],
  answer: Readonly<Record<string, string>>,
): void {
  const target = new URL(fields['redirect_uri'] ?? '')
  for (const [name, value] of Object.entries({ state: fields['state'] ?? '', ...answer }))
    target.searchParams.set(name, value)
  response.writeHead(303, { location: target.href }).end()
}

function fakeRecord(issuer: string): OAuthConnector {
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
