import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdapter } from '../../demo/authorization-server/adapter.ts'
import { openDatabase } from '../../demo/authorization-server/database.ts'

test('of two uses of one refresh token that were both read unused, one fails and the family ends', async () => {
  const database = openDatabase(':memory:')
  let reuse = 0
  const adapter = (model: string) => createAdapter({ database, model, onReuse: () => (reuse += 1) })
  const tokens = adapter('RefreshToken')
  await tokens.upsert('old', { grantId: 'g' }, 60)
  await adapter('AccessToken').upsert('sibling', { grantId: 'g' }, 60)
  await adapter('AccessToken').upsert('stranger', { grantId: 'h' }, 60)

  await tokens.consume('old')
  assert.equal(reuse, 0)
  await assert.rejects(tokens.consume('old'), { error: 'invalid_grant' })
  assert.equal(reuse, 1)
  assert.equal(await tokens.find('old'), undefined)
  assert.equal(await adapter('AccessToken').find('sibling'), undefined)
  assert.ok(await adapter('AccessToken').find('stranger'))
  database.close()
})

test('an expired record is not found, and a session is found by its uid', async () => {
  const database = openDatabase(':memory:')
  const sessions = createAdapter({ database, model: 'Session', onReuse: () => undefined })
  await sessions.upsert('a', { uid: 'u' }, -1)
  assert.equal(await sessions.find('a'), undefined)
  await sessions.upsert('b', { uid: 'u' }, 60)
  assert.deepEqual(await sessions.findByUid('u'), { uid: 'u' })
  database.close()
})
