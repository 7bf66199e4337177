import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Demo, startDemo } from '../../demo/host.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { challengeOf, randomVerifier } from '../support/pkce.ts'

const start = (folder: string, port = 0, authorizationServerPort = 0) =>
  startDemo({ port, authorizationServerPort, folder, page: join(folder, 'page'), logger: silentLogger })

/** What a browser does, with fetch: signs in at the host, gets a connect token. */
async function signIn(demo: Demo, user: string) {
  const session = await fetch(`${demo.url}/session`, { method: 'POST', body: JSON.stringify({ user }) })
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const mint = await fetch(`${demo.url}/connect-token`, { method: 'POST', headers: { cookie } })
  const { token } = await mint.json()
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${demo.url}/connector-auth${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, origin: demo.url, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }
}

/** Follows the authorization server's redirects to the callback, keeping its cookies. */
async function consent(demo: Demo, url: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next = new URL(url)
  for (let hop = 0; hop < 10; hop += 1) {
    if (next.origin === demo.url) return next
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      cookies.set(name, value)
    }
    next = new URL(answer.headers.get('location') ?? '', next)
  }
  throw new Error('the authorization server does not come back')
}

async function connect(demo: Demo, user: string) {
  const call = await signIn(demo, user)
  const verifier = randomVerifier()
  const { body: created } = await call('POST', '/api/v1/auth-sessions', {
    connectorId: 'acme',
    codeChallenge: challengeOf(verifier),
  })
  const callback = await consent(demo, created.redirectUrl)
  const redeemed = await call('POST', `/api/v1/auth-sessions/${created.id}/redeem`, {
    verifier,
    redirectUri: created.redirectUri,
    callback: callback.search.slice(1),
  })
  return { call, created, callback, redeemed }
}

test('a real authorization server, from consent to a refreshed token, over a second start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  let demo = await start(folder)
  t.after(() => demo.close())
  demo.authorizationServer.control.setConsent('allow')
  const { call, redeemed } = await connect(demo, 'ana')
  assert.equal(redeemed.body.status, 'ACTIVE')
  assert.equal(redeemed.body.account.name, 'alice@example.com')
  const first = redeemed.body.credentials.accessToken
  const me = await fetch(`${demo.authorizationServer.url}/api/me`, { headers: { authorization: `Bearer ${first}` } })
  assert.equal((await me.json()).email, 'alice@example.com')

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => call('POST', '/api/v1/connections/acme/credentials', { forceRefresh: true })),
  )
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(demo.authorizationServer.reuse, 0)

  const ports = [demo.url, demo.authorizationServer.url].map((url) => Number(new URL(url).port))
  await demo.close()
  demo = await start(folder, ...ports)
  const again = await signIn(demo, 'ana')
  const fresh = await again('POST', '/api/v1/connections/acme/credentials', { forceRefresh: true })
  assert.equal(fresh.status, 200, JSON.stringify(fresh.body))
  assert.equal(demo.authorizationServer.reuse, 0)

  const ended = await again('POST', '/api/v1/connections/acme/disconnect', {})
  assert.deepEqual(ended.body, { revocation: 'revoked' })
  const dead = await fetch(`${demo.authorizationServer.url}/api/me`, {
    headers: { authorization: `Bearer ${fresh.body.accessToken}` },
  })
  assert.equal(dead.status, 401)

  for (const file of readdirSync(folder).filter((name) => name.startsWith('connector-auth.sqlite'))) {
    for (const token of [first, fresh.body.accessToken])
      assert.equal(readFileSync(join(folder, file)).includes(token), false)
  }
})

test('a code of the real authorization server is worth nothing to somebody else, nor a second time', async (t) => {
  const demo = await start(mkdtempSync(join(tmpdir(), 'connector-auth-')))
  t.after(() => demo.close())
  demo.authorizationServer.control.setConsent('allow')
  const { call, created, callback } = await connect(demo, 'ana')
  const ben = await signIn(demo, 'ben')
  const stolen = { verifier: randomVerifier(), redirectUri: created.redirectUri, callback: callback.search.slice(1) }
  assert.equal((await ben('POST', `/api/v1/auth-sessions/${created.id}/redeem`, stolen)).body.reason, 'not_found')

  // Ana's own next attempt, with the code that was redeemed already put into it.
  const verifier = randomVerifier()
  const request = { connectorId: 'acme', codeChallenge: challengeOf(verifier) }
  const { body: next } = await call('POST', '/api/v1/auth-sessions', request)
  const answer = new URLSearchParams(callback.search)
  answer.set('state', next.stateKey)
  const injected = { verifier, redirectUri: next.redirectUri, callback: answer.toString() }
  const { body } = await call('POST', `/api/v1/auth-sessions/${next.id}/redeem`, injected)
  assert.deepEqual([body.status, body.reason], ['FAILED', 'redemption_rejected'])
})

test('an authorization server that is down is said, and works again afterwards', async (t) => {
  const demo = await start(mkdtempSync(join(tmpdir(), 'connector-auth-')))
  t.after(() => demo.close())
  demo.authorizationServer.control.setConsent('allow')
  demo.authorizationServer.control.setDown(true)
  const { redeemed } = await connect(demo, 'ana')
  assert.deepEqual([redeemed.body.status, redeemed.body.reason], ['FAILED', 'authorization_server_unavailable'])
  demo.authorizationServer.control.setDown(false)
  assert.equal((await connect(demo, 'ana')).redeemed.body.status, 'ACTIVE')
})

test('a taken port gets a clear sentence', async (t) => {
  const demo = await start(mkdtempSync(join(tmpdir(), 'connector-auth-')))
  t.after(() => demo.close())
  const port = Number(new URL(demo.url).port)
  await assert.rejects(start(mkdtempSync(join(tmpdir(), 'connector-auth-')), port), {
    reason: 'invalid_configuration',
    message: /taken/,
  })
})

test('nobody signed in: no connect token', async (t) => {
  const demo = await start(mkdtempSync(join(tmpdir(), 'connector-auth-')))
  t.after(() => demo.close())
  assert.equal((await fetch(`${demo.url}/connect-token`, { method: 'POST' })).status, 401)
})
