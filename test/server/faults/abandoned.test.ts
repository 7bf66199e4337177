/** Attempts that nobody finishes. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { abandonFor } from '../../support/abandon.ts'
import { startHarness } from '../../support/backend.ts'
import { newStore } from '../../support/store.ts'

test('attempts that nobody finishes are forgotten an hour after their end, and connect tokens a day after theirs', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const store = await newStore()
  let now = Date.now()
  const harness = await startHarness(t, { backend: { store, now: () => now } })
  const page = await harness.page()
  for (let count = 0; count < 30; count += 1) {
    assert.equal((await page.begin()).created.status, 201)
    // One whose verifier is kept here, too.
    const typed = { connectorId: 'fake', subject: 'ana' }
    assert.equal((await harness.host('POST', '/api/v1/auth-sessions', typed)).status, 201)
  }
  const rowsOf = async (table: 'auth_session' | 'connect_token') =>
    (await store.db.selectFrom(table).select('space').execute()).length
  /** Turns of the chores, which run beside us, until so many rows are left. */
  const left = async (table: 'auth_session' | 'connect_token', count: number) => {
    for (let tries = 0; tries < 200 && (await rowsOf(table)) !== count; tries += 1) {
      t.mock.timers.tick(15_000)
      await wait(20)
    }
    assert.equal(await rowsOf(table), count)
  }
  const minutes = (count: number) => (now += count * 60_000)
  await left('auth_session', 60)
  minutes(69)
  t.mock.timers.tick(15_000)
  await wait(100)
  assert.equal(await rowsOf('auth_session'), 60, 'until then a late retry is told why')
  minutes(2)
  await left('auth_session', 0)
  assert.equal(await rowsOf('connect_token'), 1)
  minutes(24 * 60)
  await left('connect_token', 0)
})

test('attempts that nobody finishes, and callers that hang up, leave no file open and no memory taken', (t) =>
  abandonFor(t, 5))
