/** What the backend asks of a store, whichever it is: run by each store's own tests. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { type Store, exportStore, importStore } from '../../../src/server/index.ts'
import { migrations } from '../../../src/server/stores/migrations.ts'
import type { Tables } from '../../../src/server/stores/tables.ts'
import { sealingKey } from '../../support/backend.ts'
import type { TestDatabase } from '../../support/store.ts'

export type NewDatabase = () => Promise<TestDatabase>

/** Opens a store that ends with the test. */
export function openIn(t: TestContext, database: TestDatabase): Store {
  const store = database.open()
  t.after(() => store.close())
  return store
}

async function migrated(t: TestContext, newDatabase: NewDatabase): Promise<Store> {
  const store = openIn(t, await newDatabase())
  await store.migrate()
  return store
}

export const meta = (store: Store, name: string) =>
  store.db
    .selectFrom('meta')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
    .then((row) => row?.value)

const insert = (db: Kysely<Tables>, name: string, value = '') => db.insertInto('meta').values({ name, value }).execute()

const revocation = (id: string) => ({
  id,
  space: 's',
  org: '',
  tenant: '',
  subject: '',
  connector: '',
  connection_id: '',
  registration: '',
  sealed: '',
  tries: 0,
  next_at: 0,
  created_at: 0,
})

/** Declares the promises of one store. */
export function storeContract(newDatabase: NewDatabase): void {
  test('a conditional change counts the rows it changed', async (t) => {
    const { db } = await migrated(t, newDatabase)
    await insert(db, 'a', '1')
    const change = (was: string) =>
      db.updateTable('meta').set({ value: '2' }).where('name', '=', 'a').where('value', '=', was).executeTakeFirst()
    assert.equal((await change('1')).numUpdatedRows, 1n)
    assert.equal((await change('1')).numUpdatedRows, 0n)
    assert.equal((await db.deleteFrom('meta').where('name', '=', 'b').executeTakeFirst()).numDeletedRows, 0n)
    assert.equal((await db.deleteFrom('meta').where('name', '=', 'a').executeTakeFirst()).numDeletedRows, 1n)
  })

  test('a change gives the rows it made', async (t) => {
    const { db, clock } = await migrated(t, newDatabase)
    await db.insertInto('revocation').values(revocation('r')).execute()
    const row = await db
      .updateTable('revocation')
      .set((eb) => ({ tries: eb('tries', '+', 1), next_at: sql<number>`${clock} + ${60_000}` }))
      .where('id', '=', 'r')
      .where('next_at', '<=', clock)
      .returningAll()
      .executeTakeFirst()
    assert.equal(row?.tries, 1)
    assert.ok(Math.abs((row?.next_at ?? 0) - Date.now() - 60_000) < 5_000)
  })

  test('a transaction that throws leaves nothing, and the next one works', async (t) => {
    const store = await migrated(t, newDatabase)
    const failing = store.db.transaction().execute(async (trx) => {
      await insert(trx, 'a')
      assert.equal((await trx.selectFrom('meta').selectAll().execute()).length, 1)
      throw new Error('no')
    })
    await assert.rejects(failing, /^Error: no$/)
    await store.db.transaction().execute((trx) => insert(trx, 'b'))
    assert.deepEqual([await meta(store, 'a'), await meta(store, 'b')], [undefined, ''])
  })

  test('a key that exists already is a conflict, no fault of the store; it may also be passed over', async (t) => {
    const store = await migrated(t, newDatabase)
    await insert(store.db, 'a', 'first')
    const again = insert(store.db, 'a').catch((error: unknown) => error)
    assert.ok((await again) instanceof Error)
    assert.equal(store.isFault(await again), false)
    const passed = await store.db
      .insertInto('meta')
      .values({ name: 'a', value: 'second' })
      .onConflict((on) => on.doNothing())
      .executeTakeFirst()
    assert.equal(passed.numInsertedOrUpdatedRows, 0n)
    assert.equal(await meta(store, 'a'), 'first')
  })

  test('a transaction that goes on after a conflict is not half kept', async (t) => {
    const store = await migrated(t, newDatabase)
    await insert(store.db, 'a')
    await store.db
      .transaction()
      .execute(async (trx) => {
        await insert(trx, 'b')
        await insert(trx, 'a')
      })
      .catch(() => undefined)
    assert.equal(await meta(store, 'b'), undefined)
  })

  test("the clock is the database's, in milliseconds, and goes on within a transaction", async (t) => {
    const { db, clock } = await migrated(t, newDatabase)
    const now = async (on: Kysely<Tables>) =>
      (await sql<{ now: number }>`SELECT ${clock} AS now`.execute(on)).rows[0]?.now
    const seen = await now(db)
    assert.equal(typeof seen, 'number')
    assert.ok(Math.abs(Number(seen) - Date.now()) < 5_000)
    await db.transaction().execute(async (trx) => {
      const before = Number(await now(trx))
      await new Promise((resolve) => setTimeout(resolve, 30))
      assert.ok(Number(await now(trx)) >= before + 20)
    })
  })

  test('long and foreign texts come back as they were, and so do large numbers', async (t) => {
    const store = await migrated(t, newDatabase)
    const long = `${randomBytes(150_000).toString('base64')} 日本語 🔑 \\ ' " \t\n`
    await insert(store.db, long.slice(-20), long)
    assert.equal(await meta(store, long.slice(-20)), long)
    const at = 9_007_199_254_740_991
    await store.db
      .insertInto('revocation')
      .values({ ...revocation('r'), created_at: at })
      .execute()
    const row = await store.db.selectFrom('revocation').selectAll().executeTakeFirst()
    assert.deepEqual([row?.created_at, typeof row?.next_at], [at, 'number'])
    const { count } = await store.db
      .selectFrom('meta')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    assert.equal(count, 1)
  })

  test('a hundred at once are all served', async (t) => {
    const store = await migrated(t, newDatabase)
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`)
    await Promise.all(names.map((name) => store.db.transaction().execute((trx) => insert(trx, name))))
    assert.deepEqual(
      await Promise.all(names.map((name) => meta(store, name))),
      names.map(() => ''),
    )
  })

  test('of many that compare and swap, in two stores on one database, one wins each time', async (t) => {
    const database = await newDatabase()
    const stores = [openIn(t, database), openIn(t, database)] as const
    await stores[0].migrate()
    await insert(stores[0].db, 'generation', '0')
    for (let round = 0; round < 10; round += 1) {
      const swaps = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 ? stores[0] : stores[1]).db.transaction().execute((trx) =>
            trx
              .updateTable('meta')
              .set({ value: String(round + 1) })
              .where('name', '=', 'generation')
              .where('value', '=', String(round))
              .executeTakeFirst(),
          ),
        ),
      )
      assert.equal(swaps.filter(({ numUpdatedRows }) => numUpdatedRows === 1n).length, 1, `round ${round}`)
    }
  })

  test('what one store has committed, another one on the same database reads next', async (t) => {
    const database = await newDatabase()
    const [one, other] = [openIn(t, database), openIn(t, database)]
    await one.migrate()
    for (let round = 0; round < 20; round += 1) {
      await insert(one.db, `n${round}`, String(round))
      assert.equal(await meta(other, `n${round}`), String(round))
    }
  })

  test('a table that is missing is a fault of the store; so is what the disk or server refuses', async (t) => {
    const store = await migrated(t, newDatabase)
    await store.db.schema.dropTable('audit').execute()
    const error = await store.db
      .selectFrom('audit')
      .selectAll()
      .execute()
      .catch((one: unknown) => one)
    assert.equal(store.isFault(error), true)
    assert.equal(store.isFault(new Error('ours')), false)
    assert.equal(store.isFault('ours'), false)
  })

  test('ten that start at once migrate once between them', async (t) => {
    const database = await newDatabase()
    const stores = Array.from({ length: 10 }, () => openIn(t, database))
    const done = await Promise.all(stores.map((store) => store.migrate()))
    assert.deepEqual([...new Set(done.map(({ to }) => to))], [migrations.length])
    assert.equal(Math.min(...done.map(({ from }) => from)), 0)
    const [first] = stores
    assert.deepEqual(await first?.migrate(), { from: migrations.length, to: migrations.length })
  })

  test('a copy has every row, also of tables that are read in many pages', async (t) => {
    const [from, to] = [await migrated(t, newDatabase), await migrated(t, newDatabase)]
    const names = Array.from({ length: 1_500 }, (_, index) => `n${index}`)
    await from.db
      .insertInto('meta')
      .values(names.map((name) => ({ name, value: name })))
      .execute()
    const connector = { record: '', registration: '', created_at: 0, updated_at: 0 }
    const ids = names.slice(0, 700)
    for (const space of ['a', 'b'])
      await from.db
        .insertInto('connector')
        .values(ids.map((id) => ({ space, id, ...connector })))
        .execute()
    const lines: string[] = []
    const count = await exportStore(from, async (text) => void lines.push(...text.trimEnd().split('\n')))
    assert.equal(count, 2_900)
    assert.equal(await importStore(to, { sealingKeys: [sealingKey], lines: Readable.from(lines) }), 2_900)
    const rows = (store: Store) => store.db.selectFrom('connector').selectAll().orderBy('space').orderBy('id').execute()
    assert.deepEqual(await rows(to), await rows(from))
    assert.equal(await meta(to, 'n1499'), 'n1499')
  })
}
