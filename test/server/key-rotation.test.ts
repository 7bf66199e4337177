import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { readKeyRing, rotateKeys, sqliteStore, verifyKeys } from '../../src/server/index.ts'
import { maxEncryptions } from '../../src/server/sealing/data-keys.ts'
import { startHarness } from '../support/backend.ts'

const read = '/api/v1/connections/fake/credentials'
const space = 'default'
const key = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const newFile = () => join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')

test('data keys are rotated again and again while refreshes write: no write is lost, no refresh token is used twice', async (t) => {
  const file = newFile()
  const old = key('old')
  const next = key('next')
  const { fake, page: pageOf } = await startHarness(t, {
    backend: { store: sqliteStore(file), sealingKeys: [old, next] },
  })
  const pages = await Promise.all(Array.from({ length: 8 }, (_, index) => pageOf('ana', { tenant: `t${index}` })))
  for (const page of pages) await page.connect()
  const store = sqliteStore(file)
  t.after(() => store.close())
  let rotating = true
  const statuses = new Set<number>()
  const refreshing = pages.map(async (page) => {
    while (rotating) statuses.add((await page.post(read, { forceRefresh: true })).status)
  })
  let overtaken = 0
  try {
    for (let round = 0; round < 5; round += 1) {
      const ring = readKeyRing(round % 2 === 0 ? [next, old] : [old, next])
      const report = await rotateKeys({ store, ring, space, data: true })
      assert.deepEqual([report.unreadableKeys, report.unreadableRows], [[], []])
      overtaken += report.overtakenRows
    }
  } finally {
    rotating = false
    await Promise.all(refreshing)
  }
  t.diagnostic(`${overtaken} rows were overtaken`)
  assert.deepEqual(statuses, new Set([200]))
  assert.equal(fake.grants.reuses, 0)
  const verified = await verifyKeys({ store, ring: readKeyRing([old, next]), space, all: true })
  assert.deepEqual(verified.failed, [])
})

test('a data key that is half used up gets a successor at the next rotation, others do not', async (t) => {
  const file = newFile()
  const only = key('only')
  const { page } = await startHarness(t, { backend: { store: sqliteStore(file), sealingKeys: [only] } })
  for (const tenant of ['a', 'b']) await (await page('ana', { tenant })).connect()
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  database.exec(`UPDATE data_key SET used = ${maxEncryptions / 2} WHERE tenant = 'a'`)
  const store = sqliteStore(file)
  t.after(() => store.close())
  const report = await rotateKeys({ store, ring: readKeyRing([only]), space })
  assert.deepEqual([report.newDataKeys, report.unreadableRows], [1, []])
  assert.ok(report.resealedRows >= 1)
  assert.equal((await (await page('ana', { tenant: 'a' })).post(read)).status, 200)
  const again = await rotateKeys({ store, ring: readKeyRing([only]), space })
  assert.deepEqual([again.newDataKeys, again.resealedRows], [0, 0])
})

test('rotation with a wrong value for a key writes nothing', async (t) => {
  const file = newFile()
  const old = key('old')
  const { page } = await startHarness(t, { backend: { store: sqliteStore(file), sealingKeys: [old, key('next')] } })
  const ana = await page('ana')
  await ana.connect()
  const store = sqliteStore(file)
  t.after(() => store.close())
  const dump = () => JSON.stringify(new DatabaseSync(file).prepare('SELECT * FROM data_key ORDER BY id').all())
  const before = dump()
  await assert.rejects(rotateKeys({ store, ring: readKeyRing([key('next'), old]), space }), {
    reason: 'key_unavailable',
  })
  assert.equal(dump(), before)
  assert.equal((await ana.post(read)).status, 200)
})
