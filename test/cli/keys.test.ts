import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { readKeyRing, sqliteStore, verifyKeys } from '../../src/server/index.ts'
import { type Harness, startHarness } from '../support/backend.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const read = '/api/v1/connections/fake/credentials'

interface Installation {
  readonly folder: string
  readonly database: DatabaseSync
  keys(...args: string[]): Promise<{ readonly code: number; readonly output: string }>
  /** The keys of the environment file. */
  entries(): readonly string[]
  ids(): readonly string[]
  start(sealingKeys?: readonly string[]): Promise<Harness>
}

/** A folder as `init` leaves it, with a configuration and a store beside it. */
async function install(t: TestContext): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const run = async (...args: string[]) => {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })
      return { code: 0, output: stdout + stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as Error & { code: number; stdout: string; stderr: string }
      return { code, output: stdout + stderr }
    }
  }
  await run('init')
  writeFileSync(
    join(folder, 'connector-auth.json'),
    JSON.stringify({ publicUrl: 'https://app.test', connectors: [], clients: {}, database: 'store.sqlite' }),
  )
  const file = join(folder, 'store.sqlite')
  const store = sqliteStore(file)
  await store.migrate()
  await store.close()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 5000')
  t.after(() => database.close())
  const entries = () => {
    const text = readFileSync(join(folder, '.env'), 'utf8')
    return (/^CONNECTOR_AUTH_SEALING_KEYS=(.*)$/m.exec(text)?.[1] ?? '').split(',')
  }
  return {
    folder,
    database,
    keys: (...args) => run('keys', ...args),
    entries,
    ids: () => entries().map((entry) => entry.split(':')[0] ?? ''),
    start: (sealingKeys = entries()) => startHarness(t, { backend: { store: sqliteStore(file), sealingKeys } }),
  }
}

const wrapping = (database: DatabaseSync) =>
  database
    .prepare('SELECT DISTINCT wrapping_key AS id FROM data_key')
    .all()
    .map((row) => row['id'])

test('add writes a key last, for one reader, and never says its value unless asked', async (t) => {
  const { folder, keys, entries, ids } = await install(t)
  const [first] = entries()
  const { code, output } = await keys('add')
  assert.equal(code, 0)
  assert.deepEqual([entries()[0], entries().length], [first, 2], 'the old one still seals')
  assert.equal(new Set(ids()).size, 2)
  for (const entry of entries()) assert.equal(output.includes(entry.slice(entry.indexOf(':') + 1)), false)
  assert.match(output, /Deploy the file to every backend/)
  assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600)
  assert.match(readFileSync(join(folder, '.env'), 'utf8'), /^CONNECTOR_AUTH_API_KEYS=cak_/m)
  const printed = await keys('add', '--print')
  assert.match(printed.output, /^k\d{8}:[\w-]{43}\n$/)
  assert.equal(entries().length, 2, 'what is printed is not written')
  assert.equal((await keys('add', '--file', 'none.env')).code, 2)
})

test('a key is added, rotated to, verified and dropped, while a backend runs', async (t) => {
  const { database, keys, entries, ids, start } = await install(t)
  await keys('add')
  const [old = '', next = ''] = ids()
  const harness = await start()
  const page = await harness.page('ana', { tenant: 'a' })
  await page.connect()
  assert.equal((await keys('drop', old)).code, 2, 'the key that seals stays')
  const before = await keys('verify')
  assert.match(before.output, new RegExp(`^${old}: 2 data keys \\(seals\\)$`, 'm'))
  assert.match(before.output, new RegExp(`^${next}: 0 data keys$`, 'm'))

  const rotated = await keys('rotate', '--to', next)
  assert.equal(rotated.code, 0, rotated.output)
  assert.match(rotated.output, new RegExp(`2 data keys were wrapped under ${next}`))
  assert.deepEqual(wrapping(database), [next])
  assert.deepEqual(ids(), [next, old])
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200, 'the backend of before goes on')
  await harness.backend.close()
  // It would have wrapped under the old key until it was started again.
  const late = await start(entries().toReversed())
  await (await late.page('ben', { tenant: 'b' })).connect()
  await late.backend.close()
  const refused = await keys('drop', old)
  assert.deepEqual([refused.code, /still wraps 1 data keys/.test(refused.output)], [2, true])
  await keys('rotate')

  assert.equal((await keys('verify', '--all')).code, 0)
  assert.equal((await keys('drop', old)).code, 0)
  assert.deepEqual(ids(), [next])
  const after = await start()
  for (const [subject, tenant] of [
    ['ana', 'a'],
    ['ben', 'b'],
  ] as const)
    assert.notEqual((await (await after.page(subject, { tenant })).post(read)).body.reason, 'key_unavailable')
})

test('rotate --data seals every row under a new data key, and the rows of before are readable all the while', async (t) => {
  const { database, keys, start } = await install(t)
  const harness = await start()
  const page = await harness.page('ana', { tenant: 'a' })
  await page.connect()
  await page.begin()
  await harness.host('PUT', '/api/v1/connectors/fake', {
    registration: { clientId: harness.fake.clientId, clientSecret: harness.fake.clientSecret },
  })
  const rotated = await keys('rotate', '--data')
  assert.equal(rotated.code, 0, rotated.output)
  assert.match(rotated.output, /2 data keys were made/)
  const newest = new Set(
    database
      .prepare('SELECT id FROM data_key WHERE version = 2')
      .all()
      .map((row) => row['id']),
  )
  for (const text of sealedTexts(database)) assert.ok(newest.has(text.split('.')[1] ?? ''), text.slice(0, 30))
  assert.equal((await page.post(read)).status, 200, 'the running backend finds the new key by its id')
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.match((await keys('rotate')).output, /0 data keys were made/)
  assert.equal((await keys('verify', '--all')).code, 0)
})

test('verify and rotate tell what they cannot read, and end with 1', async (t) => {
  const { database, keys, start } = await install(t)
  const harness = await start()
  await (await harness.page('ana', { tenant: 'a' })).connect()
  await (await harness.page('ben', { tenant: 'b' })).connect()
  database.exec("UPDATE credential SET refresh_token = 'v1.' || hex(randomblob(8)) || '.x.y.z' WHERE rowid = 1")
  database.exec("UPDATE data_key SET wrapping_key = 'gone' WHERE tenant = 'b'")
  const verified = await keys('verify')
  assert.equal(verified.code, 1)
  assert.match(verified.output, /NOT OPENED: credential \w+ refresh_token/)
  assert.match(verified.output, /gone: 1 data keys \(MISSING in the list\)/)
  const rotated = await keys('rotate', '--data')
  assert.equal(rotated.code, 1)
  assert.match(rotated.output, /NOT READ: data key \w+, wrapped by gone/)
  assert.match(rotated.output, /NOT READ: credential/)
})

const kills = 20
const tenants = 40

test(`rotation is killed ${kills} times at random instants: every row is readable all the while, and the rest is done by the next run`, async (t) => {
  const { folder, database, keys, entries, ids, start } = await install(t)
  const store = sqliteStore(join(folder, 'store.sqlite'))
  t.after(() => store.close())
  await keys('add')
  const [, next = ''] = ids()
  // A backend that has both keys, and runs through all of it.
  const harness = await start()
  const readers = await Promise.all(
    Array.from({ length: tenants }, (_, index) => harness.page('ana', { tenant: `t${index}` })),
  )
  for (const page of readers) await page.connect()
  let killed = 0
  let halfway = 0
  for (let count = 0; count < kills; count += 1) {
    const child = spawn(process.execPath, [main, 'keys', 'rotate', '--data', '--to', next], { cwd: folder })
    const exit = once(child, 'exit')
    // Most of the time goes by until it has begun: wait for its first write, then for a random moment.
    await wroteOrEnded(database, exit)
    await pause(Math.random() * 60)
    child.kill('SIGKILL')
    if ((await exit)[1] === 'SIGKILL') killed += 1
    if (new Set(sealedTexts(database).map(isNewest(database))).size === 2) halfway += 1
    const reader = readers[count % tenants]
    assert.equal((await reader?.post(read, count % 3 === 0 ? { forceRefresh: true } : {}))?.status, 200)
    const { failed } = await verifyKeys({ store, ring: readKeyRing(entries()), space: 'default', all: true })
    assert.deepEqual(failed, [])
  }
  assert.ok(killed > kills / 2, `${killed} of ${kills} were killed while they ran`)
  t.diagnostic(`${killed} killed, ${halfway} with old and new rows side by side`)
  const last = await keys('rotate', '--to', next)
  assert.equal(last.code, 0, last.output)
  assert.deepEqual(wrapping(database), [next])
  assert.ok(sealedTexts(database).every(isNewest(database)))
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
  assert.equal(harness.fake.grants.reuses, 0)
  await harness.backend.close()
  const again = await start()
  for (let index = 0; index < tenants; index += 1)
    assert.equal((await (await again.page('ana', { tenant: `t${index}` })).post(read)).status, 200)
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function wroteOrEnded(database: DatabaseSync, exit: Promise<unknown>): Promise<void> {
  const version = () => Number(database.prepare('PRAGMA data_version').get()?.['data_version'])
  const before = version()
  let ended = false
  void exit.then(() => (ended = true))
  while (!ended && version() === before) await pause(2)
}

/** Tells of a sealed text whether it is under its tenant's newest data key. */
function isNewest(database: DatabaseSync): (text: string) => boolean {
  const rows = database
    .prepare('SELECT id FROM data_key d WHERE version = (SELECT max(version) FROM data_key WHERE tenant = d.tenant)')
    .all()
  const ids = new Set(rows.map((row) => String(row['id'])))
  return (text) => ids.has(text.split('.')[1] ?? '')
}

function sealedTexts(database: DatabaseSync): readonly string[] {
  const queries = [
    'SELECT access_token AS text FROM credential',
    'SELECT refresh_token AS text FROM credential',
    'SELECT details AS text FROM credential',
    'SELECT details AS text FROM auth_session',
    'SELECT secret AS text FROM client_registration',
    "SELECT value AS text FROM meta WHERE name LIKE 'space_key:%'",
  ]
  return queries
    .flatMap((query) =>
      database
        .prepare(query)
        .all()
        .map((row) => String(row['text'])),
    )
    .filter((text) => text !== '')
}
