import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { type Backend, type BackendOptions, honoHandler, nodeListener, sqliteStore } from '../../src/server/index.ts'
import { listen } from '../../src/node/index.ts'
import { apiKey, appOrigin, startHarness } from '../support/backend.ts'

const off = { perCredential: false, perAddress: false, failedPerAddress: false } as const

async function start(t: TestContext, backend: Partial<BackendOptions>) {
  const harness = await startHarness(t, { backend })
  /** One request from an address, with whatever else. */
  const from = async (
    remoteAddress: string | undefined,
    headers: Record<string, string> = {},
    path = '/api/v1/connectors',
  ) => {
    const request = new Request(`${appOrigin}/connector-auth${path}`, { headers })
    const answer = await harness.backend.fetch(request, { remoteAddress })
    return { status: answer.status, headers: answer.headers, body: await answer.json() }
  }
  return { harness, from }
}

const good = { authorization: `Bearer ${apiKey}` }
const guess = (digit: string) => ({ authorization: `Bearer cak_${digit.repeat(64)}` })

test('a credential that asks too often is told when it may again; others are not touched', async (t) => {
  const { harness, from } = await start(t, { rateLimits: { ...off, perCredential: { points: 3, seconds: 60 } } })
  const { key } = (await harness.host('POST', '/api/v1/api-keys', { name: 'other' })).body
  for (let left = 2; left > 0; left--) assert.equal((await from('192.0.2.1', good)).status, 200)
  const { status, body, headers } = await from('192.0.2.2', good)
  assert.deepEqual([status, body.reason, body.code, body.retryable], [429, 'rate_limited', 'NETWORK_ERROR', true])
  const seconds = Number(headers.get('retry-after'))
  assert.ok(seconds > 50 && seconds <= 60, String(seconds))
  assert.equal((await from('192.0.2.1', { authorization: `Bearer ${key}` })).status, 200)
})

test('a limit ends with its time', async (t) => {
  const { from } = await start(t, { rateLimits: { ...off, perAddress: { points: 1, seconds: 1 } } })
  assert.equal((await from('192.0.2.1', good)).status, 200)
  assert.equal((await from('192.0.2.1', good)).status, 429)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  assert.equal((await from('192.0.2.1', good)).status, 200)
})

test('an address is limited whatever it asks for; health checks are not', async (t) => {
  const { from } = await start(t, { rateLimits: { ...off, perAddress: { points: 3, seconds: 60 } } })
  for (const path of ['/nothing', '/api/v1/connectors', '/callback/default/fake'])
    assert.notEqual((await from('192.0.2.1', {}, path).catch(() => ({ status: 400 }))).status, 429, path)
  assert.equal((await from('192.0.2.1', {}, '/nothing')).status, 429)
  assert.equal((await from('192.0.2.1', good)).status, 429)
  for (const path of ['/healthz', '/readyz']) assert.equal((await from('192.0.2.1', {}, path)).status, 200)
  assert.equal((await from('192.0.2.2', good)).status, 200)
  assert.equal((await from(undefined, good)).status, 200, 'an address that nobody told is not limited')
})

// Attack 60.
test('who guesses credentials is stopped, from wherever in its /64 and however that is written', async (t) => {
  const { harness, from } = await start(t, { rateLimits: { ...off, failedPerAddress: { points: 6, seconds: 60 } } })
  const aliases = [
    '2001:db8::1',
    '2001:0db8:0:0:ffff::1',
    '2001:DB8::2%eth0',
    '2001:db8:0:0:1:2:3:4',
    '2001:db8::5',
    '2001:db8::6',
  ]
  for (const [index, alias] of aliases.entries())
    assert.equal((await from(alias, index % 2 ? guess(String(index)) : {})).status, 401, alias)
  assert.equal((await from('2001:db8::7', guess('f'))).status, 429)
  assert.equal((await from('2001:db8::7', good)).status, 200, 'who is known is not refused for others there')
  assert.equal((await from('2001:db8:0:1::7', good)).status, 200, 'the neighbour goes on')
  for (let tries = 0; tries < 6; tries++) await from(tries % 2 ? '192.0.2.1' : '::ffff:192.0.2.1', guess('0'))
  assert.equal((await from('192.0.2.1', guess('0'))).status, 429)
  // A flood leaves no more records than the limit lets through.
  const { events } = (await harness.host('GET', '/api/v1/audit')).body
  assert.equal(events.length, 12)
})

test('what is known but not allowed, or has expired, is no guess', async (t) => {
  let now = Date.now()
  const { harness, from } = await start(t, {
    rateLimits: { ...off, failedPerAddress: { points: 2, seconds: 60 } },
    now: () => now,
  })
  const { token } = await harness.page()
  now += 901_000
  for (let tries = 0; tries < 4; tries++)
    assert.equal((await from('192.0.2.1', { origin: appOrigin, authorization: `Bearer ${token}` })).status, 401)
  assert.equal((await from('192.0.2.1', good)).status, 200)
})

// Attack 58.
test('forwarded headers of whoever calls change nothing, unless a trusted proxy sent them', async (t) => {
  const limits = { rateLimits: { ...off, perAddress: { points: 2, seconds: 60 } } } as const
  const spoofed = (last: number) => ({
    ...good,
    'x-forwarded-for': `203.0.113.${last}`,
    forwarded: `for=203.0.113.${last}`,
    'x-real-ip': `203.0.113.${last}`,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.test',
    x_forwarded_for: `203.0.113.${last}`,
    'x-original-url': '/healthz',
  })
  const bare = await start(t, limits)
  const answers = [1, 2, 3].map((last) => bare.from('192.0.2.1', spoofed(last)))
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 200, 429],
  )
  const document = await bare.from(undefined, spoofed(4), '/api/v1/openapi.json')
  assert.equal(JSON.stringify(document.body).includes('evil.test'), false)

  const proxied = await start(t, { ...limits, trustedProxies: ['192.0.2.0/24'] })
  for (const last of [1, 2, 3]) assert.equal((await proxied.from('192.0.2.1', spoofed(last))).status, 200)
  // The client in front of the proxy cannot choose its own name: what it sends stands to the left.
  const chained = (invented: number) => ({ ...good, 'x-forwarded-for': `10.0.0.${invented}, 203.0.113.77` })
  const inFront = [1, 2, 3].map((invented) => proxied.from('192.0.2.1', chained(invented)))
  assert.deepEqual(
    (await Promise.all(inFront)).map(({ status }) => status),
    [200, 200, 429],
  )
})

const mounts: [string, (backend: Backend) => Promise<{ port: number; close: () => unknown }>][] = [
  ['listen', (backend) => listen(backend, { port: 0 })],
  [
    'a plain Node server',
    async (backend) => {
      const answer = nodeListener(backend)
      const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return { port: portOf(server.address()), close: () => (server.closeAllConnections(), server.close()) }
    },
  ],
  [
    'a Hono app',
    (backend) =>
      new Promise((resolve) => {
        const app = new Hono().all('/connector-auth/*', honoHandler(backend))
        const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
          resolve({ port, close: () => server.close() }),
        )
      }),
  ],
]
const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>) =>
  typeof address === 'object' && address ? address.port : 0

for (const [name, mount] of mounts) {
  test(`${name} tells the backend the address of its client`, async (t) => {
    const { harness } = await start(t, {
      store: sqliteStore(':memory:'),
      rateLimits: { ...off, perAddress: { points: 1, seconds: 60 } },
    })
    const { port, close } = await mount(harness.backend)
    t.after(close)
    const url = `http://127.0.0.1:${port}/connector-auth/api/v1/openapi.json`
    const statuses = [await fetch(url), await fetch(url)].map(({ status }) => status)
    assert.deepEqual(statuses, [200, 429])
  })
}
