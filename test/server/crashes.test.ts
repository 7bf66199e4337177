import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type FakeAuthorizationServer, startFakeAuthorizationServer, startTcpCutter } from '../../src/fakes/index.ts'
import type { Answer } from '../support/backend.ts'
import { type Changes, type Place, type Running, newRemains, startBackend } from '../support/crashes.ts'
import { type Gate, gateOf } from '../support/stoppage.ts'
import type { StoreKind } from '../support/store.ts'

/** A short lease, because callers wait for its end; a long grace, made old where a test need not wait for it. */
const limits = { tokenEndpointSeconds: 1.9, leaseSeconds: 2, graceSeconds: 15 }
/** How late an answer comes: the store is stopped before. */
const lateMs = 600
const connectors = ['lenient', 'strict'] as const
type ConnectorId = (typeof connectors)[number]

interface Scene {
  readonly place: Place
  readonly gate: Gate
  readonly fakes: Readonly<Record<ConnectorId, FakeAuthorizationServer>>
  start(changes?: Changes): Promise<Running>
}

/** Two authorization servers that rotate, one with leeway, and a store that can be stopped. */
async function stage(t: TestContext, kind: StoreKind): Promise<Scene> {
  const fakes = {
    lenient: await startFakeAuthorizationServer({ leeway: 'once' }),
    strict: await startFakeAuthorizationServer(),
  }
  t.after(() => Promise.all(Object.values(fakes).map((fake) => fake.close())))
  const place: Place = { remains: await newRemains(kind), fakes, options: { limits } }
  // An SQLite file is there once a store was.
  const store = place.remains.open()
  await store.migrate()
  await store.close()
  const gate = await gateOf(t, place)
  return { place, gate, fakes, start: (changes) => startBackend(t, place, { database: gate.database, ...changes }) }
}

async function connect({ calls }: Running, connectorId: ConnectorId): Promise<string> {
  const { body } = await (await calls.page('ana')).connect({ connectorId })
  assert.equal(body.status, 'ACTIVE', JSON.stringify(body))
  return body.credentials.accessToken
}

const read = ({ calls }: Running, connector: ConnectorId, forceRefresh = true): Promise<Answer> =>
  calls.host('POST', `/api/v1/connections/${connector}/credentials`, { subject: 'ana', forceRefresh })

const refreshesAt = ({ requests }: FakeAuthorizationServer) =>
  requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length

const redemptionsAt = ({ requests }: FakeAuthorizationServer) =>
  requests.filter(({ fields }) => fields['grant_type'] === 'authorization_code').length

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await wait(10)) assert.ok(Date.now() < end, 'in time')
}

/** Asks until somebody else's lease is no reason any more. */
async function settled(running: Running, connector: ConnectorId): Promise<Answer> {
  for (const end = Date.now() + 10_000; ; await wait(50)) {
    const answer = await read(running, connector)
    if (answer.body.retryable !== true) return answer
    assert.ok(Date.now() < end, JSON.stringify(answer.body))
  }
}

async function statusOf({ calls }: Running, connector: ConnectorId): Promise<readonly [string, string | null]> {
  const { body } = await calls.host('GET', '/api/v1/connections?subject=ana')
  const found = body.connections.find((one: { connectorId: string }) => one.connectorId === connector)
  return [found.status, found.reason]
}

/** As if lease and grace were over. */
async function makeLeasesOld({ place }: Scene): Promise<void> {
  const store = place.remains.open()
  await store.db
    .updateTable('credential')
    .set((eb) => ({ lease_until: eb('lease_until', '-', 3_600_000) }))
    .where('lease_owner', '!=', '')
    .execute()
  await store.close()
}

async function rowsOf({ place }: Scene) {
  const store = place.remains.open()
  const rows = await store.db.selectFrom('credential').select(['generation', 'lease_owner']).execute()
  await store.close()
  return rows
}

for (const kind of ['sqlite', 'postgres'] as const) {
  test(`${kind}: killed between the authorization server's answer and the commit: one retry, and then served or told as unknown`, async (t) => {
    const scene = await stage(t, kind)
    const { fakes, gate } = scene
    const first = await scene.start()
    const before = { lenient: await connect(first, 'lenient'), strict: await connect(first, 'strict') }
    for (const fake of Object.values(fakes)) fake.script({ kind: 'delay', ms: lateMs })
    const lost = connectors.map((id) => read(first, id).catch(() => 'cut'))
    await until(() => Object.values(fakes).every((fake) => refreshesAt(fake) === 1))
    gate.stop()
    // Both answers are in, and neither can be written down.
    await wait(lateMs + 300)
    await first.kill()
    gate.go()
    assert.deepEqual(await Promise.all(lost), ['cut', 'cut'])
    for (const row of await rowsOf(scene)) {
      assert.equal(Number(row.generation), 1)
      assert.notEqual(row.lease_owner, '', 'the attempt is noted')
    }

    const second = await scene.start()
    for (const id of connectors) {
      const kept = await read(second, id, false)
      assert.deepEqual([kept.status, kept.body.accessToken], [200, before[id]], 'what is valid is served')
      const early = await read(second, id)
      assert.deepEqual([early.status, early.body.reason, early.body.retryable], [503, 'refresh_in_progress', true])
      assert.equal(refreshesAt(fakes[id]), 1, 'not before lease and grace are over')
    }
    await makeLeasesOld(scene)
    const served = await settled(second, 'lenient')
    assert.equal(served.status, 200, JSON.stringify(served.body))
    assert.ok(fakes.lenient.grants.accountOf(served.body.accessToken))
    assert.deepEqual([refreshesAt(fakes.lenient), fakes.lenient.grants.forgiven], [2, 1])
    const refused = await settled(second, 'strict')
    assert.deepEqual([refused.status, refused.body.reason], [409, 'needs_reconnect'])
    for (let count = 0; count < 3; count += 1) await read(second, 'strict')
    assert.equal(refreshesAt(fakes.strict), 2, 'one retry, not more')
    assert.deepEqual(await statusOf(second, 'strict'), ['needs_reconnect', 'refresh_outcome_unknown'])
    assert.deepEqual(await statusOf(second, 'lenient'), ['active', null])
    const { body } = await second.calls.host('GET', '/api/v1/audit')
    const told = body.events.filter(({ event }: { event: string }) => event === 'connection.needs_reconnect')
    assert.deepEqual(
      told.map(({ connectorId, reason }: Record<string, string>) => [connectorId, reason]),
      [['strict', 'refresh_outcome_unknown']],
    )
  })

  test(`${kind}: killed between the redemption and its connection: told as unknown, nothing half made, and a new attempt connects`, async (t) => {
    const scene = await stage(t, kind)
    const { fakes, gate, place } = scene
    const first = await scene.start()
    const page = await first.calls.page('ana')
    const { id, redeem } = await page.begin({ connectorId: 'strict' })
    const path = `/api/v1/auth-sessions/${id}/redeem`
    fakes.strict.script({ kind: 'delay', ms: lateMs })
    const lost = page.post(path, redeem).catch(() => 'cut')
    await until(() => redemptionsAt(fakes.strict) === 1)
    gate.stop()
    await wait(lateMs + 300)
    await first.kill()
    gate.go()
    assert.equal(await lost, 'cut')
    assert.deepEqual(await rowsOf(scene), [])

    const second = await scene.start()
    const again = await second.calls.page('ana')
    const waiting = await again.post(path, redeem)
    assert.deepEqual([waiting.status, waiting.body.reason, waiting.body.retryable], [409, 'redeem_in_progress', true])
    // As if half a minute had gone by.
    const store = place.remains.open()
    await store.db.updateTable('auth_session').set({ status_at: 1 }).where('id', '=', id).execute()
    await store.close()
    const told = await again.post(path, redeem)
    assert.deepEqual([told.status, told.body.status, told.body.reason], [200, 'FAILED', 'redeem_outcome_unknown'])
    assert.equal((await again.get(`/api/v1/auth-sessions/${id}`)).body.reason, 'redeem_outcome_unknown')
    assert.equal(redemptionsAt(fakes.strict), 1, 'the code is not sent again')
    await connect(second, 'strict')
    assert.equal((await read(second, 'strict')).status, 200)
    assert.equal((await rowsOf(scene)).length, 1)
    assert.equal(fakes.strict.grants.reuses, 0)
  })
}

test('killed after the lease was taken and before the request left: the authorization server sees the refresh token once', async (t) => {
  const scene = await stage(t, 'sqlite')
  const { fakes } = scene
  const network = await startTcpCutter({ target: { port: Number(new URL(fakes.strict.issuer).port) } })
  t.after(() => network.close())
  const elsewhere = `http://127.0.0.1:${network.port}`
  const changes: Changes = {
    connectors: [
      fakes.lenient.record({ id: 'lenient' }),
      fakes.strict.record({ id: 'strict', token: { url: `${elsewhere}/token` } }),
    ],
    egress: { allow: [fakes.strict.issuer, fakes.lenient.issuer, elsewhere] },
  }
  const first = await scene.start(changes)
  await connect(first, 'strict')
  network.pause()
  const lost = read(first, 'strict').catch(() => 'cut')
  await until(async () => (await rowsOf(scene)).some((row) => row.lease_owner !== ''))
  await wait(50)
  await first.kill()
  network.cut()
  network.resume()
  assert.equal(await lost, 'cut')
  assert.equal(refreshesAt(fakes.strict), 0)

  await makeLeasesOld(scene)
  const second = await scene.start(changes)
  const served = await settled(second, 'strict')
  assert.equal(served.status, 200, JSON.stringify(served.body))
  assert.deepEqual([refreshesAt(fakes.strict), fakes.strict.grants.reuses], [1, 0])
})

test('an answer that is lost on its way is asked for again once, however many ask, after lease and grace', async (t) => {
  const scene = await stage(t, 'sqlite')
  const { fakes } = scene
  const running = await scene.start({ limits: { tokenEndpointSeconds: 2, leaseSeconds: 2.2, graceSeconds: 0.3 } })
  for (const id of connectors) {
    await connect(running, id)
    fakes[id].script({ kind: 'cut' })
    const started = performance.now()
    const lost = await read(running, id)
    assert.deepEqual(
      [lost.status, lost.body.reason, lost.body.retryable],
      [502, 'authorization_server_unavailable', true],
    )
    const answers = await Promise.all(Array.from({ length: 20 }, () => settled(running, id)))
    assert.ok(performance.now() - started >= 2_450, 'after lease and grace')
    const [status, reason] = id === 'lenient' ? [200, undefined] : [409, 'needs_reconnect']
    for (const answer of answers) assert.deepEqual([answer.status, answer.body.reason], [status, reason])
    if (id === 'strict') assert.deepEqual(await statusOf(running, id), ['needs_reconnect', 'refresh_outcome_unknown'])
  }
  assert.equal(refreshesAt(fakes.strict), 2)
  assert.deepEqual([fakes.lenient.grants.forgiven, fakes.lenient.grants.reuses, fakes.strict.grants.reuses], [1, 0, 1])
})
