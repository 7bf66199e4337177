import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { readKeyRing, sqliteStore } from '../../src/server/index.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { createDataKeys, maxEncryptions } from '../../src/server/sealing/data-keys.ts'
import { sealedTables } from '../../src/server/sealing/sealed-columns.ts'
import { createSealer } from '../../src/server/sealing/sealer.ts'
import { sealingKey, startHarness } from '../support/backend.ts'

const read = '/api/v1/connections/fake/credentials'
const fresh = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const newFile = () => join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')

async function startOnFile(t: TestContext) {
  const file = newFile()
  const harness = await startHarness(t, { backend: { store: sqliteStore(file) } })
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  return { ...harness, file, database }
}

/** Changes one column of one tenant's credential. */
function change(database: DatabaseSync, tenant: string, column: string, text: (before: string) => string) {
  const where = 'row_id IN (SELECT row_id FROM connection WHERE tenant = ?)'
  const before = database.prepare(`SELECT ${column} AS text FROM credential WHERE ${where}`).get(tenant)?.['text']
  database.prepare(`UPDATE credential SET ${column} = ? WHERE ${where}`).run(text(String(before)), tenant)
  return String(before)
}

const parts = (sealed: string, index: number, text: string) => sealed.split('.').with(index, text).join('.')

/** v1 . data key . header . nonce . ciphertext . tag */
const changes: [string, (sealed: string, others: { ben: string; column: string }) => string][] = [
  ['moved from another tenant', (_, { ben }) => ben],
  ['moved from another column', (_, { column }) => column],
  ['with a shortened tag', (sealed) => sealed.slice(0, -6)],
  ['with a shortened nonce', (sealed) => parts(sealed, 3, String(sealed.split('.')[3]).slice(0, 11))],
  ['with another nonce', (sealed) => parts(sealed, 3, randomBytes(12).toString('base64url'))],
  ['with a changed ciphertext', (sealed) => parts(sealed, 4, randomBytes(24).toString('base64url'))],
  ['without a tag', (sealed) => parts(sealed, 5, '')],
  ['with a header of no encryption', (sealed) => parts(sealed, 2, Buffer.from('{"alg":"none"}').toString('base64url'))],
  ['replaced by plaintext', () => 'fake-at-plain'],
  ['said to be v0', (sealed) => sealed.replace('v1.', 'v0.')],
  ['said to be v0 in plaintext', () => 'v0.fake-at-plain'],
  ['without a data key', (sealed) => sealed.split('.').toSpliced(1, 1).join('.')],
]
for (const [name, tamper] of changes) {
  test(`a sealed text ${name} does not open, and other rows do`, async (t) => {
    const { database, page } = await startOnFile(t)
    const ana = await page('ana', { tenant: 'a' })
    const ben = await page('ben', { tenant: 'b' })
    await ana.connect()
    await ben.connect()
    const others = {
      ben: change(database, 'b', 'access_token', (text) => text),
      column: change(database, 'a', 'refresh_token', (text) => text),
    }
    change(database, 'a', 'access_token', (text) => tamper(text, others))
    const { status, body } = await ana.post(read)
    assert.deepEqual([status, body.reason, body.retryable], [500, 'decrypt_failed', false])
    assert.equal((await ben.post(read)).status, 200)
  })
}

test('an older text of the same row does not open again', async (t) => {
  const { database, page } = await startOnFile(t)
  const ana = await page('ana', { tenant: 'a' })
  await ana.connect()
  const older = change(database, 'a', 'access_token', (text) => text)
  assert.equal((await ana.post(read, { forceRefresh: true })).status, 200)
  change(database, 'a', 'access_token', () => older)
  assert.equal((await ana.post(read)).body.reason, 'decrypt_failed')
})

test('each sealing has a nonce and text of its own', async () => {
  const { sealer } = await sealerOn(newFile())
  const sealed = await Promise.all(Array.from({ length: 200 }, () => sealer.seal('same', 'a', ['place'])))
  assert.equal(new Set(sealed.map((text) => text.split('.')[3])).size, 200)
})

const rings: [string, string[]][] = [
  ['empty', ['']],
  ['without a value', ['k1:']],
  ['short', [`k1:${randomBytes(31).toString('base64url')}`]],
  ['long', [`k1:${randomBytes(33).toString('base64url')}`]],
  ['in the wrong base64', [`k1:${Buffer.alloc(32, 0xff).toString('base64')}`]],
  ['of the same id as another', [fresh('k1'), fresh('k1')]],
  ['without an id', [randomBytes(32).toString('base64url')]],
]
for (const [name, entries] of rings) {
  test(`a sealing key ${name} is refused, and its value is not said`, () => {
    assert.throws(
      () => readKeyRing(entries),
      (error: Error & { reason?: string }) =>
        error.reason === 'invalid_configuration' &&
        entries.every((entry) => entry.length < 10 || !error.message.includes(entry.slice(3))),
    )
  })
}

test('a key whose id had another value before is refused at start, active or not', async () => {
  const file = newFile()
  const store = sqliteStore(file)
  const old = fresh('old')
  const { backend, close } = await startOn(store, [old, fresh('next')])
  await backend.ready()
  await close()
  for (const sealingKeys of [
    [old, fresh('next')],
    [fresh('next'), old],
  ]) {
    const second = await startOn(sqliteStore(file), sealingKeys)
    await assert.rejects(second.backend.ready(), { reason: 'key_unavailable', message: /next/ })
    await second.close()
  }
})

test('a missing key stops its own tenants only, and readyz names it', async (t) => {
  const file = newFile()
  const lost = fresh('lost')
  const harness = await startHarness(t, { backend: { store: sqliteStore(file), sealingKeys: [sealingKey] } })
  await (await harness.page('ben', { tenant: 'b' })).connect()
  await harness.backend.close()
  const both = await startHarness(t, { backend: { store: sqliteStore(file), sealingKeys: [lost, sealingKey] } })
  await (await both.page('ana', { tenant: 'a' })).connect()
  assert.equal((await both.call('GET', '/readyz')).status, 200)
  await both.backend.close()
  const without = await startHarness(t, { backend: { store: sqliteStore(file), sealingKeys: [sealingKey] } })
  const { status, body } = await (await without.page('ana', { tenant: 'a' })).post(read)
  assert.deepEqual([status, body.reason, body.retryable], [503, 'key_unavailable', true])
  assert.match(body.detail, /lost/)
  const attempt = await (await without.page('ana', { tenant: 'a' })).connect()
  assert.notEqual(attempt.body.status, 'ACTIVE', 'nothing is sealed for them under another key')
  assert.equal((await (await without.page('ben', { tenant: 'b' })).post(read)).status, 200)
  const ready = await without.call('GET', '/readyz')
  assert.deepEqual([ready.status, ready.body.reason], [503, 'key_unavailable'])
})

test('encryptions are counted in blocks, and a data key that is used up gets a successor', async (t) => {
  const file = newFile()
  const { sealer } = await sealerOn(file)
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  const before = await sealer.seal('one', 'a', ['place'])
  const used = () => database.prepare("SELECT version, used FROM data_key WHERE tenant = 'a' ORDER BY version").all()
  assert.deepEqual(
    used().map((row) => ({ ...row })),
    [{ version: 1, used: 10_000 }],
  )
  for (let count = 1; count < 10_000; count += 1) await sealer.seal('x', 'a', ['place'])
  assert.equal(used()[0]?.['used'], 10_000)
  database.exec(`UPDATE data_key SET used = ${maxEncryptions} WHERE tenant = 'a'`)
  const after = await sealer.seal('two', 'a', ['place'])
  assert.deepEqual(
    used().map((row) => row['version']),
    [1, 2],
  )
  assert.notEqual(after.split('.')[1], before.split('.')[1])
  const { sealer: another } = await sealerOn(file)
  assert.equal(await another.open(before, 'a', ['place']), 'one')
  assert.equal(await another.open(after, 'a', ['place']), 'two')
})

test('sealing goes on while the store is away, once the key is known', async () => {
  const file = newFile()
  const { sealer, store } = await sealerOn(file)
  await sealer.prepare('a')
  await store.close()
  const sealed = await sealer.seal('kept', 'a', ['place'])
  for (let count = 0; count < 10_500; count += 1) await sealer.seal('x', 'a', ['place'])
  const { sealer: another } = await sealerOn(file)
  assert.equal(await another.open(sealed, 'a', ['place']), 'kept')
  await assert.rejects(sealer.seal('x', 'unknown', ['place']))
})

/** Columns that hold no secret. Whoever adds a column decides here, or in the list that rotation walks through. */
const plain: Readonly<Record<string, string>> = {
  meta: 'name',
  data_key: 'id space tenant wrapping_key wrapped',
  connect_token: 'hash space org tenant subject owner tag actions scopes origins label',
  auth_session:
    'id space org tenant subject owner origin connector connection_id state_hash redirect_uri code_challenge scopes ' +
    'status request_hash outcome road registration binding_hash label completion_hash return_to',
  connection:
    'row_id space org tenant subject connector connection_id owner status reason account_id account_name ' +
    'scopes_requested scopes_granted registration',
  credential: 'row_id token_type lease_owner',
  connector: 'space id record registration',
  client_registration: 'id space connector client_id',
  revocation: 'id space org tenant subject connector connection_id registration',
  api_key: 'hash space id name last_four',
  audit: 'id space request_id actor_kind actor event target org tenant subject connector connection_id result reason',
}

test('every text column is known: as one that rotation seals anew, or as one that holds no secret', async (t) => {
  const { database } = await startOnFile(t)
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
  for (const { name } of tables) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`).all(String(name))
    const sealed = sealedTables.find(({ table }) => table === name)?.columns ?? []
    const known = [...(plain[String(name)] ?? '').split(' ').filter(Boolean), ...sealed].sort()
    assert.deepEqual(columns.map((column) => String(column['name'])).sort(), known, `columns of ${String(name)}`)
  }
})

async function sealerOn(file: string) {
  const store = sqliteStore(file)
  await store.migrate()
  const keys = createDataKeys({ store, ring: readKeyRing([sealingKey]), space: 'default' })
  return { store, sealer: createSealer(keys, 'default', silentLogger) }
}

async function startOn(store: ReturnType<typeof sqliteStore>, sealingKeys: readonly string[]) {
  const { createBackend } = await import('../../src/server/index.ts')
  const backend = createBackend({
    publicUrl: 'https://app.test/connector-auth',
    store,
    sealingKeys,
    connectors: [],
    clients: {},
  })
  return { backend, close: () => backend.close() }
}
