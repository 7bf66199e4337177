/** What a store is asked is found by an index: nothing reads all of a table that grows with the number of connections. */

import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { keepAlive } from '../../../src/server/connections/keep-alive.ts'
import { tryDueRevocations } from '../../../src/server/connections/revocations.ts'
import { exportStore, readKeyRing, rotateKeys, sqliteStore, verifyKeys } from '../../../src/server/index.ts'
import { forgetParkedAnswers } from '../../../src/server/sessions/park.ts'
import { forgetOldSessions } from '../../../src/server/sessions/rows.ts'
import { forgetOldTokens } from '../../../src/server/tokens/connect-token.ts'
import { sealingKey, startHarness } from '../../support/backend.ts'
import { coreOf } from '../../support/core.ts'

const growing = ['connection', 'credential', 'auth_session', 'connect_token', 'audit', 'revocation', 'data_key']

/** Counts that an operator asks for, and a copy of everything. */
const wholeOnPurpose = [/group by "wrapping_key"/i]

/** Every text that was prepared since. */
function watchTexts(t: TestContext): ReadonlySet<string> {
  const texts = new Set<string>()
  const { prepare } = DatabaseSync.prototype
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, text: string) {
    texts.add(text)
    return prepare.call(this, text)
  }
  t.after(() => void (DatabaseSync.prototype.prepare = prepare))
  return texts
}

/** Everything that reads or writes the store, once. */
async function useAll(t: TestContext, file: string): Promise<void> {
  const store = sqliteStore(file)
  const harness = await startHarness(t, { backend: { store } })
  const page = await harness.page('ana')
  await page.connect()
  await page.get('/api/v1/connections')
  await page.post('/api/v1/connections/fake/credentials', { forceRefresh: true })
  const owner = 'subject=ana'
  await harness.host('GET', `/api/v1/connections?${owner}`)
  for (const filter of ['', 'tenant=t', 'subject=ana', 'connectorId=fake', 'tenant=t&connectorId=fake'])
    for (const after of ['', `&after=au_${'0'.repeat(28)}`])
      assert.equal((await harness.host('GET', `/api/v1/audit?${filter}${after}`)).status, 200, filter)
  assert.equal((await harness.call('GET', '/readyz')).status, 200)
  const core = await coreOf(store)
  await forgetParkedAnswers(core)
  await forgetOldSessions(core)
  await forgetOldTokens(core)
  await keepAlive(core)
  await tryDueRevocations(core)
  const ring = readKeyRing([sealingKey])
  await rotateKeys({ store, ring, space: 'default', data: true })
  await verifyKeys({ store, ring, space: 'default', all: true })
  await exportStore(store, async () => {})
  await page.post('/api/v1/connections/fake/disconnect', {})
  await harness.host('POST', '/api/v1/connect-tokens/revoke', { subject: 'ana' })
}

interface Plan {
  readonly text: string
  readonly steps: readonly string[]
}

function plansOf(file: string, texts: ReadonlySet<string>): readonly Plan[] {
  const database = new DatabaseSync(file)
  const stepsOf = (text: string) => database.prepare(`EXPLAIN QUERY PLAN ${text}`).all()
  const asked = [...texts].filter((text) => /^\s*(select|update|delete)\b/i.test(text))
  const plans = asked.map((text) => ({ text, steps: stepsOf(text).map(({ detail }) => String(detail)) }))
  database.close()
  return plans
}

/** A scan, or a search by the space alone, which has every row; unless it stops at a limit without sorting first. */
function readsAll({ text, steps }: Plan): boolean {
  if (wholeOnPurpose.some((purpose) => purpose.test(text))) return false
  const sorts = steps.some((step) => step.startsWith('USE TEMP B-TREE'))
  if (/ limit /i.test(text) && !sorts) return false
  return steps.some((step) => {
    const [, how, table = ''] = /^(SCAN|SEARCH) (\w+)/.exec(step) ?? []
    return growing.includes(table) && (how === 'SCAN' || step.endsWith(' (space=?)'))
  })
}

test('no request, chore or rotation reads all of a table that grows', async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'connector-auth-plans-')), 'store.sqlite')
  // What a migration does once may read everything.
  const empty = sqliteStore(file)
  await empty.migrate()
  await empty.close()
  const texts = watchTexts(t)
  await useAll(t, file)
  const plans = plansOf(file, texts)
  assert.ok(plans.length > 40, `${plans.length} texts were seen`)
  assert.deepEqual(plans.filter(readsAll), [])
})
