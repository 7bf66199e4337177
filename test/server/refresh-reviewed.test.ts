/** Ways to lose a grant that were found by reading, each of which had lost one. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { KyselyPlugin } from 'kysely'
import { keepAlive } from '../../src/server/connections/keep-alive.ts'
import type { CustomScheme, Store } from '../../src/server/index.ts'
import { sealingKey, startHarness } from '../support/backend.ts'
import { coreOf } from '../support/core.ts'
import { startReplicas } from '../support/replicas.ts'
import { newDatabase } from '../support/store.ts'

const read = '/api/v1/connections/fake/credentials'
const force = { forceRefresh: true }
const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1, authSessionSeconds: 8 }
const isRefresh = ({ fields }: { readonly fields: Readonly<Record<string, string>> }) =>
  fields['grant_type'] === 'refresh_token'

/** A store whose first change of a credential is committed, and told so much later. */
function slowToTell(store: Store, ms: number): Store {
  let chosen: object | undefined
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (node.kind === 'UpdateQueryNode' && JSON.stringify(node).includes('"lease_owner"')) chosen ??= queryId
      return node
    },
    async transformResult({ result, queryId }) {
      if (queryId === chosen) await wait(ms)
      return result
    },
  }
  return { ...store, db: store.db.withPlugin(plugin) }
}

test('a replica that stands still when it has just got the lease sends nothing when it comes back', async (t) => {
  const database = await newDatabase()
  const stores = [slowToTell(database.open(), 4_500), database.open()]
  const replicas = await startReplicas(t, () => stores.shift() ?? database.open())
  const { fake } = replicas
  const [slow, quick] = [await replicas.start({ limits }), await replicas.start({ limits })]
  const page = await quick.page()
  await page.connect()
  const standing = (await slow.page()).post(read, force)
  await wait(3_700)
  assert.equal((await page.post(read, force)).status, 200)
  assert.equal((await standing).status, 503)
  await wait(1_500)
  assert.deepEqual([fake.requests.filter(isRefresh).length, fake.grants.reuses], [1, 0])
  assert.equal((await page.post(read, force)).status, 200)
})

test('a reconnect of the same account that brings no refresh token keeps the one that stands', async (t) => {
  const identity = { from: 'token_response', id: 'account', name: 'account' } as const
  const harness = await startHarness(t, { record: () => ({ identity }) })
  const { fake } = harness
  const page = await harness.page()
  const tokens = { access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3_600, account: 'ana' }
  fake.script({ kind: 'answer', status: 200, body: JSON.stringify(tokens) })
  const first = await page.connect()
  const { refresh_token, ...bare } = { ...tokens, access_token: 'at-2' }
  fake.script({ kind: 'answer', status: 200, body: JSON.stringify(bare) })
  const again = await page.connect()
  assert.deepEqual([again.body.status, again.body.connectionId], ['ACTIVE', first.body.connectionId])
  assert.equal((await page.post(read)).body.accessToken, 'at-2')
  fake.script({ kind: 'answer', status: 200, body: JSON.stringify({ ...tokens, access_token: 'at-3' }) })
  assert.equal((await page.post(read, force)).body.accessToken, 'at-3')
  assert.equal(fake.requests.filter(isRefresh).at(-1)?.fields['refresh_token'], refresh_token)
})

test('closing begins nothing new, and waits for what has begun', async (t) => {
  const database = await newDatabase()
  const replicas = await startReplicas(t, database.open)
  const { fake } = replicas
  const replica = await replicas.start({ tokenRequestsAtOnce: 1 })
  const people = Array.from({ length: 8 }, (_, index) => `person-${index}`)
  const pages = await Promise.all(people.map((person) => replica.page(person)))
  for (const page of pages) await page.connect()
  fake.script(...people.map(() => ({ kind: 'delay', ms: 300 }) as const))
  const reads = pages.map((page) => page.post(read, force))
  await wait(150)
  const started = performance.now()
  await replica.backend.close()
  assert.ok(performance.now() - started < 1_500, 'the queue is not worked off')
  const answers = await Promise.all(reads)
  const sent = fake.requests.filter(isRefresh).length
  assert.ok(sent < people.length, `${sent} sent`)
  assert.equal(answers.filter(({ status }) => status === 200).length, sent, 'each that was sent was stored')
  const next = await replicas.start()
  for (const person of people) assert.equal((await (await next.page(person)).post(read, force)).status, 200)
  assert.equal(fake.grants.reuses, 0)
})

const withError = JSON.stringify({ access_token: 'at', refresh_token: 'rescued', error: 'none' })
const oddScope = JSON.stringify({ access_token: 'at', refresh_token: 'rescued', scope: [{ toString: 1 }] })
for (const [name, body] of [
  ['an error that is none', withError],
  ['scopes that are no text', oddScope],
] as const)
  test(`a refresh token beside ${name} is not lost`, async (t) => {
    const harness = await startHarness(t)
    const page = await harness.page()
    await page.connect()
    harness.fake.script({ kind: 'answer', status: 200, body })
    await page.post(read, force)
    harness.fake.script({ kind: 'answer', status: 200, body: '{"access_token":"after","expires_in":3600}' })
    assert.equal((await page.post(read, force)).body.accessToken, 'after')
    assert.equal(harness.fake.requests.at(-1)?.fields['refresh_token'], 'rescued')
  })

test('a connection that renews its access token by itself is kept alive too', async (t) => {
  let now = Date.now()
  const database = await newDatabase()
  const refresh = { present: 'access_token', rotation: 'sometimes' } as const
  const harness = await startHarness(t, {
    record: () => ({ refresh, identity: undefined }) as never,
    backend: { store: database.open(), now: () => now },
  })
  const { fake } = harness
  fake.script({ kind: 'answer', status: 200, body: '{"access_token":"long-lived","expires_in":5184000}' })
  await (await harness.page()).connect()
  const core = await coreOf(database.open(), {
    connectors: [fake.record({ refresh })],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer] },
    now: () => now,
  })
  t.after(() => core.store.close())
  assert.equal(await keepAlive(core), 0)
  now += 37 * 86_400_000
  fake.script({ kind: 'answer', status: 200, body: '{"access_token":"longer","expires_in":5184000}' })
  assert.equal(await keepAlive(core), 1)
  const page = await harness.page()
  assert.equal((await page.post(read)).body.accessToken, 'longer')
})

test('connections of an older version are planned at the first look, not all renewed at once', async (t) => {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open() } })
  const { fake } = harness
  await (await harness.page()).connect()
  const core = await coreOf(database.open(), {
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer] },
  })
  t.after(() => core.store.close())
  // As the migration leaves them.
  await core.store.db.updateTable('credential').set({ received_at: 0, keep_alive_at: 1 }).execute()
  await keepAlive(core)
  assert.equal(fake.requests.filter(isRefresh).length, 0)
  const row = await core.store.db.selectFrom('credential').select('keep_alive_at').executeTakeFirstOrThrow()
  const days = (Number(row.keep_alive_at) - Date.now()) / 86_400_000
  assert.ok(days > -1 && days <= 15, `${days} days`)
})

test('tokens with very many scopes land from the journal', async (t) => {
  const database = await newDatabase()
  const store = database.open()
  const harness = await startHarness(t, { backend: { store, limits } })
  const { fake } = harness
  const page = await harness.page()
  await page.connect()
  const scope = Array.from({ length: 300 }, (_, index) => `scope-${index}`).join(' ')
  const body = JSON.stringify({ access_token: 'many', refresh_token: 'rt-many', expires_in: 3_600, scope })
  const aside = database.open()
  t.after(() => aside.close())
  const { refuse, allow } = refusals(aside)
  await refuse()
  fake.script({ kind: 'answer', status: 200, body })
  assert.equal((await page.post(read, force)).body.reason, 'storage_unavailable')
  await allow()
  await wait(2_500)
  assert.equal((await page.post(read)).body.accessToken, 'many')
})

/** Makes a store refuse new tokens, as a full disk does. */
function refusals({ db }: Store) {
  const run = async (text: string) => void (await db.executeQuery({ ...plain, sql: text } as never))
  return {
    refuse: () =>
      run(
        `CREATE TRIGGER refuse BEFORE UPDATE OF access_token ON credential BEGIN SELECT RAISE(FAIL, 'disk full'); END`,
      ),
    allow: () => run('DROP TRIGGER refuse'),
  }
}
const plain = { query: { kind: 'RawNode', sqlFragments: [], parameters: [] }, parameters: [], queryId: { queryId: '' } }

test('a disconnect whose tokens cannot be opened for the moment is refused, and can be repeated', async (t) => {
  const database = await newDatabase()
  const replicas = await startReplicas(t, database.open)
  const old = await replicas.start()
  // The newer key is not on every replica yet.
  const newer = `k2:${Buffer.alloc(32, 9).toString('base64url')}`
  const current = await replicas.start({ sealingKeys: [newer, sealingKey] })
  const who = { tenant: 'new-tenant' }
  const page = await current.page('ana', who)
  await page.connect()
  const refused = await (await old.page('ana', who)).post('/api/v1/connections/fake/disconnect')
  assert.deepEqual([refused.status, refused.body.reason], [503, 'key_unavailable'])
  assert.equal((await page.get('/api/v1/connections')).body.connections.length, 1)
  assert.equal((await page.post('/api/v1/connections/fake/disconnect')).body.revocation, 'revoked')
})

test('a lease of a time when the clock was ahead does not block its connection', async (t) => {
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open(), limits } })
  const page = await harness.page()
  await page.connect()
  const aside = database.open()
  t.after(() => aside.close())
  const lease_until = Date.now() + 3_600_000
  await aside.db.updateTable('credential').set({ lease_owner: 'gone', lease_until, expires_at: 1 }).execute()
  assert.equal((await page.post(read)).status, 200)
})

test("a scheme's answer that comes after its limit counts: what it brought is the newest", async (t) => {
  let refreshes = 0
  const seen: string[] = []
  const own: CustomScheme = {
    authenticate: async () => ({ accessToken: 'at-1', refreshToken: 'rt-1', expiresInSeconds: 3_600 }),
    async refresh({ refreshToken }) {
      seen.push(refreshToken)
      refreshes += 1
      if (refreshes === 1) await wait(1_500)
      return { accessToken: `at-${refreshes + 1}`, refreshToken: `rt-${refreshes + 1}`, expiresInSeconds: 3_600 }
    },
  }
  const record = {
    id: 'own',
    name: 'Own',
    category: 'other',
    method: 'custom',
    inputs: [{ name: 'key', label: 'Key' }],
    apiOrigins: ['https://own.example'],
    reach: 'direct',
    monogram: 'O',
    checked: 'docs 2026-11-21',
    sources: ['https://own.example'],
  } as const
  const harness = await startHarness(t, { backend: { limits, custom: { own }, connectors: [record], clients: {} } })
  const page = await harness.page()
  await page.post('/api/v1/connections/own', { values: { key: 'x' } })
  const credentials = '/api/v1/connections/own/credentials'
  assert.equal((await page.post(credentials, force)).status, 504)
  await wait(900)
  assert.equal((await page.post(credentials)).body.accessToken, 'at-2')
  assert.equal((await page.post(credentials, force)).body.accessToken, 'at-3')
  assert.deepEqual(seen, ['rt-1', 'rt-2'])
})
