import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { keepAlive } from '../../src/server/connections/keep-alive.ts'
import type { RefreshRules } from '../../src/protocol/token-endpoint.ts'
import { startHarness } from '../support/backend.ts'
import { coreOf } from '../support/core.ts'
import { newDatabase } from '../support/store.ts'

const day = 86_400_000

/** Connections of some people, a clock, and replicas that keep them alive. */
async function start(t: TestContext, people: readonly string[], refresh: RefreshRules = {}) {
  let now = Date.now()
  const database = await newDatabase()
  const backend = { store: database.open(), now: () => now }
  const record = () => ({ refresh: { rotation: 'always' as const, ...refresh } })
  const harness = await startHarness(t, { backend, record })
  for (const person of people) await (await harness.page(person)).connect()
  const { fake } = harness
  const replica = async () => {
    const core = await coreOf(database.open(), {
      connectors: [fake.record(record())],
      clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
      egress: { allow: [fake.issuer] },
      now: () => now,
    })
    t.after(async () => {
      await Promise.allSettled(core.refreshes.values())
      await core.store.close()
    })
    return core
  }
  const refreshes = () => fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  return { ...harness, replica, refreshes, later: (days: number) => void (now += days * day) }
}

test('a refresh token that nobody uses is used about half-way through its life, by one of many replicas', async (t) => {
  const people = ['ana', 'ben', 'eva', 'max']
  const { replica, refreshes, later, fake } = await start(t, people, { idleLifetimeSeconds: 60 * 86_400 })
  const cores = await Promise.all([replica(), replica(), replica()])
  later(23)
  for (const core of cores) assert.equal(await keepAlive(core), 0, 'too early')
  later(14)
  const taken = await Promise.all(cores.map((core) => keepAlive(core)))
  assert.equal(
    taken.reduce((sum, one) => sum + one, 0),
    people.length,
  )
  assert.deepEqual([refreshes(), fake.grants.reuses], [people.length, 0])
  for (const core of cores) assert.equal(await keepAlive(core), 0, 'done')
  later(37)
  await Promise.all(cores.map((core) => keepAlive(core)))
  assert.equal(refreshes(), 2 * people.length, 'and again')
})

test('a month where the record does not say; never where there is no refresh', async (t) => {
  const usual = await start(t, ['ana'])
  usual.later(19)
  assert.equal(await keepAlive(await usual.replica()), 1)
  const none = await start(t, ['ana'], { rotation: 'none' })
  none.later(400)
  assert.equal(await keepAlive(await none.replica()), 0)
})

test('a connection in use is left alone: each refresh begins its time anew', async (t) => {
  const { replica, later, page, refreshes } = await start(t, ['ana'])
  const core = await replica()
  later(11)
  await (await page('ana')).post('/api/v1/connections/fake/credentials', { forceRefresh: true })
  const before = refreshes()
  later(11)
  assert.equal(await keepAlive(core), 0)
  assert.equal(refreshes(), before)
})

test('a fault is tried again later, a task whose replica ended is taken over, a dead grant is told once', async (t) => {
  const { replica, later, fake, refreshes, page } = await start(t, ['ana'])
  const core = await replica()
  later(19)
  fake.script({ kind: 'answer', status: 503, body: '' })
  await keepAlive(core)
  later(1 / 72)
  assert.equal(await keepAlive(core), 0, 'not at once')
  later(1 / 12)
  // Another replica has taken the task and ended.
  const row = await core.store.db.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
  const taken = core.settings.now() + 600_000
  await core.store.db.updateTable('credential').set({ keep_alive_at: taken }).execute()
  assert.ok(Number(row.keep_alive_at) <= core.settings.now())
  assert.equal(await keepAlive(core), 0)
  later(1 / 24)
  fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  assert.equal(await keepAlive(core), 1)
  const { body } = await (await page('ana')).get('/api/v1/connections')
  assert.equal(body.connections[0].status, 'needs_reconnect')
  const sent = refreshes()
  later(400)
  assert.equal(await keepAlive(core), 0)
  assert.equal(refreshes(), sent)
})
