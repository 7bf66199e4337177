/** Promises of the demo's authorization server, driven over HTTP as a client and a browser would. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startAuthorizationServer } from '../../demo/authorization-server/index.ts'
import type { AuthorizationServer, AuthorizationServerOptions } from '../../demo/authorization-server/index.ts'

const REDIRECT_URI = 'http://localhost:4321/connector-auth/callback/acme.html'
const client = { clientId: 'demo app <b>', clientSecret: 'demo secret', redirectUris: [REDIRECT_URI] }
// A pooled connection would not outlive the restart that one test makes on the same port.
const FRESH = { connection: 'close' }
const SCOPE = 'openid email profile offline_access files.read files.write'

async function start(t: TestContext, options: Partial<AuthorizationServerOptions> = {}): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer({ port: 0, file: ':memory:', clients: [client], ...options })
  t.after(() => server.close())
  return server
}

class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>()

  async fetch(url: string, form?: Record<string, string | string[]>): Promise<Response> {
    const { pathname } = new URL(url)
    const cookie = [...this.#cookies.values()].filter((kept) => pathname.startsWith(kept.path))
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...FRESH, cookie: cookie.map((kept) => kept.value).join('; ') },
      ...(form ? { method: 'POST', body: toForm(form) } : {}),
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    return response
  }

  /** Follows redirects until a page answers, or until one leaves the server. */
  async follow(
    server: AuthorizationServer,
    start: string,
    form?: Record<string, string | string[]>,
  ): Promise<Response | URL> {
    let response = await this.fetch(start, form)
    for (let step = 0; step < 10 && response.status === 303; step += 1) {
      const next = new URL(response.headers.get('location') ?? '', server.url)
      if (next.origin !== server.issuer) return next
      response = await this.fetch(next.href)
    }
    return response
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const path = attributes.find((attribute) => attribute.startsWith('path='))?.slice(5) ?? '/'
    const key = `${pair.split('=')[0]} ${path}`
    if (pair.endsWith('=')) this.#cookies.delete(key)
    else this.#cookies.set(key, { value: pair, path })
  }
}

function toForm(form: Record<string, string | string[]>): URLSearchParams {
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) for (const one of [value].flat()) body.append(name, one)
  return body
}

function authorization(
  server: AuthorizationServer,
  extra: Record<string, string> = {},
): { url: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL('/auth', server.url)
  url.search = new URLSearchParams({
    client_id: client.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: SCOPE,
    state: 'the-state',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  }).toString()
  return { url: url.href, verifier }
}

function post(server: AuthorizationServer, path: string, body: Record<string, string>): Promise<Response> {
  const encoded = [client.clientId, client.clientSecret]
    .map((part) => toForm({ x: part }).toString().slice(2))
    .join(':')
  return fetch(new URL(path, server.url), {
    method: 'POST',
    headers: { ...FRESH, authorization: `Basic ${Buffer.from(encoded).toString('base64')}` },
    body: new URLSearchParams(body),
  })
}

type Tokens = { access_token: string; refresh_token: string; scope: string; expires_in: number; error?: string }

async function json(response: Response): Promise<Tokens> {
  return response.json() as Promise<Tokens>
}

async function page(answer: Response | URL): Promise<{ action: (name: string) => string; text: string }> {
  assert.ok(answer instanceof Response, `a page was expected, not ${JSON.stringify(answer)}`)
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  const actions = [...text.matchAll(/action="([^"]+)"/g)].map((match) => match[1] ?? '')
  return { text, action: (name) => new URL(actions.find((one) => one.endsWith(name)) ?? '', answer.url).href }
}

function redirected(answer: Response | URL): URL {
  assert.ok(answer instanceof URL, 'a redirect to the client was expected')
  return answer
}

async function codeFlow(server: AuthorizationServer, browser = new Browser()): Promise<Tokens> {
  server.control.setConsent('allow')
  const { url, verifier } = authorization(server)
  const back = redirected(await browser.follow(server, url))
  const body = {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: REDIRECT_URI,
  }
  return json(await post(server, '/token', { ...body, code_verifier: verifier }))
}

const refresh = (server: AuthorizationServer, token: string): Promise<Response> =>
  post(server, '/token', { grant_type: 'refresh_token', refresh_token: token })

test('a person signs in, unticks a scope, allows, and the tokens work', async (t) => {
  const server = await start(t)
  const browser = new Browser()
  const { url, verifier } = authorization(server)
  const login = await page(await browser.follow(server, url))
  assert.match(login.text, /data-testid="login-bob"/)
  assert.match(login.text, /demo app &#60;b&#62;/, 'the client name is escaped')
  const consent = await page(await browser.follow(server, login.action('/login'), { account: 'bob' }))
  assert.match(consent.text, /bob@example\.com/)
  assert.match(consent.text, /data-testid="consent-allow"/)
  const back = redirected(await browser.follow(server, consent.action('/consent'), { scope: ['files.read'] }))
  assert.equal(back.origin + back.pathname, REDIRECT_URI)
  assert.equal(back.searchParams.get('state'), 'the-state')
  assert.equal(back.searchParams.get('iss'), server.issuer)

  const code = back.searchParams.get('code') ?? ''
  const body = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
  const tokens = await json(await post(server, '/token', { ...body, code_verifier: verifier }))
  assert.deepEqual(tokens.scope.split(' ').sort(), ['email', 'files.read', 'offline_access', 'openid', 'profile'])
  assert.equal(tokens.expires_in, 600)
  const me = await fetch(new URL('/api/me', server.url), {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  assert.deepEqual(await me.json(), { sub: 'bob', email: 'bob@example.com', scope: tokens.scope })
  assert.equal(me.headers.get('access-control-allow-origin'), '*')
  const userinfo = await fetch(new URL('/me', server.url), {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  assert.deepEqual(await userinfo.json(), {
    sub: 'bob',
    email: 'bob@example.com',
    email_verified: true,
    name: 'Bob Baker',
  })
  assert.deepEqual(
    server.calls.map((call) => [call.grantType, call.outcome]),
    [['authorization_code', 'ok']],
  )
})

test('a signed-in person is not asked for the account again, unless prompt=login says so', async (t) => {
  const server = await start(t)
  const browser = new Browser()
  await codeFlow(server, browser)
  server.control.setConsent('ask')
  assert.match(
    (await page(await browser.follow(server, authorization(server).url))).text,
    /data-testid="consent-allow"/,
  )
  const again = authorization(server, { prompt: 'login consent' })
  assert.match((await page(await browser.follow(server, again.url))).text, /data-testid="login-alice"/)
})

test('denying answers access_denied, by page and at once', async (t) => {
  const server = await start(t)
  const browser = new Browser()
  const login = await page(await browser.follow(server, authorization(server).url))
  const byPage = redirected(await browser.follow(server, login.action('/deny'), {}))
  assert.equal(byPage.searchParams.get('error'), 'access_denied')
  server.control.setConsent('deny')
  const atOnce = redirected(await new Browser().follow(server, authorization(server).url))
  assert.equal(atOnce.searchParams.get('error'), 'access_denied')
  assert.equal(atOnce.searchParams.get('state'), 'the-state')
})

test('a request without PKCE is refused', async (t) => {
  const server = await start(t)
  const { url } = authorization(server)
  const bare = new URL(url)
  bare.searchParams.delete('code_challenge')
  bare.searchParams.delete('code_challenge_method')
  assert.equal(redirected(await new Browser().follow(server, bare.href)).searchParams.get('error'), 'invalid_request')
})

test('refreshing rotates, and reuse ends the family and is counted', async (t) => {
  const server = await start(t)
  const first = await codeFlow(server)
  const second = await json(await refresh(server, first.refresh_token))
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal(server.reuse, 0)
  assert.equal((await json(await refresh(server, first.refresh_token))).error, 'invalid_grant')
  assert.equal(server.reuse, 1)
  assert.equal((await json(await refresh(server, second.refresh_token))).error, 'invalid_grant')
  const outcomes = server.calls.map((call) => call.outcome)
  assert.deepEqual(outcomes, ['ok', 'ok', 'invalid_grant', 'invalid_grant'])
})

test('two refreshes of one token at the same moment never both succeed', async (t) => {
  const server = await start(t)
  const { refresh_token: token } = await codeFlow(server)
  const answers = await Promise.all([refresh(server, token), refresh(server, token), refresh(server, token)])
  assert.ok(answers.filter((answer) => answer.ok).length <= 1)
  assert.ok(server.reuse >= 1)
})

test('two connections of one person live and end apart', async (t) => {
  const server = await start(t)
  const browser = new Browser()
  const [first, second] = [await codeFlow(server, browser), await codeFlow(server, browser)]
  assert.equal((await post(server, '/token/revocation', { token: first.refresh_token })).status, 200)
  assert.equal(server.revocations, 1)
  assert.equal((await refresh(server, first.refresh_token)).status, 400)
  assert.equal((await refresh(server, second.refresh_token)).status, 200)
})

test('a second start on the same file refreshes and remembers the person', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'authorization-server-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'acme.sqlite')
  const browser = new Browser()
  const before = await startAuthorizationServer({ port: 0, file, clients: [client] })
  const tokens = await codeFlow(before, browser)
  const jwks = await (await new Browser().fetch(`${before.url}/jwks`)).json()
  const port = Number(new URL(before.url).port)
  await before.close()

  const after = await start(t, { file, port })
  assert.deepEqual(await (await new Browser().fetch(`${after.url}/jwks`)).json(), jwks)
  assert.equal((await refresh(after, tokens.refresh_token)).status, 200)
  assert.match((await page(await browser.follow(after, authorization(after).url))).text, /data-testid="consent-allow"/)
})

test('COOP, token lifetime and an outage can be switched while it runs', async (t) => {
  const server = await start(t, { coop: 'same-origin', accessTokenSeconds: 2 })
  const coop = async (): Promise<string | null> =>
    (await new Browser().fetch(authorization(server).url)).headers.get('cross-origin-opener-policy')
  assert.equal(await coop(), 'same-origin')
  server.control.setCoop(undefined)
  assert.equal(await coop(), null)

  const tokens = await codeFlow(server)
  assert.equal(tokens.expires_in, 2)
  server.control.setAccessTokenSeconds(900)
  server.control.setDown(true)
  assert.equal((await refresh(server, tokens.refresh_token)).status, 503)
  server.control.setDown(false)
  assert.equal((await json(await refresh(server, tokens.refresh_token))).expires_in, 900)
  assert.deepEqual(
    server.calls.map((call) => call.outcome),
    ['ok', 'service_unavailable', 'ok'],
  )
})

test('the API refuses a token it does not know and answers a preflight', async (t) => {
  const server = await start(t)
  const url = new URL('/api/me', server.url)
  assert.equal((await fetch(url)).status, 401)
  assert.equal((await fetch(url, { headers: { authorization: 'Bearer nonsense' } })).status, 401)
  const preflight = await fetch(url, { method: 'OPTIONS' })
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'authorization')
})

test('metadata says what the server can do', async (t) => {
  const server = await start(t)
  const answer = await fetch(new URL('/.well-known/oauth-authorization-server', server.url))
  const metadata = (await answer.json()) as Record<string, unknown>
  assert.equal(metadata['issuer'], server.issuer)
  assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256'])
  assert.equal(metadata['authorization_response_iss_parameter_supported'], true)
  assert.ok(metadata['revocation_endpoint'])
  assert.ok(metadata['introspection_endpoint'])
})
