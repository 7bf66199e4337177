/** A real authorization server, oidc-provider, with the features that a test asks for: everybody consents at once. */

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { EmbeddedJWK, calculateJwkThumbprint, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import Provider, { type ClientMetadata, type Configuration, type KoaContextWithOIDC, errors } from 'oidc-provider'
import { parse } from '../../src/protocol/parse.ts'
import { object, text } from '../../src/protocol/schema.ts'
import { sha256 } from '../../src/server/digest.ts'
import type { ClientRegistration } from '../../src/server/index.ts'

export const resource = 'https://api.acme.test/files'

export interface Features {
  readonly par?: boolean
  readonly dpop?: boolean
  readonly resource?: boolean
  readonly privateKeyJwt?: boolean
  readonly grantTypes?: readonly string[]
}

/** One request as the server saw it. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly status: number
  /** What it answered; its own answers alone have one. */
  readonly answer?: unknown
}

export interface RealServer {
  readonly issuer: string
  readonly client: ClientRegistration
  readonly seen: Seen[]
  /** Grants that it has ended, because a refresh token came twice or was revoked. */
  readonly endedGrants: readonly string[]
  /** Visits an authorization URL as a person who consents. @returns the callback's URL. */
  authorize(url: string): Promise<URL>
  /** Enters a device's user code as a person who consents. */
  enterUserCode(url: string): Promise<void>
  /** Stops answering, as long as it is true. */
  setDown(down: boolean): void
}

/** Starts it on loopback, for one client with this redirect URI. */
export async function startRealServer(t: TestContext, redirectUri: string, features: Features): Promise<RealServer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { metadata, registration } = await makeClient(redirectUri, features)
  const provider = new Provider(issuer, configurationFor(metadata, features))
  const seen: Seen[] = []
  let down = false
  provider.use(async (context: KoaContextWithOIDC, next: () => Promise<unknown>) => {
    await next()
    const { method, path, status, body: answer } = context
    const query = new URLSearchParams(context.querystring)
    seen.push({ method, path, query, body: bodyOf(context.oidc?.body), headers: context.req.headers, status, answer })
  })
  const endedGrants: string[] = []
  provider.on('grant.revoked', (_, grantId) => endedGrants.push(grantId))
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (down) return void request.socket.destroy()
    const url = new URL(request.url ?? '/', issuer)
    if (url.pathname.startsWith('/interaction/')) void consent(provider, request, response)
    else if (url.pathname.startsWith('/api/')) {
      const { method = '', headers } = request
      const told = { method, path: url.pathname, query: url.searchParams, body: new URLSearchParams(), headers }
      response.on('finish', () => seen.push({ ...told, status: response.statusCode }))
      void answerApi(provider, request, response, url)
    } else void answer(request, response)
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const browser = new Browser(issuer)
  return {
    issuer,
    client: registration,
    seen,
    endedGrants,
    authorize: (url) => browser.leave(url),
    enterUserCode: (url) => browser.enterUserCode(url),
    setDown: (value) => void (down = value),
  }
}

async function makeClient(redirectUri: string, { privateKeyJwt, dpop, grantTypes }: Features) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const named = { kid: 'k1', alg: 'ES256' }
  const common: ClientMetadata = {
    client_id: 'app',
    redirect_uris: [redirectUri],
    response_types: ['code'],
    grant_types: [...(grantTypes ?? ['authorization_code', 'refresh_token'])],
    ...(dpop ? { dpop_bound_access_tokens: true } : {}),
  }
  if (!privateKeyJwt)
    return {
      metadata: {
        ...common,
        client_secret: 'secret:+/%20=&',
        token_endpoint_auth_method: 'client_secret_basic' as const,
      },
      registration: { clientId: 'app', clientSecret: 'secret:+/%20=&' },
    }
  return {
    metadata: {
      ...common,
      token_endpoint_auth_method: 'private_key_jwt' as const,
      token_endpoint_auth_signing_alg: 'ES256' as const,
      jwks: { keys: [{ ...(await exportJWK(publicKey)), ...named, use: 'sig' }] },
    } as ClientMetadata,
    registration: { clientId: 'app', privateKey: { ...(await exportJWK(privateKey)), ...named } },
  }
}

function configurationFor(client: ClientMetadata, features: Features): Configuration {
  return {
    clients: [client],
    cookies: { keys: ['cookie-key'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    scopes: ['openid', 'offline_access', 'email', 'files.read', 'files.write'],
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@acme.test` }) }),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      userinfo: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: features.par === true },
      dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => features.dpop === true },
      resourceIndicators: {
        enabled: features.resource === true,
        defaultResource: async () => [],
        useGrantedResource: async () => false,
        getResourceServerInfo: async (_, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget()
          return { scope: 'files.read files.write', audience: resource, accessTokenFormat: 'opaque' as const }
        },
      },
    },
    ttl: {
      AccessToken: 600,
      Interaction: 600,
      Grant: 6_000,
      Session: 6_000,
      RefreshToken: 6_000,
      IdToken: 600,
      DeviceCode: 600,
    },
  }
}

/** What oidc-provider has read of a body; its own answers alone have one. */
function bodyOf(body: unknown): URLSearchParams {
  const fields = new URLSearchParams()
  if (typeof body !== 'object' || body === null) return fields
  for (const [name, value] of Object.entries(body))
    for (const one of Array.isArray(value) ? value : [value]) fields.append(name, String(one))
  return fields
}

const asking = object({}, { scope: text(), resource: text() })

async function consent(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId: 'ana', clientId: 'app' })
  const { scope = '', resource: asked } = parse(asking, params, 'drop')
  grant.addOIDCScope(scope)
  if (asked !== undefined) grant.addResourceScope(asked, scope)
  const result = { login: { accountId: 'ana' }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result)
}

/** A protected API. */
async function answerApi(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const [, scheme = '', value = ''] = /^(Bearer|DPoP) (\S+)$/.exec(request.headers.authorization ?? '') ?? []
  const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value))
  const right =
    token && (token.jkt ? scheme === 'DPoP' && (await proves(request, url, value, token.jkt)) : scheme === 'Bearer')
  if (!token || !right) return void response.writeHead(401).end('{"error":"invalid_token"}')
  response.writeHead(200, { 'content-type': 'application/json' })
  const about = { scope: token.scope, aud: token.aud, bound: token.jkt !== undefined }
  response.end(JSON.stringify({ sub: 'accountId' in token ? token.accountId : token.clientId, ...about }))
}

/** A bound token needs a proof of its key (RFC 9449 §7.1). */
async function proves({ headers, method }: IncomingMessage, url: URL, token: string, jkt: string): Promise<boolean> {
  const { protectedHeader, payload } = await jwtVerify(String(headers['dpop']), EmbeddedJWK, { typ: 'dpop+jwt' })
  const { htm, htu, ath } = payload
  const proved = await calculateJwkThumbprint(protectedHeader.jwk ?? {})
  return htm === method && htu === `${url.origin}${url.pathname}` && ath === sha256(token) && proved === jkt
}

/** What of a browser a consent needs: cookies, and redirects up to the first that leaves the server. */
class Browser {
  readonly #cookies = new Map<string, string>()
  readonly #issuer: string

  constructor(issuer: string) {
    this.#issuer = issuer
  }

  async leave(start: string): Promise<URL> {
    const { response, at } = await this.#follow(start)
    if (at.origin === this.#issuer) throw new Error(`${response.status} ${await response.text()}`)
    return at
  }

  async enterUserCode(start: string): Promise<void> {
    const first = await this.#follow(start)
    const form = fieldsOf(await first.response.text())
    const second = await this.#follow(new URL('/device', this.#issuer).href, { ...form, confirm: 'yes' })
    if (second.response.status !== 200) throw new Error(await second.response.text())
  }

  async #follow(start: string, form?: Readonly<Record<string, string>>) {
    let at = new URL(start)
    let response = await this.#fetch(at, form)
    while (response.status >= 300 && response.status < 400) {
      at = new URL(response.headers.get('location') ?? '', at)
      if (at.origin !== this.#issuer) return { response, at }
      response = await this.#fetch(at)
    }
    return { response, at }
  }

  async #fetch(url: URL, form?: Readonly<Record<string, string>>): Promise<Response> {
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ')
    const init = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      this.#cookies.set(name, value)
    }
    return response
  }
}

function fieldsOf(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}
