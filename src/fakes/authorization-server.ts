/** A scriptable authorization server on loopback: real HTTP, records what it received, can rotate, fail, delay and lie. */

import { randomBytes } from 'node:crypto'
import type { OAuthConnector } from '../protocol/connector.ts'
import { type FakeAccount, FakeGrants } from './grants.ts'
import { type FakeAnswer, type FakeReply, type FakeRequest, json, listen, send } from './http.ts'
import type { Leeway } from './leeway.ts'

export interface FakeOptions {
  readonly port?: number
  readonly clientId?: string
  readonly clientSecret?: string
  /** Secrets of further clients, by client id. */
  readonly moreClients?: Readonly<Record<string, string>>
  /** Whether each refresh answers a new refresh token, and the old one then ends the grant. */
  readonly rotate?: boolean
  /** Whether the refresh token that was replaced last is taken once more; `none` where absent. */
  readonly leeway?: Leeway
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
    leeway: options.leeway ?? 'none',
  })
  const requests: FakeRequest[] = []
  const queue: FakeAnswer[] = []
  const { origin: issuer, close } = await listen(async (request, response) => {
    requests.push(request)
    await send(response, request.path === '/token' ? queue.shift() : undefined, () => answer(request))
  }, options.port)

  function answer(request: FakeRequest): FakeReply {
    switch (request.path) {
      case '/authorize':
        return redirect(request.fields, { code: grants.authorize(request.fields), iss: issuer })
      case '/token':
        return answerToken(grants, { ...options.moreClients, [client.clientId]: client.clientSecret }, request)
      case '/revoke':
        grants.revoke(request.fields['token'] ?? '')
        return json(200, {})
      case '/userinfo': {
        const account = grants.accountOf(tokenOf(request))
        return account ? json(200, { sub: account.id, email: account.name }) : json(401, {})
      }
      default:
        return json(404, {})
    }
  }

  return {
    issuer,
    ...client,
    requests,
    grants,
    script: (...answers) => void queue.push(...answers),
    async authorize(url) {
      const visited = await fetch(url, { redirect: 'manual' })
      return new URL(visited.headers.get('location') ?? '')
    },
    record: (changes) => ({ ...fakeRecord(issuer), ...changes }),
    close,
  }
}

function answerToken(grants: FakeGrants, clients: Readonly<Record<string, string>>, request: FakeRequest): FakeReply {
  if (!authenticated(request, clients)) return json(401, { error: 'invalid_client' })
  const body = grants.token(request.fields)
  return json('error' in body ? 400 : 200, body)
}

function redirect(fields: FakeRequest['fields'], answer: Readonly<Record<string, string>>): FakeReply {
  const target = new URL(fields['redirect_uri'] ?? '')
  for (const [name, value] of Object.entries({ state: fields['state'] ?? '', ...answer }))
    target.searchParams.set(name, value)
  return { status: 303, headers: { location: target.href }, body: '' }
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

/** Basic, form-urlencoded first (RFC 6749 §2.3.1), or fields of the body. */
function authenticated(request: FakeRequest, clients: Readonly<Record<string, string>>): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers['authorization'] ?? '')?.[1]
  const [id = '', secret = ''] = basic
    ? Buffer.from(basic, 'base64').toString().split(':').map(decode)
    : [request.fields['client_id'], request.fields['client_secret']]
  return Object.hasOwn(clients, id) && clients[id] === secret
}

const decode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
