import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type ServerResponse, request } from 'node:http'
import { test } from 'node:test'
import { type Proxied, asHost, sendRaw, startProxied } from '../support/proxy.ts'

/** A gate that the test opens. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

const call = ({ port, base }: Proxied, method = 'GET', headers: Readonly<Record<string, string>> = {}) =>
  request({ host: '127.0.0.1', port, path: `${base}/x`, method, headers: { ...asHost, ...headers } })

async function answerOf(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  const [answer] = await once(sent, 'response')
  return answer
}

const textOf = async (answer: IncomingMessage) => {
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

test('an answer that drips is received as it comes', async (t) => {
  const proxied = await startProxied(t)
  const { opened, open } = gate()
  proxied.upstream.answer = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
    void opened.then(() => response.end('data: 2\n\n'))
  }
  const sent = call(proxied)
  sent.end()
  const answer = await answerOf(sent)
  const parts = answer[Symbol.asyncIterator]()
  // The service has not sent the rest yet: whoever waits for it waits for ever.
  assert.equal(String((await parts.next()).value), 'data: 1\n\n')
  open()
  assert.equal(String((await parts.next()).value), 'data: 2\n\n')
})

test('a body is passed on as it comes, before its end is known', async (t) => {
  const proxied = await startProxied(t)
  const first = gate()
  let body = ''
  proxied.upstream.raw = (incoming, response) => {
    incoming.on('data', (chunk) => {
      body += String(chunk)
      first.open()
    })
    incoming.on('end', () => response.end(body))
  }
  const sent = call(proxied, 'POST')
  sent.write('one ')
  await first.opened
  assert.equal(body, 'one ')
  sent.end('two')
  assert.equal(await textOf(await answerOf(sent)), 'one two')
})

test('a large upload does not sit in memory: who sends waits for who reads', async (t) => {
  const proxied = await startProxied(t)
  const { opened, open } = gate()
  const hash = createHash('sha256')
  proxied.upstream.raw = (incoming, response) => {
    void opened.then(async () => {
      for await (const chunk of incoming) hash.update(chunk)
      response.end('done')
    })
  }
  const size = 100_000_000
  const chunk = randomBytes(1_000_000)
  const expected = createHash('sha256')
  const sent = call(proxied, 'PUT', { 'content-length': String(size) })
  let written = 0
  const writing = (async () => {
    for (; written < size; written += chunk.length) {
      expected.update(chunk)
      if (!sent.write(chunk)) await once(sent, 'drain')
    }
    sent.end()
  })()
  // What is sent while nobody reads fills the sockets between the three, and nothing else.
  let before = -1
  while (before !== written) {
    before = written
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  t.diagnostic(`${written / 1e6} MB were taken before anything was read`)
  assert.ok(written < size / 2, `${written} bytes were taken`)
  open()
  await writing
  assert.equal(await textOf(await answerOf(sent)), 'done')
  assert.equal(hash.digest('hex'), expected.digest('hex'))
})

test('a large answer waits for who reads it, too', async (t) => {
  const proxied = await startProxied(t)
  const chunk = Buffer.alloc(1_000_000)
  let written = 0
  proxied.upstream.answer = async (_, response) => {
    for (; written < 100_000_000; written += chunk.length) if (!response.write(chunk)) await once(response, 'drain')
    response.end()
  }
  const sent = call(proxied)
  sent.end()
  const answer = await answerOf(sent)
  await new Promise((resolve) => setTimeout(resolve, 700))
  t.diagnostic(`${written / 1e6} MB were taken before anything was read`)
  assert.ok(written < 50_000_000, `${written} bytes were taken`)
  let size = 0
  for await (const part of answer) size += part.length
  assert.equal(size, 100_000_000)
})

for (const when of ['before the answer', 'in the middle of it'] as const)
  test(`a caller that goes away ends the call to the service: ${when}`, async (t) => {
    const proxied = await startProxied(t)
    const arrived = gate()
    const ended = gate()
    proxied.upstream.answer = (_, response: ServerResponse) => {
      response.on('close', ended.open)
      if (when === 'in the middle of it') response.writeHead(200).write('part')
      arrived.open()
    }
    const sent = call(proxied)
    sent.on('error', () => {})
    sent.end()
    await arrived.opened
    if (when === 'in the middle of it') await answerOf(sent)
    sent.destroy()
    await Promise.race([ended.opened, timeout(3_000, 'the service is still being read from')])
  })

test('a service that breaks off in the middle is told as such: the answer does not end well', async (t) => {
  const printed = t.mock.method(console, 'error', () => {})
  const proxied = await startProxied(t)
  proxied.upstream.answer = (_, response) => {
    response.writeHead(200)
    response.write('part', () => response.destroy())
  }
  const sent = call(proxied)
  sent.end()
  await assert.rejects(textOf(await answerOf(sent)), { code: 'ECONNRESET' })
  assert.equal((await proxied.call('GET', '/healthz')).status, 200)
  assert.equal(printed.mock.callCount(), 0, 'only the command line prints')
})

test('a service that says nothing for the idle limit is left', async (t) => {
  const limits = { proxyIdleSeconds: 1 }
  const proxied = await startProxied(t, undefined, { limits })
  proxied.upstream.answer = () => {}
  const started = performance.now()
  const silent = await proxied.call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })
  assert.deepEqual([silent.status, silent.body.code], [504, 'TIMEOUT'])
  proxied.upstream.answer = (_, response) => void response.writeHead(200).write('part')
  const sent = call(proxied)
  sent.end()
  await assert.rejects(textOf(await answerOf(sent)), { code: 'ECONNRESET' })
  assert.ok(performance.now() - started < 8_000)
})

test('a stream that is never idle for so long goes on', async (t) => {
  const proxied = await startProxied(t, undefined, { limits: { proxyIdleSeconds: 1 } })
  proxied.upstream.answer = async (_, response) => {
    response.writeHead(200)
    for (let index = 0; index < 6; index += 1) {
      response.write(String(index))
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    response.end()
  }
  const sent = call(proxied)
  sent.end()
  assert.equal(await textOf(await answerOf(sent)), '012345')
})

test('a refused upload is answered at once, and nothing of it reaches the service', async (t) => {
  const { port, base, upstream } = await startProxied(t)
  const headers = [
    ...Object.entries({ ...asHost, 'connector-auth-subject': 'nobody' }),
    ['content-length', '50000000'],
  ] as const
  const started = performance.now()
  const { status } = await sendRaw(port, `POST ${base}/x HTTP/1.1`, headers)
  assert.equal(status, 404)
  assert.ok(performance.now() - started < 5_000)
  assert.deepEqual(upstream.received, [])
})

const timeout = (ms: number, message: string) =>
  new Promise<never>((_, reject) => setTimeout(() => reject(new Error(message)), ms).unref())
