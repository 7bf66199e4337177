import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { EgressAnswer } from '../../src/server/egress/egress.ts'
import { createPace } from '../../src/server/oauth/pace.ts'
import { RetryLaterError } from '../../src/server/retry-later.ts'
import { startHarness } from '../support/backend.ts'
import { newDatabase } from '../support/store.ts'

const read = '/api/v1/connections/fake/credentials'
const server = { name: 'Acme', key: 'acme https://acme.test' }
const answer = (status: number, retryAfter?: string): EgressAnswer => ({
  status,
  contentType: '',
  text: '',
  header: (name) => (name === 'retry-after' ? retryAfter : undefined),
})

/** Seconds that an answer makes a server rest. */
async function restAfter(...answers: readonly EgressAnswer[]): Promise<number> {
  const pace = createPace(5, () => Date.parse('2026-11-21T10:00:00Z'))
  for (const one of answers) pace.heed(server, one)
  try {
    await pace.run(server, async () => undefined)
    return 0
  } catch (error) {
    assert.ok(error instanceof RetryLaterError)
    assert.deepEqual([error.reason, error.retryable], ['authorization_server_busy', true])
    return error.retryAfterSeconds
  }
}

test('Retry-After is obeyed in both forms, for an hour at most', async () => {
  assert.equal(await restAfter(answer(429, '7')), 7)
  assert.equal(await restAfter(answer(503, '120')), 120)
  assert.equal(await restAfter(answer(429, 'Sat, 21 Nov 2026 10:00:30 GMT')), 30)
  assert.equal(await restAfter(answer(429, '1000000000')), 3_600)
  assert.equal(await restAfter(answer(429, 'Sat, 21 Nov 2099 10:00:30 GMT')), 3_600)
})

test('a 429 that names no usable time is a short rest, another answer none', async () => {
  for (const value of [undefined, '', '-5', 'soon', '0', '1e9', 'Sat, 21 Nov 2020 10:00:30 GMT'])
    assert.ok((await restAfter(answer(429, value))) <= 2, String(value))
  const many = Array.from({ length: 30 }, () => answer(429))
  assert.ok((await restAfter(...many)) <= 60)
  assert.equal(await restAfter(answer(200, '60')), 0)
  assert.equal(await restAfter(answer(503)), 0)
})

test('a few calls run at once, the others in their turn; each server has its own', async () => {
  const pace = createPace(3, Date.now)
  let running = 0
  let most = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await wait(5)
    running -= 1
  }
  await Promise.all(Array.from({ length: 30 }, () => pace.run(server, work)))
  assert.equal(most, 3)
  const other = { name: 'Other', key: 'other' }
  most = 0
  await Promise.all([server, other].flatMap((one) => Array.from({ length: 5 }, () => pace.run(one, work))))
  assert.equal(most, 6)
})

test('calls that wait when a server asks for rest are not sent', async () => {
  const pace = createPace(1, Date.now)
  let sent = 0
  const calls = Array.from({ length: 10 }, () =>
    pace.run(server, async () => {
      sent += 1
      await wait(5)
      pace.heed(server, answer(429, '30'))
    }),
  )
  const ends = await Promise.allSettled(calls)
  assert.equal(sent, 1)
  assert.equal(ends.filter(({ status }) => status === 'rejected').length, 9)
})

test('a connector that asks for rest gets it from all its connections; callers are told when to come back', async (t) => {
  const harness = await startHarness(t)
  const [ana, ben] = [await harness.page('ana'), await harness.page('ben')]
  for (const page of [ana, ben]) await page.connect()
  harness.fake.script({ kind: 'answer', status: 429, body: '{}', headers: { 'retry-after': '2' } })
  assert.equal((await ana.post(read, { forceRefresh: true })).body.reason, 'authorization_server_unavailable')
  const sent = harness.fake.requests.length
  const { status, body, headers } = await ben.post(read, { forceRefresh: true })
  assert.deepEqual([status, body.reason, body.retryable], [503, 'authorization_server_busy', true])
  assert.ok(Number(headers.get('retry-after')) >= 1)
  assert.equal(harness.fake.requests.length, sent, 'nothing was sent')
  assert.equal((await ben.post(read)).status, 200, 'a valid token is still served')
  await wait(2_100)
  assert.equal((await ben.post(read, { forceRefresh: true })).status, 200)
})

test('a connection whose refresh fails again and again is tried less often', async (t) => {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open() } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script(...Array.from({ length: 200 }, () => ({ kind: 'answer', status: 500, body: '' }) as const))
  const sent = harness.fake.requests.length
  const until = Date.now() + 1_500
  while (Date.now() < until) await page.post(read, { forceRefresh: true })
  const tries = harness.fake.requests.length - sent
  assert.ok(tries >= 2 && tries < 15, `${tries} tries`)
})
