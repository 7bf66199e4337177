import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { landTokens } from '../../src/server/connections/land-tokens.ts'
import { noDetails } from '../../src/server/connections/details.ts'
import type { Page } from '../support/backend.ts'
import { startHarness } from '../support/backend.ts'
import { coreOf } from '../support/core.ts'
import { newDatabase } from '../support/store.ts'

const read = '/api/v1/connections/fake/credentials'
const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1, authSessionSeconds: 8 }
const force = { forceRefresh: true }

async function start(t: TestContext) {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open(), limits } })
  const page = await harness.page()
  await page.connect()
  const store = database.open()
  t.after(() => store.close())
  const refreshes = () => harness.fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  const state = async () => (await page.get('/api/v1/connections')).body.connections[0]
  return { ...harness, page, store, refreshes, state, database }
}

/** Asks until the lost lease may be taken over and something else than "wait" is answered. */
async function afterGrace(page: Page) {
  for (;;) {
    const answer = await page.post(read, force)
    if (answer.body.reason !== 'refresh_in_progress') return answer
    await wait(50)
  }
}

test('a retry after a lost answer that is refused is told as what it is: the outcome is unknown', async (t) => {
  const { fake, page, refreshes, state } = await start(t)
  // The server rotates, its answer is lost, and the old refresh token is a reuse from then on.
  fake.script({ kind: 'cut' })
  assert.equal((await page.post(read, force)).status, 502)
  const answer = await afterGrace(page)
  assert.deepEqual([answer.status, answer.body.reason], [409, 'needs_reconnect'])
  const { status, reason } = await state()
  assert.deepEqual([status, reason], ['needs_reconnect', 'refresh_outcome_unknown'])
  assert.equal(refreshes(), 2, 'one retry')
  assert.equal((await page.post(read)).status, 200, 'the access token is served as long as it lives')
})

test('a retry that cannot be answered either ends nothing, and the next refusal is still told as unknown', async (t) => {
  const { fake, page, state } = await start(t)
  fake.script({ kind: 'lose' }, { kind: 'answer', status: 503, body: '' })
  await page.post(read, force)
  assert.equal((await afterGrace(page)).body.reason, 'authorization_server_unavailable')
  assert.equal((await state()).status, 'active')
  fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  assert.equal((await page.post(read, force)).body.reason, 'needs_reconnect')
  assert.equal((await state()).reason, 'refresh_outcome_unknown')
})

for (const status of [500, 502, 504])
  test(`a server that broke down with ${status} may have rotated: a refusal after it is told as unknown`, async (t) => {
    const { fake, page, state } = await start(t)
    fake.script(
      { kind: 'answer', status, body: '' },
      { kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' },
    )
    await page.post(read, force)
    await page.post(read, force)
    assert.deepEqual([(await state()).status, (await state()).reason], ['needs_reconnect', 'refresh_outcome_unknown'])
  })

test('a success clears the doubt: a later refusal is told with its own reason', async (t) => {
  const { fake, page, state } = await start(t)
  fake.script({ kind: 'answer', status: 500, body: '' })
  await page.post(read, force)
  assert.equal((await page.post(read, force)).status, 200)
  fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  await page.post(read, force)
  assert.equal((await state()).reason, 'invalid_grant')
})

test('a late answer lands where the one that took over was refused, and the connection lives again', async (t) => {
  const { fake, page, store, state, database } = await start(t)
  const core = await coreOf(database.open(), { connectors: [fake.record()], limits })
  t.after(() => core.store.close())
  const late = await lateAnswer(store)
  fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  assert.equal((await afterGrace(page)).body.reason, 'needs_reconnect')
  assert.equal(await landTokens(core, late), 'stored')
  assert.equal((await state()).status, 'active')
  assert.equal((await page.post(read)).body.accessToken, 'late-at')
  // The server has seen the old token twice.
  fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  await page.post(read, force)
  assert.equal((await state()).reason, 'refresh_outcome_unknown')
})

test('a late answer serves while the one that took over waits for its own, which has the last word', async (t) => {
  const { fake, page, store, database } = await start(t)
  const core = await coreOf(database.open(), { connectors: [fake.record()], limits })
  t.after(() => core.store.close())
  const late = await lateAnswer(store)
  await wait(3_100)
  fake.script({ kind: 'delay', ms: 700 })
  const taking = page.post(read, force)
  await wait(300)
  assert.equal(await landTokens(core, late), 'stored')
  assert.equal((await page.post(read)).body.accessToken, 'late-at')
  const { body } = await taking
  assert.notEqual(body.accessToken, 'late-at')
  assert.equal((await page.post(read)).body.accessToken, body.accessToken)
  assert.equal((await page.post(read, force)).status, 200, 'the newest refresh token is the one that is kept')
})

test('a late answer that comes after the last word is dropped, and the audit says so', async (t) => {
  const { fake, page, store, database, host } = await start(t)
  const core = await coreOf(database.open(), { connectors: [fake.record()], limits })
  t.after(() => core.store.close())
  const late = await lateAnswer(store)
  const { body } = await afterGrace(page)
  assert.equal(await landTokens(core, late), 'overtaken')
  assert.equal((await page.post(read)).body.accessToken, body.accessToken)
  const audit = (await host('GET', '/api/v1/audit')).body.events
  assert.ok(audit.some((event: { reason: string }) => event.reason === 'overtaken'))
})

test('a refusal of the one that took over counts for nothing where a late answer landed meanwhile', async (t) => {
  const { fake, page, store, database, state } = await start(t)
  const core = await coreOf(database.open(), { connectors: [fake.record()], limits })
  t.after(() => core.store.close())
  const late = await lateAnswer(store)
  fake.grants.revoke(fake.grants.lastRefreshToken)
  await wait(3_100)
  fake.script({ kind: 'delay', ms: 700 })
  const taking = page.post(read, force)
  await wait(300)
  await landTokens(core, late)
  assert.deepEqual([(await taking).status, (await taking).body.accessToken], [200, 'late-at'])
  assert.equal((await state()).status, 'active')
})

/** A refresh whose process stood still: it holds a lease, and has an answer that it has not stored. */
async function lateAnswer(store: Awaited<ReturnType<typeof start>>['store']) {
  const connection = await store.db.selectFrom('connection').selectAll().executeTakeFirstOrThrow()
  const row = await store.db.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
  const lease_until = sql<number>`${store.clock} + ${limits.leaseSeconds * 1_000}`
  await store.db.updateTable('credential').set({ lease_owner: 'late', lease_until }).execute()
  const tokens = { accessToken: 'late-at', refreshToken: 'late-rt', tokenType: 'Bearer', expiresInSeconds: 3_600 }
  return {
    connection,
    generation: Number(row.generation),
    owner: 'late',
    granted: ['read'],
    tokens: { ...tokens, details: noDetails },
  }
}
