import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce, forgetAll } from '../../../src/server/stores/forget.ts'
import { forgetOldTokens } from '../../../src/server/tokens/connect-token.ts'
import { startHarness } from '../../support/backend.ts'
import { coreOf } from '../../support/core.ts'
import { newStore } from '../../support/store.ts'

test('more old rows than one statement deletes are all forgotten, and no others', async (t) => {
  const store = await newStore()
  const harness = await startHarness(t, { backend: { store } })
  await harness.page('ana')
  const token = await store.db.selectFrom('connect_token').selectAll().executeTakeFirstOrThrow()
  for (let nth = 0; nth <= atOnce * 2; nth += 1)
    await store.db
      .insertInto('connect_token')
      .values({ ...token, hash: `old-${nth}`, expires_at: nth })
      .execute()
  await forgetOldTokens(await coreOf(store))
  const left = await store.db.selectFrom('connect_token').select('hash').execute()
  assert.deepEqual(
    left.map(({ hash }) => hash),
    [token.hash],
  )
})

test('between two steps others get their turn', async () => {
  const steps: string[] = []
  const rows = [atOnce, 3]
  const forgetting = forgetAll(async () => {
    steps.push('step')
    return { numDeletedRows: BigInt(rows.shift() ?? 0) }
  })
  setImmediate(() => steps.push('another'))
  await forgetting
  assert.deepEqual(steps, ['step', 'another', 'step'])
})
