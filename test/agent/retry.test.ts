import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { type RetryOptions, retrying } from '../../src/agent/index.ts'
import { readRetryAfter } from '../../src/agent/retry.ts'

async function tries(status: number, method: string, options: RetryOptions = {}, headers: Record<string, string> = {}) {
  let count = 0
  const started = performance.now()
  const send = async () => {
    count += 1
    return new Response(null, { status, headers })
  }
  const answer = await retrying(send, method, { backoffSeconds: 0.001, ...options })
  assert.equal(answer.status, status)
  return { count, milliseconds: performance.now() - started }
}

test('413, 429, 502, 503 and 504 are tried three times more; nothing else is', async () => {
  for (const status of [413, 429, 502, 503, 504]) assert.equal((await tries(status, 'get')).count, 4, String(status))
  for (const status of [200, 400, 401, 404, 408, 500, 501])
    assert.equal((await tries(status, 'GET')).count, 1, String(status))
})

test('POST and PATCH are not repeated where a gateway cannot say whether they were done', async () => {
  for (const method of ['POST', 'PATCH']) {
    for (const status of [502, 504]) {
      assert.equal((await tries(status, method)).count, 1)
      assert.equal((await tries(status, method, { repeatUnsafe: true })).count, 4)
    }
    assert.equal((await tries(429, method)).count, 4)
  }
  assert.equal((await tries(502, 'DELETE')).count, 4)
  assert.equal((await tries(503, 'OPTIONS')).count, 1)
})

test('the wait doubles, unless the service says how long; a wish that is too long is not followed', async () => {
  const doubling = await tries(503, 'GET', { backoffSeconds: 0.02 })
  assert.ok(doubling.milliseconds >= 135, String(doubling.milliseconds))
  const wished = await tries(503, 'GET', { backoffSeconds: 60, retries: 1 }, { 'retry-after': '0' })
  assert.deepEqual([wished.count, wished.milliseconds < 1_000], [2, true])
  assert.equal((await tries(429, 'GET', {}, { 'retry-after': '121' })).count, 1)
})

test('Retry-After is seconds or a date (RFC 9110 §10.2.3)', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  assert.equal(readRetryAfter('7', now), 7)
  assert.equal(readRetryAfter('Sat, 21 Nov 2026 12:00:30 GMT', now), 30)
  assert.equal(readRetryAfter('Sat, 21 Nov 2026 11:00:00 GMT', now), 0)
  for (const value of [null, '', 'soon']) assert.equal(readRetryAfter(value, now), undefined)
})

test('an abort ends the repeating', async () => {
  const ending = new AbortController()
  const send = async () => new Response(null, { status: 503 })
  const running = retrying(send, 'GET', { backoffSeconds: 0.02 }, ending.signal)
  ending.abort(new Error('enough'))
  await assert.rejects(running, /enough/)
})

test('a wait that may be aborted keeps the process alive', () => {
  const script = `
    import { retrying } from ${JSON.stringify(import.meta.resolve('../../src/agent/retry.ts'))}
    let tries = 0
    const send = async () => new Response(null, { status: tries++ === 0 ? 503 : 200 })
    const { status } = await retrying(send, 'GET', { backoffSeconds: 0.05 }, new AbortController().signal)
    console.log(status)`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.deepEqual([stdout, status], ['200\n', 0])
})
