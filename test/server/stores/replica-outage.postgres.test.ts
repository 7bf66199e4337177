/** Replica processes when their database is new, newer than they are, gone, or read-only. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../../src/fakes/index.ts'
import { migrations } from '../../../src/server/stores/migrations.ts'
import type { Answer } from '../../support/backend.ts'
import { startBalancer } from '../../support/balancer.ts'
import { sharedPostgres, startPostgres } from '../../support/postgres.ts'
import { callsTo, replicaProcesses } from '../../support/replica-processes.ts'

const read = '/api/v1/connections/fake/credentials'
const outageMs = 5_000

async function prepare(t: TestContext, databaseUrl?: string, config: Readonly<Record<string, unknown>> = {}) {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const { clientId, clientSecret, issuer } = fake
  const place = databaseUrl === undefined ? {} : { databaseUrl }
  const client = { clientId, clientSecret }
  return { fake, replicas: await replicaProcesses(t, { connector: fake.record(), client, issuer, config, ...place }) }
}

test('four replicas that start at once on an empty database are one backend', async (t) => {
  const { fake, replicas } = await prepare(t)
  const four = await Promise.all(Array.from({ length: 4 }, () => replicas.start()))
  const pages = await Promise.all(four.map(({ url }) => callsTo(url, fake).page()))
  assert.equal(new Set(pages.map(({ token }) => token.split('_')[1])).size, 1, 'one space key')
  const { rows } = await sql<{ version: number }>`SELECT version FROM schema_version`.execute(replicas.store.db)
  assert.deepEqual(rows, [{ version: migrations.length }])
  assert.equal((await pages[0]?.connect())?.body.status, 'ACTIVE')
  const answers = await Promise.all(pages.map((page) => page.post(read)))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
})

test('a replica that runs goes on when a newer one has migrated; an older one refuses to start, with words', async (t) => {
  const { fake, replicas } = await prepare(t)
  const { url } = await replicas.start()
  const page = await callsTo(url, fake).page()
  await page.connect()
  const { db } = replicas.store
  await sql`UPDATE schema_version SET version = version + 1`.execute(db)
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  const meta = await db.selectFrom('meta').selectAll().orderBy('name').execute()
  await assert.rejects(replicas.start(), /ended with 2: [^]*The store has schema version \d+, this program knows \d+\./)
  assert.deepEqual(await db.selectFrom('meta').selectAll().orderBy('name').execute(), meta, 'nothing was changed')
})

test('the database is away for five seconds, under load: only retryable answers, and then all goes on by itself', async (t) => {
  const server = await startPostgres()
  const database = await server.createDatabase()
  const { fake, replicas } = await prepare(t, server.url(database))
  const both = await Promise.all([replicas.start(), replicas.start()])
  const urls = both.map(({ url }) => url)
  const calls = callsTo((await startBalancer(t, urls)).url, fake)
  const people = Array.from({ length: 6 }, (_, index) => `person-${index}`)
  for (const subject of people) assert.equal((await (await calls.page(subject)).connect()).body.status, 'ACTIVE')
  const ask = (subject: string) => calls.host('POST', read, { subject, forceRefresh: true })

  let away = true
  const load = people.map(async (subject) => {
    const answers: Answer[] = []
    while (away) {
      answers.push(await ask(subject))
      await wait(100)
    }
    return answers
  })
  await wait(500)
  // A refresh is under way: its token must be kept, though nothing can be written.
  const { asked } = await untilAsked(fake, ask, 'person-0')
  await server.kill()
  assert.deepEqual(await statusesOf(urls, '/readyz'), [503, 503])
  assert.deepEqual(await statusesOf(urls, '/healthz'), [200, 200])
  await wait(outageMs)
  await server.start()
  away = false
  const answers = [...(await Promise.all(load)).flat(), ...(await asked)]
  assertRetryable(answers)
  const logs = both.map(({ log }) => log()).join('')
  assert.match(logs, /TOKENS ARE HELD IN MEMORY ALONE/, 'a refresh token was on its way')

  for (const subject of people) assert.equal((await untilGood(() => ask(subject))).status, 200, subject)
  assert.deepEqual(await statusesOf(urls, '/readyz'), [200, 200])
  assert.equal(fake.grants.reuses, 0)
  const { rows } = await sql`SELECT 1 FROM connection WHERE status <> 'active'`.execute(replicas.store.db)
  assert.deepEqual(rows, [])
})

test('a database that is read-only for a while: reads go on, nothing is spent, and no restart is needed', async (t) => {
  const server = await sharedPostgres()
  const database = await server.createDatabase()
  const { fake, replicas } = await prepare(t, server.url(database))
  const { url } = await replicas.start()
  const { host, page } = callsTo(url, fake)
  const ana = await page()
  await ana.connect()
  const become = async (readOnly: 'on' | 'off') => {
    await server.admin(`ALTER DATABASE ${database} SET default_transaction_read_only = ${readOnly}`)
    await server.admin(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`)
    // The replica hears of the end of its connections.
    await wait(200)
  }
  await become('on')
  const calls = fake.requests.length
  assert.equal((await ana.post(read)).status, 200)
  assertRetryable([
    await host('POST', '/api/v1/api-keys', { name: 'one' }),
    await ana.post(read, { forceRefresh: true }),
  ])
  assert.equal(fake.requests.length, calls, 'no refresh token is sent while the new one could not be stored')
  await become('off')
  assert.equal((await host('POST', '/api/v1/api-keys', { name: 'one' })).status, 201)
  assert.equal((await ana.post(read, { forceRefresh: true })).status, 200)
  assert.equal(fake.grants.reuses, 0)
})

test('replicas that want more connections than there are: only retryable answers, and everybody is served in the end', async (t) => {
  const server = await startPostgres(['max_connections=10', 'superuser_reserved_connections=0'])
  const url = server.url(await server.createDatabase())
  const { fake, replicas } = await prepare(t, url, { databaseConnections: 9 })
  const both = [await replicas.start(), await replicas.start()]
  const pages = await Promise.all(both.map((replica) => callsTo(replica.url, fake).page()))
  await pages[0]?.connect()
  const crowd = () => Array.from({ length: 60 }, (_, index) => pages[index % 2]).filter((page) => page !== undefined)
  const answers = await Promise.all(crowd().map((page) => page.post(read, { forceRefresh: true })))
  assertRetryable(answers)
  const served = await Promise.all(crowd().map((page) => untilGood(() => page.post(read))))
  assert.deepEqual([...new Set(served.map(({ status }) => status))], [200])
  assert.equal(fake.grants.reuses, 0)
})

/** Refreshes through several callers, and is there when the authorization server has given a token that is not stored yet. */
async function untilAsked(fake: FakeAuthorizationServer, ask: (subject: string) => Promise<Answer>, subject: string) {
  const before = fake.requests.length
  fake.script(...Array.from({ length: 6 }, () => ({ kind: 'delay', ms: 400 }) as const))
  const asked = Promise.all(Array.from({ length: 4 }, () => ask(subject)))
  while (!fake.requests.slice(before).some(({ path }) => path === '/token')) await wait(10)
  return { asked }
}

const statusesOf = (urls: readonly string[], path: string) =>
  Promise.all(urls.map(async (url) => (await fetch(`${url}${path}`)).status))

/** What is not an answer is a fault that passes, and says when to ask again. */
function assertRetryable(answers: readonly Answer[]): void {
  const failed = answers.filter(({ status }) => status !== 200)
  assert.ok(failed.some(({ body }) => body.reason === 'storage_unavailable'))
  for (const { status, body, headers } of failed) {
    assert.deepEqual([status, body.retryable], [503, true], JSON.stringify(body))
    assert.ok(Number(headers.get('retry-after')) >= 1)
  }
}

/** As a client does: what is retryable is asked again. */
async function untilGood(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask()
    if (answer.body.retryable !== true) return answer
    await wait(100)
  }
}
