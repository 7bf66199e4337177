/** The limits that hold where the options name none: each by what it does. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { startHarness } from '../support/backend.ts'
import { newStore } from '../support/store.ts'
import { startTokenEndpoint } from '../support/token-endpoint.ts'

/** Lets what is under way go on, without a timer. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

const read = '/api/v1/connections/fake/credentials'

test('a refresh that runs has its connection for 20 seconds by the database’s clock', async (t) => {
  const store = await newStore()
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'delay', ms: 500 })
  const before = harness.fake.requests.length
  const refreshing = page.post(read, { forceRefresh: true })
  while (harness.fake.requests.length === before) await wait(5)
  const lease = await store.db
    .selectFrom('credential')
    .select(['lease_owner', sql<number>`lease_until - ${store.clock}`.as('left')])
    .executeTakeFirstOrThrow()
  assert.notEqual(lease.lease_owner, '')
  assert.ok(Number(lease.left) > 19_000 && Number(lease.left) <= 20_000, `${lease.left} ms`)
  assert.equal((await refreshing).status, 200)
})

test('a connection whose refresh was lost is left alone for 60 seconds after the lease, and then refreshed', async (t) => {
  const store = await newStore()
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  const lostFor = (seconds: number) =>
    store.db
      .updateTable('credential')
      .set({ lease_owner: 'gone', lease_until: sql<number>`${store.clock} - ${seconds * 1_000}` })
      .execute()
  const before = harness.fake.requests.length
  await lostFor(58)
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'refresh_in_progress')
  assert.equal(harness.fake.requests.length, before)
  await lostFor(61)
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal(harness.fake.requests.length, before + 1)
})

test('a token endpoint has 15 seconds', async (t) => {
  const { connect, read: readAsHost, answer, upstream } = await startTokenEndpoint(t, { backend: { limits: {} } })
  await connect()
  answer(() => {})
  const before = upstream.received.length
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let answered = false
  const reading = readAsHost({ forceRefresh: true }).finally(() => (answered = true))
  while (upstream.received.length === before) await turn()
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms)
    for (let count = 0; count < 100; count += 1) await turn()
  }
  for (const ms of [14_500, 490]) await pass(ms)
  assert.equal(answered, false)
  // A little more, for an answer that came while the process stood still.
  for (let ms = 0; ms < 1_000 && !answered; ms += 20) await pass(20)
  assert.equal(answered, true)
  const { status, body } = await reading
  assert.deepEqual([status, body.reason], [504, 'authorization_server_timeout'])
})

test('an attempt has 600 seconds', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const page = await harness.page()
  const after = async (seconds: number) => {
    const { id, redeem } = await page.begin()
    now += seconds * 1_000
    const { body } = await (await harness.page()).post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
    now -= seconds * 1_000
    return body
  }
  assert.equal((await after(599)).status, 'ACTIVE')
  assert.equal((await after(601)).reason, 'session_expired')
})
