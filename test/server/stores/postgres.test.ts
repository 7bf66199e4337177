/** The PostgreSQL store: the contract, then what only a server and a network can do. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { type TcpCutter, startTcpCutter } from '../../../src/fakes/index.ts'
import { type Store, InvalidRequestError } from '../../../src/server/index.ts'
import { type PostgresOptions, postgresStore } from '../../../src/server/postgres.ts'
import { migrateSchema } from '../../../src/server/stores/migrate.ts'
import { migrations } from '../../../src/server/stores/migrations.ts'
import { type Harness, startHarness } from '../../support/backend.ts'
import { sharedPostgres, startPostgres } from '../../support/postgres.ts'
import { newDatabase } from '../../support/store.ts'
import { meta, openIn, storeContract } from './contract.ts'
import { flowContract } from './contract-flows.ts'

storeContract(() => newDatabase('postgres'))
flowContract(() => newDatabase('postgres'))

const read = '/api/v1/connections/fake/credentials'
const quick = { connectTimeoutSeconds: 1, statementTimeoutSeconds: 1 }

/** A backend whose way to the database goes through a cutter. */
async function startCut(
  t: TestContext,
  options: Partial<PostgresOptions> = {},
): Promise<{ harness: Harness; cutter: TcpCutter; store: Store }> {
  const server = await sharedPostgres()
  const cutter = await startTcpCutter({ target: { port: server.port } })
  const store = postgresStore({
    connectionString: server.url(await server.createDatabase(), cutter.port),
    ...quick,
    ...options,
  })
  const harness = await startHarness(t, { backend: { store } })
  t.after(() => cutter.close())
  return { harness, cutter, store }
}

async function assertUnavailable(answering: Promise<Awaited<ReturnType<Harness['host']>>>): Promise<void> {
  const { status, body, headers } = await answering
  assert.deepEqual([status, body.reason, body.retryable], [503, 'storage_unavailable', true])
  assert.equal(headers.get('retry-after'), '1')
}

const insertBoth = (store: Store) =>
  store.db
    .insertInto('meta')
    .values([
      { name: 'a', value: '' },
      { name: 'b', value: '' },
    ])
    .execute()

const newKey = (harness: Harness) => harness.host('POST', '/api/v1/api-keys', { name: 'one' })

test('connections that are cut in the middle of a transaction are a fault; the next request has new ones', async (t) => {
  const { harness, cutter } = await startCut(t)
  const page = await harness.page()
  await page.connect()
  for (const statement of ['insert into "api_key"', 'insert into "audit"', 'COMMIT']) {
    cutter.cutAt(statement, 'before')
    await assertUnavailable(newKey(harness))
    assert.equal((await page.post(read)).status, 200, `after ${statement}`)
  }
  assert.deepEqual((await harness.host('GET', '/api/v1/api-keys')).body.apiKeys.length, 1, 'nothing was half made')
  cutter.cut()
  // Connections that ended while nobody used them cost nobody a request, once their end is known.
  await wait(50)
  assert.equal((await page.post(read)).status, 200)
})

test('a commit whose answer is lost is a fault, though it stands', async (t) => {
  const { harness, cutter } = await startCut(t)
  cutter.cutAt('COMMIT', 'after')
  await assertUnavailable(newKey(harness))
  assert.equal((await harness.host('GET', '/api/v1/api-keys')).body.apiKeys.length, 2)
})

test('a network that swallows everything is a fault after the time limit, and forgotten when it is back', async (t) => {
  const { harness, cutter } = await startCut(t)
  const page = await harness.page()
  await page.connect()
  cutter.pause()
  const started = Date.now()
  await Promise.all([assertUnavailable(page.post(read)), assertUnavailable(newKey(harness))])
  assert.ok(Date.now() - started < 5_000)
  cutter.resume()
  assert.equal((await page.post(read)).status, 200)
})

test('a server that is killed and comes back is a fault meanwhile; no restart of the backend is needed', async (t) => {
  const server = await startPostgres()
  const store = postgresStore({ connectionString: server.url(await server.createDatabase(), server.port), ...quick })
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  const open = store.db.transaction().execute(async (trx) => {
    await trx.insertInto('meta').values({ name: 'x', value: '' }).execute()
    await server.kill()
    await trx.insertInto('meta').values({ name: 'y', value: '' }).execute()
  })
  const error = await open.catch((one: unknown) => one)
  assert.equal(store.isFault(error), true)
  await assertUnavailable(page.post(read))
  await assertUnavailable(newKey(harness))
  assert.equal((await harness.call('GET', '/readyz')).status, 503)
  assert.equal((await harness.call('GET', '/healthz')).status, 200)
  await server.start()
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal((await harness.call('GET', '/readyz')).status, 200)
  assert.equal(await meta(store, 'x'), undefined)
})

test('sessions that an operator ends are replaced', async (t) => {
  const { harness, store } = await startCut(t)
  const page = await harness.page()
  await page.connect()
  const server = await sharedPostgres()
  const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'connector-auth'`
  const open = store.db.transaction().execute(async (trx) => {
    await trx.insertInto('meta').values({ name: 'x', value: '' }).execute()
    await server.admin(terminate)
    await trx.insertInto('meta').values({ name: 'y', value: '' }).execute()
  })
  assert.equal(store.isFault(await open.catch((one: unknown) => one)), true)
  assert.equal((await page.post(read)).status, 200)
})

test('a server without room for another connection is a fault, and more is served when there is room', async (t) => {
  const server = await startPostgres(['max_connections=5', 'superuser_reserved_connections=0'])
  const url = server.url(await server.createDatabase())
  const store = postgresStore({ connectionString: url, ...quick, idleTimeoutSeconds: 0.1 })
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  // Our own connections have gone; somebody else takes them all.
  await wait(300)
  const greedy = postgresStore({ connectionString: url, maxConnections: 5 })
  const held = Array.from({ length: 5 }, () => sql`SELECT pg_sleep(1)`.execute(greedy.db))
  await wait(300)
  await assertUnavailable(page.post(read))
  await Promise.all(held)
  await greedy.close()
  await wait(100)
  assert.equal((await page.post(read)).status, 200)
})

test('more requests than connections wait their turn; one that waits too long is a fault', async (t) => {
  const { store } = await startCut(t, { maxConnections: 1, statementTimeoutSeconds: 5 })
  const sleep = (seconds: number) => sql`SELECT pg_sleep(${seconds})`.execute(store.db)
  await Promise.all([sleep(0.1), sleep(0.1), sleep(0.1)])
  const long = sleep(1.5)
  const error = await sleep(0).catch((one: unknown) => one)
  assert.equal(store.isFault(error), true)
  await long
  await sleep(0)
})

test('a server that became read-only is a fault, and the next connection may be to another one', async (t) => {
  const { harness, store } = await startCut(t, { maxConnections: 1 })
  const page = await harness.page()
  await page.connect()
  await sql`SELECT set_config('default_transaction_read_only', 'on', false)`.execute(store.db)
  assert.equal((await page.post(read)).status, 200, 'reads go on')
  await assertUnavailable(newKey(harness))
  assert.equal((await newKey(harness)).status, 201)
})

test('a transaction that nobody goes on with is ended by the server, and keeps nobody waiting', async (t) => {
  const { store } = await startCut(t)
  await store.db.insertInto('meta').values({ name: 'x', value: '0' }).execute()
  const set = (value: string) => store.db.updateTable('meta').set({ value }).where('name', '=', 'x')
  const stuck = store.db.transaction().execute(async (trx) => {
    await trx.updateTable('meta').set({ value: 'stuck' }).where('name', '=', 'x').execute()
    await wait(1_600)
    await trx.updateTable('meta').set({ value: 'late' }).where('name', '=', 'x').execute()
  })
  const error = stuck.catch((one: unknown) => one)
  await wait(200)
  await set('other').execute()
  assert.equal(store.isFault(await error), true)
  assert.equal(await meta(store, 'x'), 'other')
})

test('two transactions that wait for each other are both kept: the one that the server ended runs again', async (t) => {
  const { store } = await startCut(t, { statementTimeoutSeconds: 5 })
  await insertBoth(store)
  let runs = 0
  const both = (first: string, second: string) =>
    store.db.transaction().execute(async (trx) => {
      runs += 1
      const append = sql<string>`value || ${first}`
      await trx.updateTable('meta').set({ value: append }).where('name', '=', first).execute()
      await wait(100)
      await trx.updateTable('meta').set({ value: append }).where('name', '=', second).execute()
    })
  await Promise.all([both('a', 'b'), both('b', 'a')])
  assert.equal(runs, 3)
  // Each wrote once in each row: nothing of the run that was ended stayed.
  const written = await meta(store, 'a')
  assert.ok(written === 'ab' || written === 'ba', written)
  assert.equal(await meta(store, 'b'), written)
})

test('a transaction that comes too late again and again is given up after three tries, as a fault', async (t) => {
  const { store } = await startCut(t)
  let runs = 0
  const losing = store.db.transaction().execute(async (trx) => {
    runs += 1
    await sql`DO $$ BEGIN RAISE EXCEPTION 'too late' USING ERRCODE = 'serialization_failure'; END $$`.execute(trx)
  })
  assert.equal(store.isFault(await losing.catch((one: unknown) => one)), true)
  assert.equal(runs, 3)
  const wrong = store.db.transaction().execute(async (trx) => {
    runs += 1
    await sql`SELECT 1 / 0`.execute(trx)
  })
  await assert.rejects(wrong, /division by zero/)
  assert.equal(runs, 4, 'what is wrong in itself is not tried again')
})

test('a wrong password or a missing database is told in words and is a fault', async (t) => {
  const server = await sharedPostgres()
  const store = openIn(t, { open: () => postgresStore({ connectionString: server.url('nowhere'), ...quick }) })
  const error = await store.migrate().catch((one: unknown) => one)
  assert.match(String(error), /database "nowhere" does not exist/)
  assert.equal(store.isFault(error), true)
})

test('nothing of a session stays: no named statement, no lock, no setting', async (t) => {
  const { harness, store } = await startCut(t, { maxConnections: 1 })
  await (await harness.page()).connect()
  const count = async (from: string) =>
    (await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.raw(from)}`.execute(store.db)).rows[0]?.n
  assert.equal(await count('pg_prepared_statements'), 0)
  assert.equal(await count("pg_locks WHERE locktype = 'advisory'"), 0)
  assert.equal(await count("pg_settings WHERE source = 'session'"), 0)
})

test('a BIGINT is a number here and stays a text elsewhere in the process', async () => {
  const { types } = await import('pg')
  assert.equal(types.getTypeParser(20)('1'), '1')
})

test('a migration that is interrupted leaves the version before it, and its tables work', async (t) => {
  const database = await newDatabase('postgres')
  const store = openIn(t, database)
  await store.migrate()
  const place = {
    prepare: async () => undefined,
    read: async () => migrations.length,
    write: async () => assert.fail('the number was written'),
  }
  const broken = [...migrations, ['CREATE TABLE half (id TEXT)', 'CREATE TABLE half (id TEXT)']]
  await assert.rejects(migrateSchema(store.db, place, broken), /already exists/)
  await assert.rejects(sql`SELECT * FROM half`.execute(store.db), /does not exist/)
  assert.deepEqual(await store.migrate(), { from: migrations.length, to: migrations.length })
})

test('an old program refuses a newer schema in words', async (t) => {
  const store = openIn(t, await newDatabase('postgres'))
  await store.migrate()
  await sql`UPDATE schema_version SET version = version + 1`.execute(store.db)
  await assert.rejects(
    store.migrate(),
    (error: unknown) => error instanceof InvalidRequestError && error.reason === 'store_schema_newer',
  )
})

test('a migration waits for another one for longer than a statement may take', async (t) => {
  const server = await sharedPostgres()
  const connectionString = server.url(await server.createDatabase())
  const other = postgresStore({ connectionString })
  t.after(() => other.close())
  await other.version()
  const store = postgresStore({ connectionString, statementTimeoutSeconds: 0.2 })
  t.after(() => store.close())
  let migrating: Promise<unknown> | undefined
  await other.db.transaction().execute(async (trx) => {
    await sql`LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE`.execute(trx)
    migrating = store.migrate()
    migrating.catch(() => undefined)
    await wait(1_500)
  })
  await migrating
  assert.equal(await store.version(), migrations.length)
})
