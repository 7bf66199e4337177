import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Roads, hostOrigin, startRoads } from '../../support/roads.ts'
import { walkedRoads } from '../../support/walks.ts'

const other = { id: 'account-2', name: 'other@fake.example' }

const rows = async ({ store }: Roads) => ({
  connections: await store.db.selectFrom('connection').selectAll().execute(),
  credentials: await store.db.selectFrom('credential').selectAll().execute(),
})

/** Walks a road to its end, as the account that is signed in at the service. */
async function walk(roads: Roads, name: string) {
  const road = walkedRoads.find((one) => one.name === name)
  assert.ok(road)
  const person = { subject: 'ana', browser: roads.browser() }
  const attempt = await road.start(roads, person)
  const callback = await roads.fake.authorize(await attempt.open(person.browser))
  return (await attempt.finish(await attempt.land(person.browser, callback))).body
}

for (const { name } of walkedRoads) {
  test(`${name}: reconnecting the same account keeps the connection, its id and its age`, async (t) => {
    const roads = await startRoads(t)
    const first = await walk(roads, name)
    const before = await rows(roads)
    const again = await walk(roads, name)
    const after = await rows(roads)
    assert.deepEqual([first.existing, again.existing, again.connectionId], [false, true, first.connectionId])
    assert.deepEqual(
      after.connections.map(({ row_id, created_at }) => [row_id, created_at]),
      before.connections.map(({ row_id, created_at }) => [row_id, created_at]),
    )
    const since = new Date(Number(before.connections[0]?.created_at)).toISOString()
    assert.deepEqual([first.createdAt, again.createdAt], [since, since])
    assert.equal(Number(after.credentials[0]?.generation), Number(before.credentials[0]?.generation) + 1)
  })

  test(`${name}: another account does not take the place of the one that is known`, async (t) => {
    const roads = await startRoads(t)
    await walk(roads, name)
    const before = await rows(roads)
    roads.fake.grants.account = other
    const { status, reason, message } = await walk(roads, name)
    assert.deepEqual([status, reason], ['FAILED', 'account_mismatch'])
    assert.match(message, /ana@fake\.example is connected, and another account was chosen/)
    assert.deepEqual(await rows(roads), before, 'not a byte of the old rows is touched')
  })
}

test('adding an account that is connected already renews it and says so, also over the bridge', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.bridgePage()
  async function add() {
    const attempt = await roads.bridge(page, { connection: { new: true } })
    const browser = roads.browser()
    await browser.visit(await roads.consent(await attempt.enter(browser)))
    return (await attempt.redeem()).body
  }
  const first = await add()
  assert.match(first.connectionId, /^[0-9a-f]{32}$/)
  const twice = await add()
  assert.deepEqual([twice.existing, twice.connectionId], [true, first.connectionId])
  roads.fake.grants.account = other
  const second = await add()
  assert.equal(second.existing, false)
  assert.notEqual(second.connectionId, first.connectionId)
  assert.equal(await roads.connections(), 2)
  const renewed = await add()
  assert.deepEqual([renewed.existing, renewed.connectionId], [true, second.connectionId])
  assert.equal(await roads.connections(), 2)
})

test('one account may be connected by two people, and by a person and a tenant: nobody renews somebody else’s', async (t) => {
  const roads = await startRoads(t)
  const people = [
    await roads.page('ana'),
    await roads.page('ben'),
    await roads.page('ana', { tenant: 'acme' }),
    await roads.page('ana', { tenant: 'acme', owner: 'shared' }),
  ]
  for (const page of people) {
    const { body } = await page.connect({ connection: { new: true } })
    assert.deepEqual([body.status, body.existing], ['ACTIVE', false])
  }
  assert.equal(await roads.connections(), 4)
})

test('a connection that needs its person is active again after a reconnect, under its id', async (t) => {
  const roads = await startRoads(t)
  const page = await roads.page()
  const first = await page.connect()
  roads.fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  const path = '/api/v1/connections/fake/credentials'
  assert.equal((await page.post(path, { forceRefresh: true })).body.reason, 'needs_reconnect')
  roads.fake.grants.account = other
  assert.equal((await page.connect()).body.reason, 'account_mismatch')
  roads.fake.grants.account = { id: 'account-1', name: 'ana@fake.example' }
  const again = await page.connect()
  assert.equal(again.body.connectionId, first.body.connectionId)
  const [listed] = (await page.get('/api/v1/connections')).body.connections
  assert.deepEqual([listed.status, listed.reason], ['active', null])
})

test('a connection that does not exist cannot be reconnected, on any origin', async (t) => {
  const roads = await startRoads(t)
  for (const origin of [hostOrigin, 'https://app.test']) {
    const page = await roads.page('ana', {}, origin)
    const { created } = await roads.bridge(page, { connection: { id: 'f'.repeat(32) } })
    assert.deepEqual([created.status, created.body.reason], [404, 'not_connected'])
  }
})
