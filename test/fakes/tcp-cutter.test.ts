import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startTcpCutter } from '../../src/fakes/index.ts'

/** A server that repeats what it hears, behind a cutter, and one who talks to it. */
async function startEcho(t: TestContext) {
  const heard: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      heard.push(String(chunk))
      socket.write(chunk)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutter = await startTcpCutter({ target: { port: (server.address() as AddressInfo).port } })
  t.after(async () => {
    await cutter.close()
    server.close()
  })
  const dial = async () => {
    const socket = connect(cutter.port, '127.0.0.1')
    // The end of a test cuts what is still open.
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
  return { cutter, heard, dial }
}

const say = async (socket: Socket, text: string) => {
  socket.write(text)
  return String((await once(socket, 'data', { signal: AbortSignal.timeout(1_000) }))[0])
}
const reset = (socket: Socket) => once(socket, 'error').then(([error]) => error.code)

test('it lets through what both sides say', async (t) => {
  const { cutter, dial } = await startEcho(t)
  const socket = await dial()
  assert.equal(await say(socket, 'hello'), 'hello')
  assert.equal(cutter.open, 1)
  socket.end()
})

test('cut resets all connections; the next one works', async (t) => {
  const { cutter, dial } = await startEcho(t)
  const sockets = [await dial(), await dial()]
  for (const socket of sockets) await say(socket, 'x')
  const ended = Promise.all(sockets.map(reset))
  cutter.cut()
  assert.deepEqual(await ended, ['ECONNRESET', 'ECONNRESET'])
  const next = await dial()
  assert.equal(await say(next, 'again'), 'again')
  next.end()
})

test('a cut before a word keeps it from arriving, one after it keeps the answer back; each happens once', async (t) => {
  const { cutter, heard, dial } = await startEcho(t)
  for (const when of ['before', 'after'] as const) {
    const socket = await dial()
    await say(socket, 'begin')
    cutter.cutAt('COMMIT', when)
    const ended = reset(socket)
    socket.on('data', () => assert.fail('an answer came'))
    socket.write('COMMIT')
    assert.equal(await ended, 'ECONNRESET')
    assert.equal(heard.includes('COMMIT'), when === 'after')
  }
  const socket = await dial()
  assert.equal(await say(socket, 'COMMIT'), 'COMMIT')
  socket.end()
})

test('paused, it accepts and is silent; resumed, it says what waited', async (t) => {
  const { cutter, heard, dial } = await startEcho(t)
  const before = await dial()
  await say(before, 'x')
  cutter.pause()
  const during = await dial()
  before.write('before')
  during.write('during')
  await wait(100)
  assert.deepEqual(heard, ['x'])
  const answers = Promise.all([once(before, 'data'), once(during, 'data')])
  cutter.resume()
  assert.deepEqual((await answers).map(String), ['before', 'during'])
  before.end()
  during.end()
})
