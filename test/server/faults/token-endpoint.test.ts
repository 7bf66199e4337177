/** A token endpoint that errs, stalls or says no too late, and callers that go away meanwhile. */

import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { listen } from '../../../src/node/index.ts'
import type { Logger } from '../../../src/server/index.ts'
import { apiKey, startHarness } from '../../support/backend.ts'
import { type Send, goodTokens, startTokenEndpoint } from '../../support/token-endpoint.ts'

const again = { ...goodTokens, access_token: 'at-2', refresh_token: 'rt-2' }

test('two hundred who read an ended token at once make one refresh', async (t) => {
  const harness = await startHarness(t, { fake: { expiresInSeconds: 0 } })
  const page = await harness.page()
  await page.connect()
  harness.fake.grants.expiresInSeconds = 3_600
  harness.fake.script({ kind: 'delay', ms: 100 })
  const before = harness.fake.requests.length
  const read = () => harness.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana' })
  const answers = await Promise.all(Array.from({ length: 200 }, read))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.equal(harness.fake.requests.length - before, 1)
})

test('a caller that goes away in the middle of a refresh costs nothing: it is finished and stored', async (t) => {
  const harness = await startHarness(t)
  const listening = await listen(harness.backend, { port: 0 })
  t.after(() => listening.close())
  await (await harness.page()).connect()
  const { fake } = harness
  fake.script({ kind: 'delay', ms: 300 })
  const caller = new AbortController()
  const before = fake.requests.length
  const reading = fetch(`http://127.0.0.1:${listening.port}/api/v1/connections/fake/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: '{"subject":"ana","forceRefresh":true}',
    signal: caller.signal,
  })
  while (fake.requests.length === before) await wait(5)
  caller.abort()
  await assert.rejects(reading, { name: 'AbortError' })
  await wait(500)
  const { connections } = (await harness.host('GET', '/api/v1/connections?subject=ana')).body
  assert.equal(connections[0].status, 'active')
  const read = (more = {}) => harness.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana', ...more })
  assert.equal((await read()).status, 200)
  assert.equal(fake.requests.length, before + 1, 'what was refreshed for nobody is read by the next one')
  assert.equal((await read({ forceRefresh: true })).status, 200)
  assert.equal(fake.grants.reuses, 0)
})

test('a refusal of the old refresh token, when newer tokens have come meanwhile, gives the newer ones', async (t) => {
  const { connect, read, answer, tell, host } = await startTokenEndpoint(t)
  await connect()
  const held: ServerResponse[] = []
  answer((response) => void held.push(response))
  const reading = read({ forceRefresh: true })
  while (held.length === 0) await wait(5)
  tell(again)
  assert.equal((await connect()).body.status, 'ACTIVE')
  held[0]?.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
  const { status, body } = await reading
  assert.deepEqual([status, body.accessToken], [200, 'at-2'])
  const { connections } = (await host('GET', '/api/v1/connections?subject=ana')).body
  assert.deepEqual(
    connections.map((one: { status: string }) => one.status),
    ['active'],
  )
  assert.equal((await read()).body.accessToken, 'at-2')
})

/** Writes bytes one at a time, for as long as somebody listens. */
const drip = (response: ServerResponse, text: string) => {
  let index = 0
  const timer = setInterval(() => response.socket?.write(text[index++ % text.length] ?? ''), 50)
  response.socket?.on('close', () => clearInterval(timer))
}

const stalls: Readonly<Record<string, Send>> = {
  'it never answers': () => {},
  'its status line drips': (response) => drip(response, 'HTTP/1.1 200 OK'),
  'its headers never end': (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n')
    drip(response, 'x: y\r\n')
  },
  'its body drips': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    drip(response, '1\r\n \r\n')
  },
  'it stops in the middle of its body': (response) => {
    response.writeHead(200, { 'content-length': 1_000 }).write('{"access_token":"at-2"')
  },
}

for (const [name, stall] of Object.entries(stalls))
  test(`a token endpoint that stalls is given up in time, and its socket is closed: ${name}`, async (t) => {
    const { connect, read, answer, tell, host } = await startTokenEndpoint(t)
    await connect()
    let closed = false
    answer((response) => {
      response.socket?.on('close', () => (closed = true))
      stall(response)
    })
    const started = performance.now()
    const { status, body } = await read({ forceRefresh: true })
    assert.deepEqual([status, body.reason, body.retryable], [504, 'authorization_server_timeout', true])
    assert.ok(performance.now() - started < 2_500)
    while (!closed) await wait(10)
    tell(again)
    assert.equal((await read()).body.accessToken, 'at-1', 'the valid token is served on')
    const { connections } = (await host('GET', '/api/v1/connections?subject=ana')).body
    assert.equal(connections[0].status, 'active')
  })

interface Hidden {
  readonly body: string
  readonly status?: number
  readonly type?: string
  /** What an attempt that gets it ends with. */
  readonly redeemed: string
  /** What a refresh that gets it is answered. */
  readonly refreshed: readonly [status: number, reason: string]
}

const dead = [409, 'needs_reconnect'] as const
const later = [502, 'authorization_server_unavailable'] as const
const unreadable = [502, 'invalid_token_response'] as const

const hidden: Readonly<Record<string, Hidden>> = {
  'GitHub: a code that is used up': {
    body: '{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}',
    redeemed: 'redemption_rejected',
    refreshed: dead,
  },
  'GitHub, as a form': {
    body: 'error=bad_refresh_token&error_description=The+refresh+token+passed+is+incorrect+or+expired.',
    type: 'application/x-www-form-urlencoded',
    redeemed: 'redemption_rejected',
    refreshed: dead,
  },
  'Slack: a code that is none': {
    body: '{"ok":false,"error":"invalid_code"}',
    redeemed: 'redemption_rejected',
    refreshed: dead,
  },
  'Slack: a refresh token that is none': {
    body: '{"ok":false,"error":"invalid_refresh_token"}',
    redeemed: 'redemption_rejected',
    refreshed: dead,
  },
  'Slack: a fault of its own': {
    body: '{"ok":false,"error":"internal_error"}',
    redeemed: 'redemption_rejected',
    refreshed: later,
  },
  'no reason at all': { body: '{"ok":false}', redeemed: 'redemption_rejected', refreshed: later },
  'a wrong client': {
    body: '{"error":"invalid_client"}',
    redeemed: 'client_registration_refused',
    refreshed: [502, 'client_registration_refused'],
  },
  'an error beside a token': {
    body: '{"error":"invalid_grant","access_token":"at-2","refresh_token":"rt-2"}',
    redeemed: 'redemption_rejected',
    refreshed: dead,
  },
  'a page': {
    body: '<!doctype html><title>Sign in</title>',
    type: 'text/html',
    redeemed: 'invalid_token_response',
    refreshed: unreadable,
  },
  nothing: { body: '', redeemed: 'invalid_token_response', refreshed: unreadable },
  '204': { body: '', status: 204, redeemed: 'invalid_token_response', refreshed: unreadable },
}

for (const [name, { body, status = 200, type, redeemed, refreshed }] of Object.entries(hidden))
  test(`a success that is none connects nobody and takes no token away: ${name}`, async (t) => {
    const { connect, read, answer, tell, sent } = await startTokenEndpoint(t)
    answer(body, status, type)
    const failed = (await connect()).body
    assert.deepEqual([failed.status, failed.reason, failed.credentials], ['FAILED', redeemed, undefined])
    assert.equal((await read()).status, 404)
    tell(goodTokens)
    await connect()
    answer(body, status, type)
    const refused = await read({ forceRefresh: true })
    assert.deepEqual([refused.status, refused.body.reason], refreshed)
    assert.equal((await read()).body.accessToken, 'at-1', 'the token is served to its end')
    if (refreshed === dead) return
    tell(again)
    assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-2')
    assert.deepEqual(sent(), ['rt-1', 'rt-1'], 'the old refresh token was kept')
  })

const canary = 'canary-8f14e45f'
const unreadables: Readonly<Record<string, string | Buffer>> = {
  'JSON that is none': `{access_token: '${canary}'}`,
  'JSON that breaks off': `{"access_token":"${canary}","refresh_token":"${canary}`,
  'UTF-16': Buffer.from(`{"access_token":"${canary}"}`, 'utf16le'),
  'a page': `<html><body>${canary}</body></html>`,
  'a list': `["${canary}"]`,
  'an error in words of its own': `{"message":"${canary}","access_token":{"is":"${canary}"}}`,
}

for (const [name, body] of Object.entries(unreadables))
  test(`what cannot be read is never logged or passed on: ${name}`, async (t) => {
    const lines: string[] = []
    const write = (message: string, fields: unknown) => void lines.push(message, JSON.stringify(fields, plain))
    const logger: Logger = { debug: write, info: write, warn: write, error: write }
    const { connect, read, answer, tell, host } = await startTokenEndpoint(t, { backend: { logger } })
    await connect()
    answer((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(body))
    const answers = [await read({ forceRefresh: true }), await connect(), await host('GET', '/api/v1/audit')]
    assert.equal(answers[0]?.body.reason, 'invalid_token_response')
    const said = lines.join('\n') + answers.map((one) => JSON.stringify(one.body)).join('\n')
    assert.ok(lines.length > 0)
    assert.equal(said.replaceAll('\\u0000', '').includes(canary), false)
    tell(again)
    assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-2')
  })

/** What a log line could print of an error, and more. */
function plain(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return [value.message, value.stack, value.cause, Object.entries(value)]
}
