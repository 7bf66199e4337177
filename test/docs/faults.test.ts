import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

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

/** The titles of a file's tests, as patterns: what is filled in may be anything. */
function titlesIn(file: string): readonly RegExp[] {
  const found = read(file).matchAll(/\btest\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)/g)
  return [...found].map(([, single, double, template]) => {
    const parts = template?.split(/\$\{(?:[^{}]|\{[^}]*\})*\}/) ?? [single ?? double ?? '']
    return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`)
  })
}

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
    let titles: readonly RegExp[] = []
    for (const [, file, title] of tests.matchAll(/\]\(\.\.\/(test\/[^)]+)\)|`([^`]+)`/g)) {
      if (file !== undefined) titles = titlesIn(file)
      if (title === undefined) continue
      assert.ok(
        titles.some((pattern) => pattern.test(title)),
        `${id}: there is no test "${title}"`,
      )
      named += 1
    }
  }
  assert.ok(named >= ids.length)
})
