import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { titlesIn } from '../support/test-titles.ts'

const root = join(import.meta.dirname, '../..')
const upTo = (system: string, count: number) => Array.from({ length: count }, (_, index) => `${system}${index + 1}`)
const ids = [
  ...upTo('FA', 12),
  ...upTo('FW', 18),
  ...upTo('FI', 15),
  ...upTo('FB', 18),
  'FB-CLI-account',
  'FB-CLI-app',
  'FB-files',
  ...upTo('FO', 15),
  ...upTo('RO', 14),
  ...upTo('C', 5),
]

const rows = readFileSync(join(root, 'docs/reference-systems.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, state, what] = /^\| (F[ABIOW][\w-]*|RO\d+|C\d+) \| ([a-z ]+) \| (.+) \|$/.exec(line) ?? []
    return id && state && what ? [{ id, state, what }] : []
  })

test('each feature of the reference systems stands once in docs/reference-systems.md', () => {
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  )
})

test('what works names a test, what deliberately does not says what to do instead, the rest what is missing', () => {
  for (const { id, state, what } of rows) {
    assert.ok(['works', 'deliberately not', 'not yet'].includes(state), `${id}: ${state}`)
    assert.ok(what.length > 30, id)
    if (state === 'works') assert.match(what, /\]\(\.\.\/test\/[^)]+\): `[^`]+`/, id)
    if (state === 'deliberately not') assert.match(what, /Instead: \S/, id)
  }
})

test('each test that docs/reference-systems.md names exists', () => {
  for (const { id, what } of rows) {
    let titles: readonly RegExp[] = []
    // A list of titles follows its file; other words in backticks stand before the first file.
    const named = what.slice(Math.max(0, what.search(/\[[^\]]+\]\(\.\.\/test\//)))
    if (!named.includes('](../test/')) continue
    for (const [, file, title] of named.matchAll(/\]\(\.\.\/(test\/[^)]+)\)|`([^`]+)`/g)) {
      if (file !== undefined) titles = titlesIn(join(root, file))
      else if (title !== undefined)
        assert.ok(
          titles.some((pattern) => pattern.test(title)),
          `${id}: there is no test "${title}"`,
        )
    }
  }
})
