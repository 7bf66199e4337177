import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqliteStore } from '../../../src/server/index.ts'
import { createTurns } from '../../../src/server/stores/turns.ts'

test('turns are given in the order of asking, and nobody who comes later gets in between', async () => {
  const turns = createTurns()
  const order: string[] = []
  const use = async (name: string, more?: string) => {
    await turns.take()
    order.push(name)
    turns.give()
    if (more) await use(more)
  }
  await Promise.all([use('a', 'd'), use('b', 'e'), use('c', 'f')])
  assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e', 'f'])
})

test('two never have a turn at the same time', async () => {
  const turns = createTurns()
  let inside = 0
  const use = async () => {
    await turns.take()
    inside += 1
    assert.equal(inside, 1)
    await new Promise((resolve) => setImmediate(resolve))
    inside -= 1
    turns.give()
  }
  await Promise.all(Array.from({ length: 20 }, use))
})

test('a long queue of statements leaves the event loop its turns', async (t) => {
  const store = sqliteStore(':memory:')
  t.after(() => store.close())
  await store.migrate()
  let queued = 5_000
  let turns = 0
  const count = () => {
    turns += 1
    if (queued > 0) setImmediate(count)
  }
  setImmediate(count)
  const insert = async (_: unknown, nth: number) => {
    await store.db
      .insertInto('meta')
      .values({ name: `n${nth}`, value: 'x'.repeat(200) })
      .execute()
    queued -= 1
  }
  await Promise.all(Array.from({ length: queued }, insert))
  assert.ok(turns > 5, `${turns} turns`)
})
