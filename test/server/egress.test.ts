import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
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

const hosts = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0177.0.0.1',
  '0.0.0.0',
  '[::]',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a9fe:a9fe]',
  '169.254.169.254',
  '[fd00:ec2::254]',
  '100.64.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '192.0.0.192',
  '[fe80::1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[fec0::1]',
  '[ff02::1]',
  '224.0.0.1',
  '255.255.255.255',
  'localhost',
  'localhost.',
  '\u24c1ocalhost',
]

test('no special-purpose address is reached, however it is written', async (t) => {
  const egress = createEgress({ allow: [], timeoutSeconds: 5 })
  t.after(() => egress.close())
  const before = hits
  for (const host of hosts) {
    await assert.rejects(
      egress.send({ url: `https://${host}/x`, method: 'GET' }),
      { reason: 'endpoint_not_allowed' },
      host,
    )
  }
  for (const url of [
    `http://127.0.0.1:${port}/`,
    `https://93.184.216.34:8443/`,
    'https://user:pass@93.184.216.34/',
    'http://example.com/',
  ]) {
    await assert.rejects(egress.send({ url, method: 'GET' }), { reason: 'endpoint_not_allowed' }, url)
  }
  assert.equal(hits, before)
})

test('an allowed origin is reached: the refusals above are the rule, not a broken network', async (t) => {
  const egress = createEgress({ allow: [`http://127.0.0.1:${port}`], timeoutSeconds: 1 })
  t.after(() => egress.close())
  const send = (path: string) => egress.send({ url: `http://127.0.0.1:${port}${path}`, method: 'GET' })
  assert.equal((await send('/')).text, 'reached')
  const before = hits
  assert.equal((await send('/redirect')).status, 302)
  assert.equal(hits, before + 1, 'a redirect is an answer, not a way')
  await assert.rejects(send('/large'), { reason: 'invalid_token_response' })
  await assert.rejects(send('/hang'), { reason: 'authorization_server_timeout' })
})

test('a server that is not there is a retryable network error', async (t) => {
  const egress = createEgress({ allow: ['http://127.0.0.1:9'], timeoutSeconds: 5 })
  t.after(() => egress.close())
  await assert.rejects(egress.send({ url: 'http://127.0.0.1:9/', method: 'GET' }), {
    reason: 'authorization_server_unavailable',
    retryable: true,
  })
})
