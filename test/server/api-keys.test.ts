import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteStore } from '../../src/server/index.ts'
import { apiKey, startHarness } from '../support/backend.ts'

const path = '/api/v1/api-keys'

test('a key is shown once, works, is listed by its last four digits, and is stored as a hash', async (t) => {
  const store = sqliteStore(':memory:')
  const harness = await startHarness(t, { backend: { store } })
  const made = await harness.host('POST', path, { name: 'billing worker' })
  assert.equal(made.status, 201)
  const { id, key, lastFour, createdAt } = made.body
  assert.match(key, /^cak_[0-9a-f]{64}$/)
  assert.equal(lastFour, key.slice(-4))
  const list = await harness.call('GET', path, { headers: { authorization: `Bearer ${key}` } })
  assert.deepEqual(list.body.apiKeys, [
    { id: 'configured-1', name: 'configured-1', lastFour: apiKey.slice(-4), createdAt: null, revokedAt: null },
    { id, name: 'billing worker', lastFour, createdAt, revokedAt: null },
  ])
  const [row] = await store.db.selectFrom('api_key').selectAll().execute()
  assert.equal(JSON.stringify(row).includes(key.slice(4)), false)
  assert.match(row?.hash ?? '', /^[\w-]{43}$/)
})

test('a revoked key ends at the next request, also on a backend that used it before', async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')
  const first = await startHarness(t, { backend: { store: sqliteStore(file) } })
  // Another process on the same store, with the same sealing key.
  const second = await startHarness(t, { backend: { store: sqliteStore(file), apiKeys: [] } })
  const { id, key } = (await first.host('POST', path, { name: 'one' })).body
  const headers = { authorization: `Bearer ${key}` }
  assert.equal((await second.call('GET', path, { headers })).status, 200)
  assert.equal((await first.host('DELETE', `${path}/${id}`)).status, 204)
  for (const { call } of [first, second])
    assert.equal((await call('GET', path, { headers })).body.reason, 'api_key_invalid')
  const listed = (await first.host('GET', path)).body.apiKeys.find((one: { id: string }) => one.id === id)
  assert.match(listed.revokedAt, /^\d{4}-/)
  assert.equal((await first.host('DELETE', `${path}/${id}`)).status, 204, 'ended twice is ended')
})

test('a key of the configuration is not ended over the API, and a key of another space is none', async (t) => {
  const store = sqliteStore(':memory:')
  const harness = await startHarness(t, { backend: { store } })
  const configured = await harness.host('DELETE', `${path}/configured-1`)
  assert.deepEqual([configured.status, configured.body.reason], [409, 'api_key_configured'])
  assert.equal((await harness.host('DELETE', `${path}/configured-2`)).body.reason, 'not_found')
  assert.equal((await harness.host('DELETE', `${path}/key_${'0'.repeat(32)}`)).body.reason, 'not_found')
  const { id, key } = (await harness.host('POST', path, { name: 'one' })).body
  await store.db.updateTable('api_key').set({ space: 'other' }).execute()
  assert.equal((await harness.host('DELETE', `${path}/${id}`)).body.reason, 'not_found')
  const foreign = await harness.call('GET', path, { headers: { authorization: `Bearer ${key}` } })
  assert.equal(foreign.body.reason, 'api_key_invalid')
})

test('a key has a name that a list can show', async (t) => {
  const harness = await startHarness(t)
  for (const body of [{}, { name: '' }, { name: 'a\nb' }, { name: 'a'.repeat(101) }, { name: 'a', key: 'cak_mine' }])
    assert.equal((await harness.host('POST', path, body)).body.reason, 'invalid_request', JSON.stringify(body))
})
