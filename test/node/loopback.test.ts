import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { listenOnLoopback } from '../../src/node/index.ts'

async function listening(t: TestContext, state = 'the-state') {
  const receiver = await listenOnLoopback()
  t.after(() => receiver.close())
  let ended: string | undefined
  const received = receiver.receive(state, AbortSignal.timeout(5_000))
  received.then(
    (query) => (ended = query),
    () => undefined,
  )
  return { receiver, received, ended: () => ended }
}

/** Sends as no fetch would: with any method, Host and target. */
function send(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<number>((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end()
  })
}

test('the redirect URI is literal 127.0.0.1, and nothing listens on other addresses', async (t) => {
  const { receiver } = await listening(t)
  const { hostname, port, pathname } = new URL(receiver.redirectUri)
  assert.deepEqual([hostname, pathname], ['127.0.0.1', '/callback'])
  await assert.rejects(fetch(`http://[::1]:${port}/callback`))
})

test('only the request with the state of the attempt ends the wait; every other one is told so', async (t) => {
  const { receiver, received, ended } = await listening(t)
  const { redirectUri } = receiver
  const wrong = [
    [redirectUri],
    [`${redirectUri}?code=x`],
    [`${redirectUri}?code=x&state=other`],
    [`${redirectUri}?code=x&state=`],
    [`${redirectUri}?code=x&state=the-state&state=the-state`],
    [`${redirectUri}/more?code=x&state=the-state`],
    [new URL(`/?code=x&state=the-state`, redirectUri).href],
    [`${redirectUri}?state=the-state&code=${'x'.repeat(9_000)}`],
    [`${redirectUri}?code=x&state=the-state`, { method: 'POST' }],
    [`${redirectUri}?code=x&state=the-state`, { method: 'HEAD' }],
    // A name that an attacker made to resolve here (DNS rebinding).
    [`${redirectUri}?code=x&state=the-state`, { headers: { host: 'evil.test' } }],
    [`${redirectUri}?code=x&state=the-state`, { headers: { host: 'localhost' } }],
  ] as const
  for (const [url, how] of wrong) assert.equal(await send(url, how), 400, `${url} ${JSON.stringify(how)}`)
  assert.equal(ended(), undefined)
  assert.equal(await send(`${redirectUri}?code=right&state=the-state`), 200)
  assert.equal(await received, 'code=right&state=the-state')
})

test('one valid request is taken, and then nobody listens', async (t) => {
  const { receiver, received } = await listening(t)
  const { host, hostname, port, pathname } = new URL(receiver.redirectUri)
  // Both are on their way before either is whole.
  const sockets = await Promise.all(
    [1, 2].map(async () => {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(`GET ${pathname}?code=right&state=the-state HTTP/1.1\r\nHost: ${host}\r\n`)
      return socket
    }),
  )
  await wait(50)
  const answers = sockets.map(async (socket) => {
    let said = ''
    socket.on('data', (chunk) => (said += String(chunk)))
    socket.on('error', () => undefined)
    socket.write('\r\n')
    await once(socket, 'close')
    return said.slice(9, 12)
  })
  assert.deepEqual((await Promise.all(answers)).toSorted(), ['200', '400'])
  await received
  await assert.rejects(send(`${receiver.redirectUri}?code=right&state=the-state`))
})

test('the page keeps the code to itself, runs nothing, and says where to go', async (t) => {
  const { receiver } = await listening(t)
  const answer = await fetch(`${receiver.redirectUri}?code=secret&state=the-state`)
  const text = await answer.text()
  assert.match(text, /return to the terminal/)
  assert.equal(text.includes('secret'), false)
  assert.deepEqual(
    ['content-type', 'cache-control', 'referrer-policy', 'x-content-type-options'].map((name) =>
      answer.headers.get(name),
    ),
    ['text/plain; charset=utf-8', 'no-store', 'no-referrer', 'nosniff'],
  )
})

test('a wait that is over stops listening', async () => {
  const receiver = await listenOnLoopback()
  await assert.rejects(receiver.receive('x', AbortSignal.timeout(20)), { reason: 'expired', code: 'TIMEOUT' })
  await assert.rejects(fetch(receiver.redirectUri))
})

test('a port that is taken and a path that is none are told', async (t) => {
  const { receiver } = await listening(t)
  await assert.rejects(listenOnLoopback({ port: Number(new URL(receiver.redirectUri).port) }), {
    reason: 'invalid_configuration',
    message: /is taken/,
  })
  await assert.rejects(listenOnLoopback({ path: 'callback?x' }), { reason: 'invalid_configuration' })
})

test('a refusal does not read as a connection', async (t) => {
  const { receiver, received } = await listening(t)
  const answer = await fetch(`${receiver.redirectUri}?error=access_denied&state=the-state`)
  assert.equal(answer.status, 200)
  const text = await answer.text()
  assert.match(text, /Nothing was connected/)
  assert.equal(new URLSearchParams(await received).get('error'), 'access_denied')
})
