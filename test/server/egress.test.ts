import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { lookup } from 'node:dns'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, after, before, test } from 'node:test'
import { createEgress } from '../../src/server/egress/egress.ts'

let hits = 0
const sink = createServer((request, response) => {
  hits += 1
  if (request.url === '/large') response.end(Buffer.alloc(1_100_000, 97))
  else if (request.url === '/redirect') response.writeHead(302, { location: '/elsewhere' }).end()
  else if (request.url === '/hang') return
  else response.end('reached')
})
let port = 0
before(async () => {
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  port = (sink.address() as AddressInfo).port
})
after(() => {
  sink.closeAllConnections()
  sink.close()
})

/** Every way to write an address that is not public, for the host of a URL. */
const hosts = [
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '2130706433',
  '017700000001',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '0177.0.0.1',
  '0177.0.0x1',
  '%31%32%37.0.0.1',
  '\uff11\uff12\uff17.0.0.1',
  '\u2460\u2461\u2466.0.0.1',
  '127\u30020\u30020\u30021',
  '127\uff0e0\uff0e0\uff0e1',
  '0',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:a9fe:a9fe]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '[fd00:ec2::254]',
  '100.64.0.1',
  '100.100.100.200',
  '10.0.0.1',
  '10.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.168.257',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[ff02::1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[100::1]',
  '[2001::1]',
  '[2001:db8::1]',
  '[2001:20::1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2600:1f00::5efe:7f00:1]',
  '[2600:1f00::200:5efe:10.0.0.1]',
  '[3fff::1]',
  '[5f00::1]',
  'localhost',
  'localhost.',
  'LOCALHOST',
  'app.localhost',
  'app.localhost.',
  '\u24c1ocalhost',
  '\uff4cocalhost',
]

/** No URL for a call at all. */
const urls = [
  'gopher://8.8.8.8/_x',
  'ftp://8.8.8.8/x',
  'file:///etc/passwd',
  'ws://8.8.8.8/',
  'wss://8.8.8.8/',
  'unix:/var/run/docker.sock',
  'http+unix://%2Fvar%2Frun%2Fdocker.sock/info',
  'data:text/plain,x',
  'javascript:1',
  'blob:https://8.8.8.8/x',
  'http://8.8.8.8/',
  'http://example.com/',
  'https://8.8.8.8:8443/',
  'https://8.8.8.8:22/',
  'https://8.8.8.8:80/',
  'https://user:pass@8.8.8.8/',
  'https://user@8.8.8.8/',
  'https://:pass@8.8.8.8/',
  'https://8.8.8.8@127.0.0.1/',
  'https://[fe80::1%25eth0]/',
  'https://[fe80::1%eth0]/',
  'https://[::1',
  'https://127.0.0.1%00/',
  'https://0x/',
  '//127.0.0.1/',
  '/etc/passwd',
  '',
]

/** Every attempt of the process to open a connection. */
function attempts(t: TestContext): unknown[] {
  const seen: unknown[] = []
  const note = (message: unknown) => seen.push(message)
  subscribe('undici:client:beforeConnect', note)
  t.after(() => unsubscribe('undici:client:beforeConnect', note))
  return seen
}

function start(t: TestContext, options: Partial<Parameters<typeof createEgress>[0]> = {}) {
  const egress = createEgress({ allow: [], timeoutSeconds: 5, ...options })
  t.after(() => egress.close())
  const { signal } = new AbortController()
  return {
    ways: [
      ['send', (url: string) => egress.send({ url, method: 'GET' })],
      ['forward', (url: string) => egress.forward({ url, method: 'GET', headers: {}, body: null, signal })],
    ] as const,
    ...egress,
  }
}

test(`no address that is not public is reached, in any of ${hosts.length} forms`, async (t) => {
  const { ways } = start(t)
  const tried = attempts(t)
  const earlier = hits
  for (const [way, reach] of ways)
    for (const host of hosts)
      await assert.rejects(reach(`https://${host}/x`), { reason: 'endpoint_not_allowed' }, `${way} ${host}`)
  assert.deepEqual(tried, [])
  assert.equal(hits, earlier)
})

test('only https on its own port, without a user, is called', async (t) => {
  const { ways } = start(t)
  const tried = attempts(t)
  for (const [way, reach] of ways)
    for (const url of [...urls, `http://127.0.0.1:${port}/`, `https://localhost:${port}/`])
      await assert.rejects(reach(url), { reason: 'endpoint_not_allowed' }, `${way} ${url}`)
  assert.deepEqual(tried, [])
})

test('an allowed origin is reached: the refusals above are the rule, not a broken network', async (t) => {
  const { ways, send } = start(t, {
    allow: [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
    timeoutSeconds: 1,
  })
  const tried = attempts(t)
  for (const [, reach] of ways)
    for (const host of ['127.0.0.1', '2130706433', 'localhost']) assert.ok(await reach(`http://${host}:${port}/`))
  assert.ok(tried.length > 0)
  const read = (path: string) => send({ url: `http://127.0.0.1:${port}${path}`, method: 'GET' })
  assert.equal((await read('/')).text, 'reached')
  const earlier = hits
  assert.equal((await read('/redirect')).status, 302)
  assert.equal(hits, earlier + 1, 'a redirect is an answer, not a way')
  await assert.rejects(read('/large'), { reason: 'invalid_token_response' })
  await assert.rejects(read('/hang'), { reason: 'authorization_server_timeout' })
})

test('an allowed origin is that one alone: no other port, scheme, address or name beside it', async (t) => {
  const { ways } = start(t, { allow: [`http://127.0.0.1:${port}`] })
  const tried = attempts(t)
  const beside = [
    `https://127.0.0.1:${port}/`,
    `http://127.0.0.1:${port + 1}/`,
    'http://127.0.0.1/',
    `http://127.0.0.2:${port}/`,
    `http://localhost:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://127.0.0.1:${port}.example.com/`,
    `http://127.0.0.1:${port}@example.com/`,
  ]
  for (const [way, reach] of ways)
    for (const url of beside) await assert.rejects(reach(url), { reason: 'endpoint_not_allowed' }, `${way} ${url}`)
  assert.deepEqual(tried, [])
})

/** A resolver that gives each answer once, the last one for ever; the addresses of one answer stand together. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const left = [...answers]
  const resolve = (name: string, _: object, callback: (error: null, found: object[]) => void) => {
    asked.push(name)
    const answer = (left.length > 1 ? left.shift() : left[0]) ?? []
    callback(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { asked, lookup: Object.assign(resolve, { __promisify__: lookup.__promisify__ }) as typeof lookup }
}

/** In the unicast space, and nobody's since 2006: nothing answers, and nothing is sent anywhere. */
const nobody = '3ffe::1'

test('a name with one address that is not public is not called, whatever its others are', async (t) => {
  for (const answer of [
    ['127.0.0.1'],
    ['8.8.8.8', '127.0.0.1'],
    ['10.0.0.1', '8.8.8.8'],
    [nobody, '::1'],
    ['8.8.8.8', '::ffff:127.0.0.1'],
    [nobody, 'fd00:ec2::254'],
    [],
  ]) {
    const { lookup: resolve, asked } = resolver(answer)
    const { ways } = start(t, { lookup: resolve })
    for (const [way, reach] of ways)
      await assert.rejects(
        reach('https://two-faced.example/'),
        { reason: 'endpoint_not_allowed' },
        `${way} ${answer.join()}`,
      )
    assert.equal(asked.length, 2)
  }
})

test('a name is resolved once for a connection, so a second answer is never taken unchecked', async (t) => {
  const { lookup: resolve, asked } = resolver([nobody], ['127.0.0.1'])
  const { send } = start(t, { lookup: resolve, timeoutSeconds: 1 })
  const url = 'https://rebinding.example/'
  // The first answer was checked, and the connection goes there and nowhere else.
  await assert.rejects(send({ url, method: 'GET' }), /cannot be reached|in time/)
  assert.equal(asked.length, 1)
  await assert.rejects(send({ url, method: 'GET' }), { reason: 'endpoint_not_allowed' })
  assert.equal(asked.length, 2)
})

test('a server that is not there is a retryable network error', async (t) => {
  const { send } = start(t, { allow: ['http://127.0.0.1:9'] })
  await assert.rejects(send({ url: 'http://127.0.0.1:9/', method: 'GET' }), {
    reason: 'authorization_server_unavailable',
    retryable: true,
  })
})

test('a proxy of the environment is not used: it would choose addresses behind the check', async (t) => {
  const asked: string[] = []
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('proxied')
  })
  proxy.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`)
    socket.end('HTTP/1.1 502 no\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const at = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const script = `
    import { createEgress } from ${JSON.stringify(join(import.meta.dirname, '../../src/server/egress/egress.ts'))}
    const url = 'http://127.0.0.1:${port}/'
    const lookup = (name, options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }])
    const egress = createEgress({ allow: [new URL(url).origin], timeoutSeconds: 5, lookup })
    const told = [(await egress.send({ url, method: 'GET' })).text]
    const named = { url: 'https://private.example/', method: 'GET' }
    told.push(await egress.send(named).catch((error) => error.reason))
    const passed = { ...named, headers: {}, body: null, signal: new AbortController().signal }
    told.push(await egress.forward(passed).catch((error) => error.reason))
    await fetch('http://public.example/').catch(() => {})
    console.log(JSON.stringify(told))
    process.exit()
  `
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy']
  const env = { ...process.env, ...Object.fromEntries(names.map((name) => [name, at])), NODE_USE_ENV_PROXY: '1' }
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...env, NO_PROXY: '', no_proxy: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  for await (const chunk of child.stdout) told += String(chunk)
  // The control: what does listen to the environment gets there.
  assert.deepEqual(JSON.parse(told), ['reached', 'endpoint_not_allowed', 'endpoint_not_allowed'])
  assert.deepEqual(asked, ['CONNECT public.example:80'])
})
