/** One connection that is created twice at the same moment, at two replicas: on each store. */

import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Store, sqliteStore } from '../../../src/server/index.ts'
import type { Answer } from '../../support/backend.ts'
import { type Replicas, startReplicas } from '../../support/replicas.ts'
import { newDatabase } from '../../support/store.ts'

/** What keeps every write of connections waiting until it is let go, so that all have read before the first has written. */
type Hold = () => Promise<() => Promise<void>>

interface Twins {
  readonly store: Store
  readonly replicas: Replicas
  readonly hold: Hold
}

async function onSqlite(t: TestContext): Promise<Twins> {
  const file = join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'store.sqlite')
  const replicas = await startReplicas(t, () => sqliteStore(file))
  const store = sqliteStore(file)
  const holder = new DatabaseSync(file)
  t.after(async () => {
    holder.close()
    await store.close()
  })
  return {
    store,
    replicas,
    async hold() {
      // Whoever writes at this very moment is waited for.
      holder.exec('PRAGMA busy_timeout = 2000; BEGIN IMMEDIATE')
      return async () => {
        // Time for both to read that there is nothing, and to come to the write.
        await wait(600)
        holder.exec('COMMIT')
      }
    },
  }
}

async function onPostgres(t: TestContext): Promise<Twins> {
  const database = await newDatabase('postgres')
  const replicas = await startReplicas(t, () => database.open())
  const store = database.open()
  t.after(() => store.close())
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`
      SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND relation = 'connection'::regclass`.execute(store.db)
    return rows[0]?.n ?? 0
  }
  return {
    store,
    replicas,
    async hold() {
      let release: () => void = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      let taken: () => void = () => {}
      const locked = new Promise<void>((resolve) => (taken = resolve))
      const holding = store.db.transaction().execute(async (trx) => {
        await sql`LOCK TABLE connection IN SHARE ROW EXCLUSIVE MODE`.execute(trx)
        taken()
        await released
      })
      await locked
      return async () => {
        while ((await waiting()) < 2) await wait(10)
        release()
        await holding
      }
    },
  }
}

/** Redeems an attempt at each replica, so that both find no connection and then write. */
async function redeemBoth({ replicas, hold }: Twins, accounts: readonly string[]): Promise<readonly Answer[]> {
  const { fake } = replicas
  const pages = [await (await replicas.start()).page(), await (await replicas.start()).page()]
  const begun: { path: string; redeem: unknown }[] = []
  for (const [index, page] of pages.entries()) {
    fake.grants.account = { id: accounts[index] ?? '', name: 'x' }
    const { id, redeem } = await page.begin()
    begun.push({ path: `/api/v1/auth-sessions/${id}/redeem`, redeem })
  }
  fake.script({ kind: 'delay', ms: 500 }, { kind: 'delay', ms: 500 })
  const redeeming = pages.map((page, index) => page.post(begun[index]?.path ?? '', begun[index]?.redeem))
  while (fake.requests.filter(({ path }) => path === '/token').length < 2) await wait(5)
  const release = await hold()
  await wait(500)
  await release()
  return Promise.all(redeeming)
}

const stored = async (store: Store) => {
  const rows = await store.db.selectFrom('connection').select(['connection_id', 'account_id']).execute()
  return rows.map((row) => ({ ...row }))
}

for (const [name, start] of Object.entries({ SQLite: onSqlite, PostgreSQL: onPostgres })) {
  test(`one account that is connected twice at one moment is one row: ${name}`, async (t) => {
    const twins = await start(t)
    const answers = await redeemBoth(twins, ['one', 'one'])
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.status, body.connectionId]),
      [
        [200, 'ACTIVE', 'default'],
        [200, 'ACTIVE', 'default'],
      ],
    )
    assert.equal(answers.filter(({ body }) => body.existing).length, 1, 'one made it, the other renewed it')
    assert.deepEqual(await stored(twins.store), [{ connection_id: 'default', account_id: 'one' }])
  })

  test(`two accounts that are connected at one moment, both as the first, are two rows: ${name}`, async (t) => {
    const twins = await start(t)
    const answers = await redeemBoth(twins, ['one', 'two'])
    assert.deepEqual(
      answers.map(({ body }) => body.status),
      ['ACTIVE', 'ACTIVE'],
    )
    const rows = await stored(twins.store)
    assert.deepEqual(new Set(rows.map((row) => row.account_id)), new Set(['one', 'two']))
    assert.equal(rows.length, 2)
    assert.equal(rows.filter((row) => row.connection_id === 'default').length, 1)
  })
}
