import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { listen } from '../../src/node/index.ts'
import type { BackendOptions } from '../../src/server/index.ts'
import { apiKey, startHarness } from '../support/backend.ts'

/** A backend behind a real port, and raw bytes to send there. */
async function start(t: TestContext, options: Partial<BackendOptions> = {}) {
  const rateLimits = { perAddress: false, failedPerAddress: false }
  const { backend } = await startHarness(t, { backend: { rateLimits, ...options } })
  const listening = await listen(backend, { port: 0 })
  t.after(() => listening.close())
  const { port } = listening
  const open = () => {
    const socket = connect(port, '127.0.0.1')
    t.after(() => socket.destroy())
    // Whoever is refused early is cut while it still sends.
    socket.on('error', () => {})
    return socket
  }
  const healthy = async () => {
    const started = performance.now()
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200)
    return performance.now() - started
  }
  return { port, open, healthy }
}

/** Everything that comes until the other side closes. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => (text += String(chunk)))
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return text
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0)
const reasonOf = (answer: string) => /"reason":"(\w+)"/.exec(answer)?.[1]
const head = (...lines: string[]) =>
  [
    'POST /api/v1/connect-tokens HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${apiKey}`,
    'Content-Type: application/json',
    'Connection: close',
    ...lines,
    '',
    '',
  ].join('\r\n')

// Attack 66.
test('a body that says it is huge is refused before it is sent', async (t) => {
  const { open, healthy } = await start(t)
  const socket = open()
  const started = performance.now()
  socket.write(head(`Content-Length: ${100 * 1024 * 1024}`))
  const answer = await readAll(socket)
  assert.deepEqual([statusOf(answer), reasonOf(answer)], [413, 'body_too_large'])
  assert.ok(performance.now() - started < 1_000)
  assert.ok((await healthy()) < 1_000)
})

test('a body that is huge without saying so is cut off, and memory does not grow with it', async (t) => {
  const { open, healthy } = await start(t)
  const before = process.memoryUsage().rss
  const socket = open()
  const answer = readAll(socket)
  socket.write(head('Transfer-Encoding: chunked'))
  const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n`
  let sent = 0
  const started = performance.now()
  while (!socket.destroyed && sent < 1_600 && performance.now() - started < 5_000) {
    sent += 1
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {})
  }
  assert.ok(sent < 1_600, 'it was cut before 100 MB')
  const text = await answer
  // The answer may be lost to whoever goes on sending; what arrives is a refusal.
  assert.ok(text === '' || statusOf(text) === 413, text.slice(0, 40))
  assert.ok(process.memoryUsage().rss - before < 60 * 1024 * 1024)
  assert.ok((await healthy()) < 1_000)
})

test('lying lengths and doubled framings are refused', async (t) => {
  const { open, healthy } = await start(t)
  const cases: [string, string, number[]][] = [
    ['both lengths', `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n`, [400]],
    ['two lengths', `${head('Content-Length: 2', 'Content-Length: 17')}{}`, [400]],
    ['a length that is none', `${head('Content-Length: 0x11')}{}`, [400]],
    ['a chunk that is none', `${head('Transfer-Encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`, [400]],
    ['an unknown coding', `${head('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, [400, 415]],
    ['a line folded into a header', head('Content-Length: 2', 'X: a', ' b'), [400]],
    ['headers beyond 16 kB', head(`X-Long: ${'a'.repeat(20_000)}`), [431]],
    ['a compressed body', `${head('Content-Encoding: gzip', 'Content-Length: 2')}{}`, [415]],
  ]
  for (const [name, bytes, statuses] of cases) {
    const socket = open()
    socket.write(bytes)
    const answer = await readAll(socket)
    assert.ok(statuses.includes(statusOf(answer)), `${name}: ${answer}`)
  }
  assert.ok((await healthy()) < 1_000)
})

test('a body that breaks off is the fault of who sent it', async (t) => {
  const faults: string[] = []
  const log = () => {}
  const logger = { debug: log, info: log, warn: log, error: (message: string) => void faults.push(message) }
  const { open, healthy } = await start(t, { logger })
  const socket = open()
  socket.end(`${head('Content-Length: 5000')}{"subject":"ana"}`)
  assert.equal(statusOf(await readAll(socket)), 400)
  await healthy()
  assert.deepEqual(faults, [])
})

// Attack 59.
test('methods that a page cannot send are no way around', async (t) => {
  const { open } = await start(t)
  for (const [method, statuses] of [
    ['TRACE', [400, 405]],
    ['CONNECT', [0, 400, 405]],
    ['PUT', [405]],
    ['FOO', [400]],
  ] as const) {
    const socket = open()
    socket.write(
      `${method} /api/v1/connections HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Http-Method-Override: GET\r\n\r\n`,
    )
    const answer = await readAll(socket)
    assert.ok((statuses as readonly number[]).includes(statusOf(answer)), `${method} ${statusOf(answer)}`)
    assert.equal(answer.includes('"connections"'), false)
  }
})

test('requests sent in one go are answered in order, each for itself', async (t) => {
  const { open } = await start(t)
  const socket = open()
  const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
  socket.write(get('/healthz') + get('/api/v1/connections') + get('/nothing', 'Connection: close\r\n'))
  const answer = await readAll(socket)
  assert.deepEqual(
    [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]),
    ['200', '401', '404'],
  )
})

// Attack 67.
test('a head that never ends is cut within 15 s, and so is a body; hundreds of them hold nobody up', async (t) => {
  const { open, healthy } = await start(t)
  const started = performance.now()
  const silent = Array.from({ length: 300 }, open)
  const slowHead = open()
  slowHead.write('GET /healthz HTTP/1.1\r\nHost: a\r\n')
  const slowBody = open()
  slowBody.write(head('Content-Length: 20'))
  const drip = setInterval(() => {
    if (slowHead.writable) slowHead.write('X: a\r\n')
    if (slowBody.writable) slowBody.write(' ')
  }, 1_000)
  t.after(() => clearInterval(drip))
  const [headAnswer, bodyAnswer] = [readAll(slowHead), readAll(slowBody)]
  assert.ok((await healthy()) < 1_000)
  assert.ok([0, 408].includes(statusOf(await headAnswer)))
  const body = await bodyAnswer
  assert.deepEqual([statusOf(body), reasonOf(body)], [408, 'request_timeout'])
  assert.ok(performance.now() - started < 15_000)
  assert.ok((await healthy()) < 1_000)
  for (const socket of silent) socket.destroy()
})
