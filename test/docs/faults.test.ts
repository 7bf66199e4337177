import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { namedTests } from '../support/test-titles.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const ids = [...Array.from({ length: 37 }, (_, index) => `F${index + 1}`), 'F57']

/** The cells of each row of the table. */
const rows = read('docs/faults.md')
  .split('\n')
  .map((line) => line.split(' | '))
  .flatMap(([id = '', fault, happens, tests]) =>
    /^\| F\d+$/.test(id) && fault && happens && tests ? [{ id: id.slice(2), happens, tests }] : [],
  )

test('each fault stands once in docs/faults.md, with a sentence and a test', () => {
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  )
  for (const { id, happens, tests } of rows) assert.ok(happens.length > 10 && tests.includes('](../test/'), id)
})

test('each test that docs/faults.md names exists', () => {
  let named = 0
  for (const { id, tests } of rows) {
    for (const { title, exists } of namedTests(tests, root)) {
      assert.ok(exists, `${id}: there is no test "${title}"`)
      named += 1
    }
  }
  assert.ok(named >= ids.length)
})
