import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { quirks } from '../../src/fakes/index.ts'
import { conform } from '../support/conform.ts'
import { type Send, goodTokens as good, startTokenEndpoint } from '../support/token-endpoint.ts'

/** Answers of real servers that are no textbook's, and what is kept of them. */
const lenient: Readonly<
  Record<string, readonly [body: string, seconds: number | null, status?: number, type?: string]>
> = {
  'expires_in as text': ['{"access_token":"at-2","token_type":"bearer","expires_in":"3600"}', 3_600],
  'expires_in null': ['{"access_token":"at-2","expires_in":null}', null],
  'no expires_in': ['{"access_token":"at-2"}', null],
  'expires_in of a word': ['{"access_token":"at-2","expires_in":"never"}', null],
  'expires_in of an object': ['{"access_token":"at-2","expires_in":{"seconds":1}}', null],
  'expires_in beyond all years': ['{"access_token":"at-2","expires_in":1e300}', null],
  'expires_in true': ['{"access_token":"at-2","expires_in":true}', null],
  'expires_in with a fraction': ['{"access_token":"at-2","expires_in":3599.9}', 3_599],
  '201': ['{"access_token":"at-2","expires_in":3600}', 3_600, 201],
  'text/plain': ['{"access_token":"at-2","expires_in":3600}', 3_600, 200, 'text/plain'],
  'text/html around JSON': ['{"access_token":"at-2","expires_in":3600}', 3_600, 200, 'text/html'],
  'a form': ['access_token=at-2&expires_in=3600&scope=', 3_600, 200, 'application/x-www-form-urlencoded'],
  'a form that says JSON': ['access_token=at-2&expires_in=3600', 3_600],
  'a byte order mark': ['\ufeff{"access_token":"at-2","expires_in":3600}', 3_600],
  'no token_type': ['{"access_token":"at-2","expires_in":3600}', 3_600],
  'a token_type in capitals': ['{"access_token":"at-2","token_type":"BEARER","expires_in":3600}', 3_600],
  'a token_type of its own': ['{"access_token":"at-2","token_type":"user","expires_in":3600}', 3_600],
  'a doubled name': ['{"access_token":"at-0","access_token":"at-2","expires_in":3600}', 3_600],
  'names that poison': [
    '{"access_token":"at-2","expires_in":3600,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    3_600,
  ],
  'names that poison a form': ['access_token=at-2&expires_in=3600&__proto__=polluted&constructor=polluted', 3_600],
  'a null error': ['{"access_token":"at-2","expires_in":3600,"error":null}', 3_600],
}

for (const [name, [body, seconds, status, type]] of Object.entries(lenient))
  test(`a token response is read for what it says: ${name}`, async (t) => {
    const { connect, read, answer, tell } = await startTokenEndpoint(t)
    const check = ({ accessToken, expiresInSeconds: left }: Record<string, unknown>) => {
      assert.equal(accessToken, 'at-2')
      if (seconds === null) assert.equal(left, null)
      else assert.ok(Number(left) <= seconds && Number(left) >= seconds - 2, String(left))
    }
    answer(body, status, type)
    const connected = await connect()
    assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
    check(connected.body.credentials)
    tell(good)
    await connect()
    answer(body, status, type)
    check((await read({ connectionId: connected.body.connectionId, forceRefresh: true })).body)
    assert.equal(Reflect.get({}, 'polluted'), undefined)
  })

for (const expires of [0, -1, '-1', '0'])
  test(`a token that has ended when it comes is renewed once for each who asks: ${JSON.stringify(expires)}`, async (t) => {
    const { connect, read, tell, upstream } = await startTokenEndpoint(t)
    tell({ ...good, expires_in: expires })
    assert.equal((await connect()).body.status, 'ACTIVE')
    const before = upstream.received.length
    assert.equal((await read()).body.expiresInSeconds, 0)
    assert.equal(upstream.received.length, before + 1)
  })

/** Successes that hold no usable token. */
const useless: Readonly<Record<string, string>> = {
  'access_token of an object': '{"access_token":{"value":"x"},"refresh_token":"rt-2"}',
  'access_token of a list': '{"access_token":["x"],"refresh_token":"rt-2"}',
  'access_token of a number': '{"access_token":7,"refresh_token":"rt-2"}',
  'access_token null': '{"access_token":null,"refresh_token":"rt-2"}',
  'access_token empty': '{"access_token":"","refresh_token":"rt-2"}',
  'access_token with a line break': '{"access_token":"a\\r\\nX-Admin: 1","refresh_token":"rt-2"}',
  'access_token with a space': '{"access_token":"a b","refresh_token":"rt-2"}',
  'access_token of letters that no header carries': '{"access_token":"t\u00f6ken","refresh_token":"rt-2"}',
  'access_token of 900 kB': `{"access_token":"${'x'.repeat(900_000)}","refresh_token":"rt-2"}`,
  'no access_token': '{"refresh_token":"rt-2","expires_in":3600}',
  'a MAC token': '{"access_token":"x","token_type":"mac","refresh_token":"rt-2"}',
  'no access token at all (RFC 8693)': '{"access_token":"x","token_type":"N_A","refresh_token":"rt-2"}',
}

for (const [name, body] of Object.entries(useless)) {
  test(`nobody is connected by a token that is none: ${name}`, async (t) => {
    const { connect, read, answer } = await startTokenEndpoint(t)
    answer(body)
    const { body: told } = await connect()
    assert.deepEqual([told.status, told.reason], ['FAILED', 'invalid_token_response'])
    assert.equal((await read()).status, 404)
  })
  test(`a refresh token is kept whatever came beside it: ${name}`, async (t) => {
    const { connect, read, answer, tell, sent } = await startTokenEndpoint(t)
    assert.equal((await connect()).body.status, 'ACTIVE')
    answer(body)
    const refused = await read({ forceRefresh: true })
    assert.deepEqual([refused.status, refused.body.reason], [502, 'invalid_token_response'])
    assert.equal((await read()).body.accessToken, 'at-1', 'the valid token is served on')
    tell({ ...good, access_token: 'at-3' })
    assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-3')
    assert.deepEqual(sent(), ['rt-1', 'rt-2'])
  })
}

/** Answers that hold nothing. */
const nothing: Readonly<Record<string, readonly [body: string | Buffer, status?: number, type?: string]>> = {
  'an HTML page': ['<html><form action="?a=b">Sign in</form></html>', 200, 'text/html'],
  'a JSON list': ['[{"access_token":"x","refresh_token":"rt-2"}]'],
  'a JSON text': ['"access_token"'],
  null: ['null'],
  nothing: [''],
  '204': ['', 204],
  'JSON that breaks off': ['{"access_token":"x","refresh_token":"rt-2"'],
  'two objects': ['{"access_token":"x"}{"refresh_token":"rt-2"}'],
  'UTF-16': [Buffer.from('{"access_token":"x","refresh_token":"rt-2"}', 'utf16le')],
  'JSON of 100,000 levels': ['['.repeat(100_000)],
  'a redirect': ['{"access_token":"x"}', 302],
}

for (const [name, [body, status, type]] of Object.entries(nothing))
  test(`what is no token response changes nothing: ${name}`, async (t) => {
    const { connect, read, answer, tell, sent } = await startTokenEndpoint(t)
    const send: Send = (response) =>
      void response.writeHead(status ?? 200, { 'content-type': type ?? 'application/json' }).end(body)
    answer(send)
    assert.equal((await connect()).body.status, 'FAILED')
    tell(good)
    assert.equal((await connect()).body.status, 'ACTIVE')
    answer(send)
    const refused = await read({ forceRefresh: true })
    assert.equal(refused.status, 502, JSON.stringify(refused.body))
    assert.equal((await read()).body.accessToken, 'at-1')
    tell({ ...good, access_token: 'at-2' })
    assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-2')
    assert.deepEqual(sent(), ['rt-1', 'rt-1'])
  })

/** Answers that would not end, or not fit. */
const floods: Readonly<Record<string, Send>> = {
  'more than 1 MB': (response) => void response.end(JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) })),
  'chunks without end': (response) => {
    const chunk = Buffer.alloc(65_536, 32)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  },
  'a length of 1 GB': (response) => void response.writeHead(200, { 'content-length': 1_000_000_000 }).write('{'),
  'a header of 10 MB': (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\nx: ')
    response.socket?.end('y'.repeat(10_000_000))
  },
  'a byte a second': (response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write(' '), 200)
    response.on('close', () => clearInterval(timer))
  },
  'nothing ever': () => {},
  'a compressed flood': (response) =>
    void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000, 32))),
}

for (const [name, send] of Object.entries(floods))
  test(`an answer is given up at 1 MB or at its time, and takes no memory: ${name}`, async (t) => {
    const { connect, read, answer, tell, call } = await startTokenEndpoint(t)
    tell(good)
    assert.equal((await connect()).body.status, 'ACTIVE')
    answer(send)
    const before = process.memoryUsage().rss
    const started = performance.now()
    const refused = await read({ forceRefresh: true })
    assert.ok([502, 504].includes(refused.status), JSON.stringify(refused.body))
    assert.ok(performance.now() - started < 3_000)
    assert.ok(process.memoryUsage().rss - before < 60_000_000)
    assert.equal((await read()).body.accessToken, 'at-1')
    assert.equal((await call('GET', '/healthz')).status, 200)
  })

test('an ID Token is judged by itself, in whatever form it came', async (t) => {
  const record = quirks.get('id_token_identity')?.record
  assert.ok(record)
  // A form holds no number: what reads JSON by the letter of the standard finds nothing in it.
  await conform(t, record, { tokenAnswer: 'form' })
})

test('a refresh that tells no new refresh token keeps the old one', async (t) => {
  const { connect, read, tell, sent } = await startTokenEndpoint(t)
  await connect()
  for (const refresh_token of [undefined, '', null, 7, {}, 'a b', 'x'.repeat(20_000)]) {
    tell({ ...good, refresh_token })
    assert.equal((await read({ forceRefresh: true })).status, 200)
  }
  assert.deepEqual(new Set(sent()), new Set(['rt-1']))
})
