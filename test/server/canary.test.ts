import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { jsonLogger } from '../../src/node/index.ts'
import { type JwtOptions, sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey, startHarness } from '../support/backend.ts'
import { audience, startKeyServer } from '../support/jwks.ts'

const metricsToken = 'canary-metrics-token'

interface Answered {
  /** Method, path and status. */
  readonly to: string
  readonly text: string
}

/** A backend at its most verbose, of which everything that leaves is kept. */
async function start(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const provider = await startKeyServer(t)
  const jwt: JwtOptions = { jwksUrl: provider.jwksUrl, issuer: provider.issuer, audience, claims: { subject: 'sub' } }
  const lines: string[] = []
  const harness = await startHarness(t, {
    backend: {
      store: sqliteStore(join(folder, 'store.sqlite')),
      jwt,
      metricsToken,
      egress: { allow: [provider.issuer] },
      logger: jsonLogger({ level: 'debug', write: (line) => lines.push(line) }),
    },
  })
  /** Answers, by what was asked: some are there to carry a secret. */
  const answers: Answered[] = []
  const calls = callsOf(
    {
      mintConnectToken: (who) => harness.backend.mintConnectToken(who),
      async fetch(request) {
        const answer = await harness.backend.fetch(request, { remoteAddress: '192.0.2.1' })
        const text = await answer.clone().text()
        const to = `${request.method} ${new URL(request.url).pathname.replace('/connector-auth', '')} ${answer.status}`
        answers.push({ to, text: JSON.stringify([...answer.headers]) + text })
        return answer
      },
    },
    harness.fake,
  )
  return { folder, provider, lines, answers, ...harness, ...calls }
}

const carriesTokens = /^POST \/api\/v1\/(connections\/fake\/credentials|auth-sessions\/\w+\/redeem) 200$/
const carriesConnectToken = /^POST \/api\/v1\/connect-tokens 201$/
const carriesState = /^POST \/api\/v1\/auth-sessions 201$/
const carriesKey = /^POST \/api\/v1\/api-keys 201$/

/** Looks for each secret everywhere, but in the answers that are there to carry it. */
function assertNowhere(
  secrets: ReadonlyMap<string, RegExp | undefined>,
  places: readonly (readonly [string, string])[],
  answers: readonly Answered[],
): void {
  for (const [secret, where] of secrets) {
    const name = secret.slice(0, 8)
    for (const [place, text] of places) assert.equal(text.includes(secret), false, `${place} holds ${name}`)
    for (const { to, text } of answers)
      if (!where?.test(to)) assert.equal(text.includes(secret), false, `${to} holds ${name}`)
  }
}

test('at the most verbose level no secret is in a log line, metric, audit record, database byte or other answer', async (t) => {
  const one = await start(t)
  const { call, provider, fake, folder, lines, answers } = one
  /** Each secret, with the answers that are there to carry it. */
  const secrets = new Map<string, RegExp | undefined>([
    [fake.clientSecret, undefined],
    [apiKey.slice(4), undefined],
    [sealingKey.slice(3), undefined],
    [metricsToken, undefined],
  ])
  const page = await one.page()
  secrets.set(page.token.slice(37), carriesConnectToken)

  // Connect; before that, everything that can be wrong with an answer.
  const begun = await page.begin()
  const callback = new URLSearchParams(begun.redeem.callback)
  const code = callback.get('code') ?? ''
  for (const [secret, where] of [
    [code, undefined],
    [begun.redeem.verifier, undefined],
    [begun.created.body.stateKey, carriesState],
  ] as const)
    secrets.set(secret, where)
  const redeem = `/api/v1/auth-sessions/${begun.id}/redeem`
  const { redeem: right } = begun
  for (const wrong of [
    { ...right, verifier: 'x'.repeat(43) },
    { ...right, redirectUri: `${right.redirectUri}/x` },
    { ...right, callback: `code=${code}&state=wrong` },
    { ...right, callback: right.callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.test') },
    { ...right, unknown: code },
  ])
    assert.ok((await page.post(redeem, wrong)).status >= 400)
  await call('GET', `/callback/default/fake?${right.callback}`)
  await call('GET', `/callback/default/other?${right.callback}`)
  const connected = await page.post(redeem, right)
  secrets.set(connected.body.credentials.accessToken, carriesTokens)
  secrets.set(fake.grants.lastRefreshToken, undefined)

  // Refresh; an authorization server that answers with what it was sent, or with nothing of use.
  // After a fault the next try waits as shortly as it may.
  t.mock.method(Math, 'random', () => 0)
  const refresh = () => page.post('/api/v1/connections/fake/credentials', { forceRefresh: true })
  const echo = JSON.stringify({
    error: 'server_error',
    error_description: `no ${fake.grants.lastRefreshToken} of ${fake.clientSecret}`,
  })
  fake.script(
    { kind: 'answer', status: 500, body: echo },
    { kind: 'answer', status: 200, body: `<h1>${fake.clientSecret}</h1>`, contentType: 'text/html' },
    { kind: 'answer', status: 401, body: echo.replace('server_error', 'invalid_client') },
  )
  for (let count = 0; count < 3; count++) await refresh()
  const refreshed = await refresh()
  assert.equal(refreshed.status, 200)
  secrets.set(refreshed.body.accessToken, carriesTokens)
  secrets.set(fake.grants.lastRefreshToken, undefined)
  fake.script({ kind: 'answer', status: 400, body: echo.replace('server_error', 'invalid_grant') })
  assert.equal((await refresh()).body.reason, 'needs_reconnect')

  // Callers, right and wrong.
  const made = await one.host('POST', '/api/v1/api-keys', { name: 'one' })
  secrets.set(made.body.key.slice(4), carriesKey)
  const headers = (token: string) => ({ origin: appOrigin, authorization: `Bearer ${token}` })
  const good = await provider.sign()
  const bad = await provider.sign({ aud: 'other' })
  for (const token of [good, bad]) {
    secrets.set(token, undefined)
    const traded = await call('POST', '/api/v1/connect-tokens', { headers: headers(token), body: {} })
    if (traded.status === 201) secrets.set(traded.body.token.slice(37), carriesConnectToken)
  }
  for (const token of [page.token, good, made.body.key, apiKey, metricsToken])
    for (const path of [
      '/api/v1/api-keys',
      '/metrics',
      '/api/v1/connections',
      `/api/v1/connections?q=${token}`,
      `/${token}`,
    ])
      await call('GET', path, { headers: headers(token) })
  await call('POST', '/api/v1/connect-tokens', { headers: headers(page.token), raw: `{"subject":"${code}` })

  // Disconnect and sign out.
  await page.post('/api/v1/connections/fake/disconnect')
  await page.remove('/api/v1/connect-tokens/current')
  await page.get('/api/v1/connections')
  await one.host('DELETE', `/api/v1/api-keys/${made.body.id}`)
  const audit = JSON.stringify((await one.host('GET', '/api/v1/audit?limit=1000')).body)
  const { text: metrics } = await one.backend.metrics()

  assert.equal([...secrets.keys()].filter((secret) => secret.length < 16).length, 0, 'each secret is a real one')
  assert.ok(secrets.size >= 13)
  const log = lines.join('')
  const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'latin1')] as const)
  assertNowhere(secrets, [['the log', log], ['the metrics', metrics], ['the audit', audit], ...files], answers)
  // The search does find what is there.
  assert.ok(log.includes('"route":"redeemAuthSession"') && log.includes('"level":"debug"'))
  assert.ok(audit.includes('"access.refused"') && metrics.includes('route="metrics"'))
  assert.ok(answers.some(({ text }) => text.includes(connected.body.credentials.accessToken)))
})
