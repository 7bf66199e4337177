import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createBackend, sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, sealingKey } from '../support/backend.ts'
import { freePort } from '../support/free-port.ts'
import { pagesOf, startServed } from '../support/serve.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} lets a redemption that runs finish, accepts nothing new, and ends with 0`, async (t) => {
    const served = await startServed(t)
    const page = await pagesOf(served).page()
    const { id, redeem } = await page.begin()
    served.fake.script({ kind: 'delay', ms: 1_000 })
    const redeemed = page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
    await until(() => served.fake.requests.some(({ path }) => path === '/token'))
    served.child.kill(signal)
    await until(async () => (await fetch(`${served.url}/healthz`).catch(() => undefined)) === undefined)
    const { status, body } = await redeemed
    assert.deepEqual([status, body.status], [200, 'ACTIVE'])
    assert.equal(await served.ended(), 0)
    const database = new DatabaseSync(join(served.folder, 'connector-auth.sqlite'))
    assert.equal(database.prepare('SELECT count(*) AS n FROM connection').get()?.['n'], 1)
    database.close()
  })
}

test('SIGTERM waits for a refresh whose caller has gone: the rotated token is in the store', async (t) => {
  const served = await startServed(t)
  const page = await pagesOf(served).page()
  await page.connect()
  const generation = () => {
    const database = new DatabaseSync(join(served.folder, 'connector-auth.sqlite'))
    const row = database.prepare('SELECT generation FROM credential').get()
    database.close()
    return row?.['generation']
  }
  const before = Number(generation())
  served.fake.script({ kind: 'delay', ms: 1_000 })
  const caller = new AbortController()
  const gone = fetch(`${served.url}/api/v1/connections/fake/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: '{"subject":"ana","forceRefresh":true}',
    signal: caller.signal,
  }).catch(() => 'gone')
  await until(() => served.fake.requests.some(({ fields }) => fields['grant_type'] === 'refresh_token'))
  caller.abort()
  assert.equal(await gone, 'gone')
  served.child.kill('SIGTERM')
  assert.equal(await served.ended(), 0)
  assert.equal(generation(), before + 1)
})

test('a second signal ends at once, whatever runs', async (t) => {
  const served = await startServed(t)
  const page = await pagesOf(served).page()
  const { id, redeem } = await page.begin()
  served.fake.script({ kind: 'delay', ms: 10_000 })
  const lost = page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem).catch(() => 'cut')
  await until(() => served.fake.requests.some(({ path }) => path === '/token'))
  served.child.kill('SIGTERM')
  await until(async () => (await fetch(`${served.url}/healthz`).catch(() => undefined)) === undefined)
  const started = performance.now()
  served.child.kill('SIGINT')
  assert.equal(await served.ended(), 1)
  assert.ok(performance.now() - started < 2_000)
  assert.equal(await lost, 'cut')
})

test('a backend that is about to end is alive but not ready, and still answers', async (t) => {
  const backend = createBackend({
    publicUrl: appOrigin,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [],
    clients: {},
  })
  await backend.ready()
  t.after(() => backend.close())
  const get = async (path: string) => {
    const answer = await backend.fetch(
      new Request(`${appOrigin}${path}`, { headers: { authorization: `Bearer ${apiKey}` } }),
    )
    return [answer.status, (await answer.json()).reason]
  }
  assert.deepEqual(await get('/readyz'), [200, undefined])
  backend.drain()
  assert.deepEqual(await get('/readyz'), [503, 'draining'])
  assert.deepEqual(await get('/healthz'), [200, undefined])
  assert.deepEqual(await get('/api/v1/connectors'), [200, undefined])
})

test('--drain-seconds: what still comes after SIGTERM is answered, while /readyz is red', async (t) => {
  const served = await startServed(t, { parameters: ['--drain-seconds', '2'] })
  const statusOf = async (path: string) => (await fetch(`${served.url}${path}`)).status
  served.child.kill('SIGTERM')
  await until(async () => (await statusOf('/readyz')) === 503)
  assert.equal(await statusOf('/healthz'), 200)
  assert.equal(await served.ended(), 0)
})

test('--drain-seconds is a number', async (t) => {
  await assert.rejects(startServed(t, { parameters: ['--drain-seconds', 'soon'] }), /--drain-seconds is not a number/)
})

test('--metrics-port serves metrics without a token, on a port of its own', async (t) => {
  const metricsPort = await freePort()
  const served = await startServed(t, { parameters: ['--metrics-port', String(metricsPort)] })
  await fetch(`${served.url}/healthz`)
  const own = await fetch(`http://127.0.0.1:${metricsPort}/metrics`)
  assert.match(await own.text(), /connector_auth_requests_total\{route="healthz",method="GET",status="2xx"\} 1/)
  assert.equal((await fetch(`http://127.0.0.1:${metricsPort}/healthz`)).status, 404)
  assert.equal((await fetch(`${served.url}/metrics`)).status, 404, 'not on the public port without a token')
})

test('the configuration file knows the token of metrics, limits and proxies', async (t) => {
  const served = await startServed(t, {
    config: {
      metricsTokenEnv: 'METRICS_TOKEN',
      trustedProxies: ['127.0.0.1'],
      rateLimits: { perAddress: { points: 2, seconds: 60 }, perCredential: false },
    },
    environment: { METRICS_TOKEN: 'canary-metrics-token' },
  })
  const get = async (from: string) => {
    const headers = { authorization: 'Bearer canary-metrics-token', 'x-forwarded-for': from }
    return (await fetch(`${served.url}/metrics`, { headers })).status
  }
  assert.deepEqual([await get('192.0.2.1'), await get('192.0.2.1'), await get('192.0.2.1')], [200, 200, 429])
  assert.equal(await get('192.0.2.2'), 200)
})

test('each request leaves one line, and CONNECTOR_AUTH_LOG_LEVEL says what else', async (t) => {
  const served = await startServed(t, { environment: { CONNECTOR_AUTH_LOG_LEVEL: 'debug' } })
  const answer = await fetch(`${served.url}/api/v1/connections?subject=canary-subject`, {
    headers: { authorization: `Bearer ${apiKey}`, 'user-agent': 'canary-agent' },
  })
  await fetch(`${served.url}/canary-path`)
  await until(() => served.log().split('\n').length > 3)
  const lines = served
    .log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const [line] = lines.filter(({ message }) => message === 'request')
  const { time, ms, ...rest } = line
  assert.ok(Date.parse(time) > 0 && typeof ms === 'number')
  assert.deepEqual(rest, {
    level: 'info',
    message: 'request',
    requestId: answer.headers.get('x-request-id'),
    route: 'listConnections',
    method: 'GET',
    status: 200,
    caller: 'api_key',
    callerId: 'configured-1',
  })
  assert.deepEqual(
    lines.map(({ level, message, route }) => [level, message, route]),
    [
      ['info', 'request', 'listConnections'],
      ['debug', 'request refused', 'none'],
      ['info', 'request', 'none'],
    ],
  )
  assert.equal(served.log().includes('canary'), false)
})

test('the process goes on when whoever reads its output has gone', async (t) => {
  const served = await startServed(t)
  served.child.stderr?.destroy()
  served.child.stdout?.destroy()
  for (let count = 0; count < 20; count++) assert.equal((await fetch(`${served.url}/nothing`)).status, 404)
  served.child.kill('SIGTERM')
  assert.equal(await served.ended(), 0)
})

test('a promise that is rejected and that nobody awaits is told, and the process goes on', async (t) => {
  // Not before the process is ready for it.
  const stray = `setInterval(()=>{if(process.listenerCount('unhandledRejection'))Promise.reject('stray-7')},200).unref()`
  const served = await startServed(t, { environment: { NODE_OPTIONS: `--import=data:text/javascript,${stray}` } })
  await until(() => served.log().includes('stray-7'))
  assert.match(served.log(), /a promise was rejected and nobody awaited it/)
  assert.equal((await fetch(`${served.url}/healthz`)).status, 200)
  served.child.kill('SIGTERM')
  assert.equal(await served.ended(), 0)
})

test('the process goes on when whoever should read its log is stuck', async (t) => {
  const served = await startServed(t, { environment: { CONNECTOR_AUTH_LOG_LEVEL: 'debug' } })
  served.child.stderr?.pause()
  const ask = async (count: number) => {
    for (let asked = 0; asked < count; asked += 50) {
      const answers = Array.from({ length: 50 }, async () => (await fetch(`${served.url}/nothing`)).status)
      assert.deepEqual(new Set(await Promise.all(answers)), new Set([404]))
    }
  }
  await ask(1_000)
  const { status } = await pagesOf(served)
    .page()
    .then((page) => page.connect())
  assert.equal(status, 200)
  served.child.stderr?.resume()
  await until(() => served.log().split('"status":404').length > 500)
  served.child.kill('SIGTERM')
  assert.equal(await served.ended(), 0)
})

test('every fault of the file, the environment and the options is listed at once, before a store is made', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const write = (config: object) => writeFileSync(join(cwd, 'connector-auth.json'), JSON.stringify(config))
  const run = (environment: Record<string, string> = {}) =>
    new Promise<{ code: unknown; text: string }>((resolve) => {
      const env = { ...process.env, ...environment }
      execFile(process.execPath, [main, 'serve'], { cwd, env, timeout: 10_000 }, (error, _, text) =>
        resolve({ code: error?.code, text }),
      )
    })
  write({
    publicUrl: 7,
    connectors: ['google'],
    colour: 1,
    jwt: { jwksUrl: 'https://id.example/jwks', issuer: 'i', claims: {}, algorithms: ['HS256'] },
    rateLimits: { perAddress: { points: 0, seconds: 60 } },
  })
  const shape = await run()
  assert.equal(shape.code, 2)
  for (const field of [
    'publicUrl',
    'clients',
    'colour',
    'jwt.audience',
    'jwt.claims.subject',
    'jwt.algorithms[0]',
    'rateLimits.perAddress',
  ])
    assert.ok(shape.text.includes(`- ${field}`), `${field}: ${shape.text}`)

  write({
    publicUrl: 'http://app.example',
    connectors: ['google', 'nope'],
    clients: { google: { clientId: 'id', clientSecretEnv: 'NO_SUCH_SECRET' } },
    metricsTokenEnv: 'NO_SUCH_TOKEN',
    trustedProxies: ['proxy.example'],
    jwt: {
      jwksUrl: 'http://id.example/jwks',
      issuer: 'i',
      audience: 'a',
      claims: { subject: 'sub' },
      origins: ['https://x.test'],
    },
  })
  const { code, text } = await run()
  assert.equal(code, 2)
  for (const fault of [
    'publicUrl: must be https',
    'sealingKeys: there is none',
    'connectors: The catalogue has no nope',
    'clients.google: the environment has no NO_SUCH_SECRET',
    'metricsTokenEnv: the environment has no NO_SUCH_TOKEN',
    'trustedProxies[0]: "proxy.example"',
    'jwt.jwksUrl: must be an https URL',
    'jwt.origins: https://x.test is not among allowedOrigins',
  ])
    assert.ok(text.includes(`- ${fault}`), `${fault}: ${text}`)
  assert.equal(existsSync(join(cwd, 'connector-auth.sqlite')), false)
  assert.match((await run({ CONNECTOR_AUTH_LOG_LEVEL: 'loud' })).text, /CONNECTOR_AUTH_LOG_LEVEL is not one of/)
})

async function until(holds: () => unknown): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not come about')
}
