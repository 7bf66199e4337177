import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { quirks, startFakeAuthorizationServer } from '../../../src/fakes/index.ts'
import type { AuditEvent } from '../../../src/protocol/audit.ts'
import { type BackendOptions, type Store, createBackend, sqliteStore } from '../../../src/server/index.ts'
import { tryDueRevocations } from '../../../src/server/connections/revocations.ts'
import { apiKey, appOrigin, callsOf, sealingKey, startHarness } from '../../support/backend.ts'
import { connect, startConformance } from '../../support/conform.ts'
import { coreOf } from '../../support/core.ts'
import { freePort } from '../../support/free-port.ts'

const plain = quirks.get('plain')?.record
assert.ok(plain)

const down = { kind: 'lose' } as const
const busy = { kind: 'answer', status: 503, body: '' } as const

/** A backend on a file, a service whose revocation endpoint is scripted, and what the chores do. */
async function outbox(t: TestContext) {
  assert.ok(plain)
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const file = join(folder, 'store.sqlite')
  const store = sqliteStore(file)
  const harness = await startConformance(t, plain, {}, { store })
  const { host, service } = harness
  const parts: Partial<BackendOptions> = {
    connectors: [service.record],
    clients: { plain: service.client },
    egress: { allow: service.origins },
  }
  const path = '/api/v1/connections/plain'
  return {
    ...harness,
    folder,
    file,
    store,
    parts,
    /** What the chores of one process do. */
    chores: async (own: Store = store, more: Partial<BackendOptions> = {}) =>
      tryDueRevocations(await coreOf(own, { ...parts, ...more })),
    queue: () => store.db.selectFrom('revocation').selectAll().execute(),
    due: () => store.db.updateTable('revocation').set({ next_at: 0 }).execute(),
    calls: () => service.requests.filter(({ endpoint }) => endpoint === 'revoke').length,
    read: () => host('POST', `${path}/credentials`, { subject: 'ana' }),
    disconnect: () => host('POST', `${path}/disconnect`, { subject: 'ana' }),
    events: async () =>
      (await host('GET', '/api/v1/audit')).body.events
        .filter(({ event }: AuditEvent) => event.startsWith('revocation.'))
        .map(({ event, reason, subject, actor }: AuditEvent) => [event, reason, subject, actor.kind]),
  }
}

test('a server that is down at the disconnect is told later; the connection here is gone at once', async (t) => {
  const port = await freePort()
  const fake = await startFakeAuthorizationServer({ port })
  const store = sqliteStore(':memory:')
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer] },
  })
  t.after(() => backend.close())
  const page = await callsOf(backend, fake).page()
  await page.connect()
  const refreshToken = fake.grants.lastRefreshToken
  await fake.close()
  const { status, body } = await page.post('/api/v1/connections/fake/disconnect')
  assert.deepEqual([status, body], [200, { revocation: 'failed_will_retry' }])
  assert.equal((await page.post('/api/v1/connections/fake/credentials')).body.reason, 'not_connected')
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections, [])
  const back = await startFakeAuthorizationServer({ port, clientId: fake.clientId, clientSecret: fake.clientSecret })
  t.after(() => back.close())
  const core = await coreOf(store, {
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer] },
  })
  assert.equal(await tryDueRevocations(core), 0, 'not before its time')
  await store.db.updateTable('revocation').set({ next_at: 0 }).execute()
  assert.equal(await tryDueRevocations(core), 1)
  assert.deepEqual(
    back.requests.map(({ path, fields }) => [path, fields['token'], fields['token_type_hint']]),
    [['/revoke', refreshToken, 'refresh_token']],
  )
  assert.equal(await tryDueRevocations(core), 0, 'and once')
})

test('a queued revocation is made when it is due, and recorded', async (t) => {
  const box = await outbox(t)
  await connect(box)
  const { accessToken } = (await box.read()).body
  box.service.scriptAt('revoke', busy)
  assert.deepEqual((await box.disconnect()).body, { revocation: 'failed_will_retry' })
  assert.ok(box.service.families.living(accessToken), 'it lives on at the service')
  await box.due()
  assert.equal(await box.chores(), 1)
  assert.equal(box.service.families.living(accessToken), undefined)
  assert.deepEqual(await box.queue(), [])
  assert.deepEqual(await box.events(), [['revocation.done', '', 'ana', 'system']])
  assert.deepEqual(box.service.faults, [])
})

test('each failure doubles the wait, and nothing is tried before it is over', async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', busy, down, busy, busy)
  await box.disconnect()
  for (const [tries, seconds] of [
    [1, 30],
    [2, 60],
    [3, 120],
    [4, 240],
  ] as const) {
    const [row] = await box.queue()
    const left = (Number(row?.next_at) - Date.now()) / 1_000
    assert.equal(row?.tries, tries)
    assert.ok(left > seconds - 5 && left <= seconds + 1, `${left} s after ${tries} tries`)
    assert.equal(await box.chores(), 0)
    assert.equal(box.calls(), tries)
    await box.due()
    await box.chores()
  }
  assert.deepEqual([box.calls(), await box.queue()], [5, []])
})

test('no wait is longer than six hours, and after 14 tries it is given up and recorded', async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', busy, busy, busy)
  await box.disconnect()
  await box.store.db.updateTable('revocation').set({ tries: 12, next_at: 0 }).execute()
  await box.chores()
  const [row] = await box.queue()
  const hours = (Number(row?.next_at) - Date.now()) / 3_600_000
  assert.ok(row?.tries === 13 && hours > 5.9 && hours <= 6, `${hours}`)
  assert.deepEqual(await box.events(), [])
  await box.due()
  await box.chores()
  assert.deepEqual(await box.queue(), [])
  assert.deepEqual(await box.events(), [['revocation.failed', 'given_up', 'ana', 'system']])
  assert.equal(box.calls(), 3)
})

test('what is queued survives the end of the backend, sealed', async (t) => {
  const box = await outbox(t)
  await connect(box)
  const { accessToken } = (await box.read()).body
  box.service.scriptAt('revoke', down)
  await box.disconnect()
  await box.backend.close()
  const bytes = readdirSync(box.folder).map((name) => readFileSync(join(box.folder, name)))
  for (const secret of [accessToken, 'fake-rt-', 'fake-at-', 'refresh-'])
    assert.equal(
      bytes.some((one) => one.includes(secret)),
      false,
      secret,
    )
  const store = sqliteStore(box.file)
  t.after(() => store.close())
  await store.db.updateTable('revocation').set({ next_at: 0 }).execute()
  assert.equal(await box.chores(store), 1)
  assert.equal(box.service.families.living(accessToken), undefined)
  assert.deepEqual(await store.db.selectFrom('revocation').selectAll().execute(), [])
})

test('a process that died in a try is followed by another one after a minute', async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', down)
  await box.disconnect()
  await box.due()
  const core = await coreOf(box.store, box.parts)
  let reached: () => void = () => {}
  const sent = new Promise<void>((resolve) => (reached = resolve))
  // The call goes out and nothing ever comes back to this process.
  const dying = tryDueRevocations({ ...core, send: () => (reached(), new Promise(() => {})) })
  await sent
  const [row] = await box.queue()
  const left = Number(row?.next_at) - Date.now()
  assert.ok(left > 55_000 && left <= 60_500, 'it owns the row for a minute')
  assert.equal(await box.chores(), 0)
  await box.due()
  assert.equal(await box.chores(), 1)
  assert.deepEqual(await box.queue(), [])
  assert.ok(dying)
})

test('of two backends on one file one makes each revocation', async (t) => {
  const box = await outbox(t)
  const people = Array.from({ length: 12 }, (_, index) => `person-${index}`)
  for (const subject of people) {
    await (await box.page(subject)).connect({ connectorId: 'plain' })
    box.service.scriptAt('revoke', busy)
    await box.host('POST', '/api/v1/connections/plain/disconnect', { subject })
  }
  const before = box.calls()
  await box.due()
  const stores = [sqliteStore(box.file), sqliteStore(box.file)]
  t.after(() => Promise.all(stores.map((one) => one.close())))
  await Promise.all([...stores, ...stores].map((one) => box.chores(one)))
  assert.equal(box.calls() - before, people.length)
  assert.deepEqual(await box.queue(), [])
  assert.equal((await box.events()).length, people.length)
})

test('a revocation that is late ends the old grant, and not the new one', async (t) => {
  const box = await outbox(t)
  await connect(box)
  const old = (await box.read()).body.accessToken
  box.service.scriptAt('revoke', busy)
  await box.disconnect()
  await connect(box)
  const fresh = (await box.read()).body.accessToken
  await box.due()
  await box.chores()
  assert.equal(box.service.families.living(old), undefined)
  assert.ok(box.service.families.living(fresh))
  assert.equal((await box.read()).status, 200)
})

test('while its connector is gone a revocation waits, and is made when it is back', async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', busy)
  await box.disconnect()
  await box.due()
  await box.chores(box.store, { connectors: [], clients: {} })
  assert.equal((await box.queue()).length, 1)
  assert.equal(box.calls(), 1)
  await box.due()
  await box.chores()
  assert.deepEqual(await box.queue(), [])
})

test("another space's backend leaves it alone", async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', busy)
  await box.disconnect()
  await box.due()
  const elsewhere = await startHarness(t, { backend: { store: sqliteStore(box.file), space: 'other' } })
  assert.equal((await elsewhere.host('GET', '/api/v1/connections?subject=ana')).status, 200)
  const store = sqliteStore(box.file)
  t.after(() => store.close())
  assert.equal(await box.chores(store, { space: 'other' }), 0)
  assert.equal((await box.queue()).length, 1)
})

test('a token that is dead already counts as revoked, and a service that cannot revoke says so', async (t) => {
  const box = await outbox(t)
  const answers = [
    [{ kind: 'answer', status: 400, body: '{"error":"invalid_token"}' }, 'revoked'],
    [{ kind: 'answer', status: 400, body: '{"error":"invalid_request"}' }, 'revoked'],
    [{ kind: 'answer', status: 200, body: '' }, 'revoked'],
    [{ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' }, 'failed_will_retry'],
    [{ kind: 'answer', status: 200, body: '{"ok":false}' }, 'failed_will_retry'],
    [{ kind: 'answer', status: 302, body: '' }, 'failed_will_retry'],
  ] as const
  for (const [answer, expected] of answers) {
    await connect(box)
    box.service.scriptAt('revoke', answer)
    assert.equal((await box.disconnect()).body.revocation, expected, JSON.stringify(answer))
  }
  const without = quirks.get('no_revocation')?.record
  assert.ok(without)
  const harness = await startConformance(t, without)
  await connect(harness)
  const path = `/api/v1/connections/${without.id}/disconnect`
  assert.equal((await harness.host('POST', path, { subject: 'ana' })).body.revocation, 'unsupported')
})

test('a backend does what is due by itself, within a quarter of a minute', async (t) => {
  const box = await outbox(t)
  await connect(box)
  box.service.scriptAt('revoke', busy)
  await box.disconnect()
  await box.due()
  const deadline = Date.now() + 18_000
  while ((await box.queue()).length > 0 && Date.now() < deadline) await wait(250)
  assert.deepEqual(await box.queue(), [])
  assert.equal(box.calls(), 2)
})
