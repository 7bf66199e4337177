import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Store, createBackend } from '../../src/server/index.ts'
import { appOrigin, callsOf, sealingKey, startHarness } from '../support/backend.ts'
import { newDatabase } from '../support/store.ts'

const read = '/api/v1/connections/fake/credentials'

async function second(harness: Awaited<ReturnType<typeof startHarness>>, store: Store, limits = {}) {
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    connectors: [harness.fake.record()],
    clients: { fake: { clientId: harness.fake.clientId, clientSecret: harness.fake.clientSecret } },
    egress: { allow: [harness.fake.issuer] },
    limits,
  })
  await backend.ready()
  return { backend, ...callsOf(backend, harness.fake) }
}

test('closing waits for a refresh that is under way, so the rotated token is stored', async (t) => {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open() } })
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'delay', ms: 300 })
  const reading = page.post(read, { forceRefresh: true })
  await wait(100)
  await harness.backend.close()
  await reading
  const next = await second(harness, database.open())
  t.after(() => next.backend.close())
  assert.equal((await (await next.page()).post(read, { forceRefresh: true })).status, 200)
  assert.equal(harness.fake.grants.reuses, 0)
})

test('two first connects at once both end as connections', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const one = await page.begin()
  harness.fake.grants.account = { id: 'account-2', name: 'other@fake.example' }
  const two = await page.begin()
  const [first, other] = await Promise.all(
    [one, two].map(({ id, redeem }) => page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)),
  )
  assert.deepEqual([first?.body.status, other?.body.status], ['ACTIVE', 'ACTIVE'])
  assert.equal((await page.get('/api/v1/connections')).body.connections.length, 2)
})

test('two first connects at once of one account end as one connection', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const begun = [await page.begin(), await page.begin()]
  const ended = await Promise.all(
    begun.map(({ id, redeem }) => page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)),
  )
  assert.deepEqual([...new Set(ended.map(({ body }) => body.status))], ['ACTIVE'])
  assert.equal((await page.get('/api/v1/connections')).body.connections.length, 1)
  assert.equal((await page.post(read)).status, 200)
})

test('two processes on one store refresh once between them', async (t) => {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open() } })
  const other = await second(harness, database.open())
  t.after(() => other.backend.close())
  const here = await harness.page()
  const there = await other.page()
  await here.connect()
  harness.fake.script({ kind: 'delay', ms: 300 })
  const answers = await Promise.all([here, there, here, there].map((page) => page.post(read, { forceRefresh: true })))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.equal(harness.fake.grants.reuses, 0)
})

test('an attempt whose outcome is unknown is followed by one retry, after lease and grace', async (t) => {
  const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1, authSessionSeconds: 8 }
  const harness = await startHarness(t, { backend: { limits } })
  const page = await harness.page()
  await page.connect()
  const refreshes = () => harness.fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  harness.fake.script({ kind: 'lose' })
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'authorization_server_unavailable')
  const started = Date.now()
  let answer = await page.post(read, { forceRefresh: true })
  while (answer.status !== 200 && Date.now() - started < 8_000) {
    assert.deepEqual([answer.body.reason, refreshes()], ['refresh_in_progress', 1])
    await wait(100)
    answer = await page.post(read, { forceRefresh: true })
  }
  assert.equal(answer.status, 200)
  assert.ok(Date.now() - started > 2_500, 'not before lease and grace are over')
  assert.equal(refreshes(), 2)
})

test('a call that was never sent gives its lease back at once', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { backend: { now: () => now } })
  const page = await harness.page()
  const { accessToken } = (await page.connect()).body.credentials
  now += 3_580_000
  const late = await harness.page()
  await harness.fake.close()
  for (let round = 0; round < 3; round += 1) {
    const started = Date.now()
    const { status, body } = await late.post(read)
    assert.deepEqual([status, body.accessToken], [200, accessToken])
    assert.ok(Date.now() - started < 1_500, 'nobody waits for a lease of nobody')
  }
  const { body } = await late.post(read, { forceRefresh: true })
  assert.match(body.reason, /^authorization_server_(unavailable|busy)$/)
})

test('disconnecting at any moment of a refresh leaves no living refresh token', async (t) => {
  const harness = await startHarness(t)
  for (let round = 0; round < 30; round += 1) {
    const page = await harness.page(`person-${round}`)
    harness.fake.grants.account = { id: `account-${round}`, name: 'x' }
    await page.connect()
    const reading = page.post(read, { forceRefresh: true })
    await wait(Math.random() * 6)
    await page.post('/api/v1/connections/fake/disconnect')
    await reading
    const last = harness.fake.grants.lastRefreshToken
    assert.equal(harness.fake.grants.lives(last), false, `round ${round}`)
  }
})

test('reconnecting during a refresh: the new grant wins, whatever the refresh brings', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  await page.connect()
  harness.fake.script({ kind: 'delay', ms: 300 })
  const refreshing = page.post(read, { forceRefresh: true })
  await wait(100)
  const { body } = await page.connect()
  assert.equal(body.status, 'ACTIVE')
  await refreshing
  assert.equal((await page.post(read)).body.accessToken, body.credentials.accessToken)
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal(harness.fake.grants.reuses, 0)
})
