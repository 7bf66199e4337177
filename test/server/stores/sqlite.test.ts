/** The SQLite store: the contract, then what only a file can suffer. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { InvalidRequestError, sqliteStore } from '../../../src/server/index.ts'
import { startHarness } from '../../support/backend.ts'
import { newDatabase } from '../../support/store.ts'
import { meta, openIn, storeContract } from './contract.ts'
import { flowContract } from './contract-flows.ts'

storeContract(() => newDatabase('sqlite'))
flowContract(() => newDatabase('sqlite'))

const newFile = () => join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')

/** Another process on the file, which runs a script with `database` open, and says when it began. */
async function otherProcess(t: TestContext, file: string, script: string) {
  const code = `
    import { DatabaseSync } from 'node:sqlite'
    const database = new DatabaseSync(${JSON.stringify(file)})
    database.exec('PRAGMA busy_timeout = 10000')
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    ${script}`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  return { ended }
}

const writing = `
  console.log('begun')
  for (let round = 0; round < 300; round += 1) {
    database.exec("BEGIN IMMEDIATE; UPDATE meta SET value = value + 1 WHERE name = 'n'; COMMIT")
    if (round % 10 === 0) await wait(1)
  }`

test('two processes that read and write in transactions lose nothing, and none is refused', async (t) => {
  const file = newFile()
  const store = openIn(t, { open: () => sqliteStore(file) })
  await store.migrate()
  await store.db.insertInto('meta').values({ name: 'n', value: '0' }).execute()
  const other = await otherProcess(t, file, writing)
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      // Each statement alone, or read first and then written in one transaction: what a late lock would refuse.
      if (index % 2) await sql`UPDATE meta SET value = value + 1 WHERE name = 'n'`.execute(store.db)
      else
        await store.db.transaction().execute(async (trx) => {
          const row = await trx.selectFrom('meta').select('value').where('name', '=', 'n').executeTakeFirstOrThrow()
          await new Promise((resolve) => setImmediate(resolve))
          await trx
            .updateTable('meta')
            .set({ value: String(Number(row.value) + 1) })
            .where('name', '=', 'n')
            .execute()
        })
    }),
  )
  assert.deepEqual(await other.ended, [0, null])
  assert.equal(Number(await meta(store, 'n')), 600)
})

test('while another process holds the file, a write waits and the process does not stand still', async (t) => {
  const file = newFile()
  const store = openIn(t, { open: () => sqliteStore(file) })
  await store.migrate()
  await otherProcess(
    t,
    file,
    `database.exec('BEGIN IMMEDIATE'); console.log('begun'); await wait(1000); database.exec('COMMIT')`,
  )
  let longest = 0
  let last = Date.now()
  const ticking = setInterval(() => {
    longest = Math.max(longest, Date.now() - last)
    last = Date.now()
  }, 5)
  const started = Date.now()
  await store.db.insertInto('meta').values({ name: 'late', value: '' }).execute()
  clearInterval(ticking)
  assert.ok(Date.now() - started > 500, 'it waited')
  assert.ok(longest < 250, `the longest stand was ${longest} ms`)
  assert.equal(await meta(store, 'late'), '')
})

test('a file that stays busy is a fault after five seconds: 503 with Retry-After, then all is well', async (t) => {
  const file = newFile()
  const harness = await startHarness(t, { backend: { store: sqliteStore(file) } })
  const other = await otherProcess(
    t,
    file,
    `database.exec('BEGIN IMMEDIATE'); console.log('begun'); await wait(8000); database.exec('COMMIT')`,
  )
  const answer = await harness.host('POST', '/api/v1/api-keys', { name: 'one' })
  assert.deepEqual(
    [answer.status, answer.body.reason, answer.headers.get('retry-after')],
    [503, 'storage_unavailable', '1'],
  )
  assert.equal((await harness.host('GET', '/api/v1/api-keys')).status, 200, 'reads go on')
  await other.ended
  assert.equal((await harness.host('POST', '/api/v1/api-keys', { name: 'one' })).status, 201)
})

test('a full disk is a fault: 503, what was there is still read, and it goes on when there is room', async (t) => {
  const store = sqliteStore(newFile())
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  const { rows } = await sql<{ page_count: number }>`SELECT page_count FROM pragma_page_count`.execute(store.db)
  await sql.raw(`PRAGMA max_page_count = ${rows[0]?.page_count}`).execute(store.db)
  const fill = async () => {
    const name = 'x'.repeat(60)
    for (let round = 0; round < 500; round += 1) {
      const answer = await harness.host('POST', '/api/v1/api-keys', { name })
      if (answer.status !== 201) return answer
    }
    return assert.fail('it never was full')
  }
  const refused = await fill()
  assert.deepEqual([refused.status, refused.body.reason, refused.body.retryable], [503, 'storage_unavailable', true])
  const full = await store.db
    .insertInto('meta')
    .values({ name: 'x', value: 'x'.repeat(100_000) })
    .execute()
    .catch((error: unknown) => error)
  assert.equal(store.isFault(full), true)
  assert.equal((await page.post('/api/v1/connections/fake/credentials')).status, 200, 'reads go on')
  await sql.raw('PRAGMA max_page_count = 100000').execute(store.db)
  assert.equal((await harness.host('POST', '/api/v1/api-keys', { name: 'one' })).status, 201)
})

test('a file that may only be read is a fault, and reads go on', async (t) => {
  const store = sqliteStore(newFile())
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page()
  await page.connect()
  await sql.raw('PRAGMA query_only = ON').execute(store.db)
  assert.equal((await page.post('/api/v1/connections/fake/disconnect')).body.reason, 'storage_unavailable')
  assert.equal((await page.post('/api/v1/connections/fake/credentials')).status, 200)
  await sql.raw('PRAGMA query_only = OFF').execute(store.db)
  assert.equal((await page.post('/api/v1/connections/fake/disconnect')).status, 200)
})

const isUnusable = (error: unknown) =>
  error instanceof InvalidRequestError &&
  error.reason === 'store_unusable' &&
  /Mend the file's place/.test(error.message)

test('a damaged page, another kind of file and a missing folder are refused at start with a sentence', async (t) => {
  const file = newFile()
  const store = sqliteStore(file)
  await store.migrate()
  await store.close()
  const bytes = readFileSync(file)
  const pageSize = bytes.readUInt16BE(16)
  bytes.fill(0x5a, pageSize * 3, pageSize * 5)
  writeFileSync(file, bytes)
  const damaged = openIn(t, { open: () => sqliteStore(file) })
  await assert.rejects(damaged.migrate(), isUnusable)
  const other = newFile()
  writeFileSync(other, 'This is a letter, and no database. '.repeat(100))
  assert.throws(() => sqliteStore(other), isUnusable)
  assert.throws(() => sqliteStore('/nowhere/at/all/store.sqlite'), isUnusable)
})

test('a page that is damaged while the backend runs is a fault', async (t) => {
  const file = newFile()
  const store = openIn(t, { open: () => sqliteStore(file) })
  await store.migrate()
  await store.db
    .insertInto('meta')
    .values({ name: 'x', value: 'x'.repeat(50_000) })
    .execute()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  const bytes = readFileSync(file)
  // The last pages hold the long text; the tables' own are whole.
  bytes.fill(0x5a, bytes.length - bytes.readUInt16BE(16) * 5)
  writeFileSync(file, bytes)
  const reader = openIn(t, { open: () => sqliteStore(file) })
  const error = await meta(reader, 'x').catch((one: unknown) => one)
  assert.equal(reader.isFault(error), true)
})

test('a process that is killed while it writes loses nothing that it was told is written', async () => {
  const file = newFile()
  const script = `
    const { sqliteStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/server/stores/sqlite.ts'))})
    const store = sqliteStore(${JSON.stringify(file)})
    await store.migrate()
    for (let n = 0; ; n += 1) {
      const name = process.pid + '-' + n
      await store.db.transaction().execute((trx) => trx.insertInto('meta').values({ name, value: 'x'.repeat(500) }).execute())
      process.stdout.write(name + ' ')
    }`
  const told: string[] = []
  for (let round = 0; round < 5; round += 1) {
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => (text += String(chunk)))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60))
    child.kill('SIGKILL')
    await once(child, 'close')
    told.push(...text.split(' ').slice(0, -1))
    const database = new DatabaseSync(file)
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
    const written = new Set(
      database
        .prepare('SELECT name FROM meta')
        .all()
        .map((row) => row['name']),
    )
    assert.deepEqual(
      told.filter((name) => !written.has(name)),
      [],
    )
    database.close()
  }
  assert.ok(told.length > 5)
})
