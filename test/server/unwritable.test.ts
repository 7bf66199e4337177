import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { postgresStore } from '../../src/server/postgres.ts'
import type { Answer } from '../support/backend.ts'
import { type Place, type Remains, type Running, loadBackend, newRemains, startBackend } from '../support/crashes.ts'
import { startPostgres } from '../support/postgres.ts'
import { fillDisk, limitFiles } from '../support/stoppage.ts'

const limits = { tokenEndpointSeconds: 5, leaseSeconds: 6, graceSeconds: 6 }

async function stage(t: TestContext, remains: Remains) {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const place: Place = { remains, fakes: { fake }, options: { limits } }
  const refreshes = () => fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  return {
    fake,
    refreshes,
    start: () => startBackend(t, place),
    load: () => loadBackend(t, place),
    journal: () => readFileSync(remains.journal, 'utf8'),
    /** Refreshes; `meanwhile` comes when the refresh token is spent and the answer is on its way. */
    async spend(running: Running, meanwhile: () => unknown): Promise<Answer> {
      const before = refreshes()
      fake.script({ kind: 'delay', ms: 300 })
      const answer = read(running)
      await until(() => refreshes() > before)
      await meanwhile()
      return answer
    },
  }
}

async function connect({ calls }: Running): Promise<void> {
  const { body } = await (await calls.page('ana')).connect()
  assert.equal(body.status, 'ACTIVE', JSON.stringify(body))
}

const read = ({ calls }: Running): Promise<Answer> =>
  calls.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana', forceRefresh: true })

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await holds()); await wait(10)) assert.ok(Date.now() < end, 'in time')
}

function assertKept({ status, body }: Answer): void {
  assert.deepEqual([status, body.reason, body.retryable], [503, 'storage_unavailable', true])
}

test('the disk is full when the new tokens come: they are in the journal, and the process that is started after a kill has them', async (t) => {
  const remains = await newRemains('sqlite')
  const { fake, start, spend, refreshes, journal } = await stage(t, remains)
  const first = await start()
  await connect(first)
  const { database } = remains
  assert.ok('file' in database)
  assertKept(await spend(first, () => fillDisk(first.child.pid, database.file)))
  assertKept(await read(first))
  assert.equal(refreshes(), 1, 'the old refresh token is not sent again')
  assert.match(journal(), /"kind":"refresh"/)
  assert.equal(journal().includes('fake-'), false)
  await first.kill()

  const second = await start()
  assert.equal(journal(), '', 'the tokens are in the store')
  assert.equal((await read(second)).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [2, 0], 'the new refresh token was used')
})

test('killed again and again while it takes up its journal: no token is lost, and none is stored twice', async (t) => {
  const remains = await newRemains('sqlite')
  const { fake, start, load, spend, refreshes, journal } = await stage(t, remains)
  const first = await start()
  await connect(first)
  const { database } = remains
  assert.ok('file' in database)
  assertKept(await spend(first, () => fillDisk(first.child.pid, database.file)))
  await first.kill()
  for (let count = 0; count < 10; count += 1) {
    const next = load()
    const ended = next.begin().catch(() => undefined)
    await next.loaded
    await wait(count * 8)
    await next.kill()
    await ended
  }
  const last = await start()
  assert.equal(journal(), '')
  const store = remains.open()
  const { generation } = await store.db.selectFrom('credential').select('generation').executeTakeFirstOrThrow()
  await store.close()
  assert.equal(generation, 2)
  assert.equal((await read(last)).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [2, 0])
})

test('the disk is full for store and journal: said loudly, nothing is sent again, and all is stored when there is room', async (t) => {
  const { fake, start, spend, refreshes, journal } = await stage(t, await newRemains('sqlite'))
  const first = await start()
  await connect(first)
  assertKept(await spend(first, () => limitFiles(first.child.pid, 0)))
  assert.match(first.log(), /TOKENS ARE HELD IN MEMORY ALONE/)
  assert.equal(journal(), '')
  assertKept(await read(first))
  assert.equal(refreshes(), 1)
  limitFiles(first.child.pid, 'unlimited')
  assert.equal((await read(first)).status, 200)
  assert.equal(refreshes(), 1, 'the answer is what was held')
  await first.kill()
  const second = await start()
  assert.equal((await read(second)).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [2, 0])
})

test('PostgreSQL is killed when the new tokens come: they are in the journal, and the next process stores them when it is back', async (t) => {
  const server = await startPostgres()
  const url = server.url(await server.createDatabase())
  const { folder, journal: file } = await newRemains('sqlite')
  const open = () => postgresStore({ connectionString: url })
  const remains = { database: { url }, folder, journal: file, open }
  const { fake, start, spend, refreshes, journal } = await stage(t, remains)
  const first = await start()
  await connect(first)
  assertKept(await spend(first, () => server.kill()))
  assert.match(journal(), /"kind":"refresh"/)
  const meanwhile = await read(first)
  assert.deepEqual([meanwhile.status, meanwhile.body.retryable], [503, true])
  await first.kill()
  await server.start()

  const second = await start()
  assert.equal(journal(), '')
  assert.equal((await read(second)).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [2, 0])
  await second.kill()
  await server.kill()
})
