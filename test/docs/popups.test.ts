import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { namedTests } from '../support/test-titles.ts'

const root = join(import.meta.dirname, '../..')
const rows = readFileSync(join(root, 'docs/popups.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('](../test/'))

test('each test that docs/popups.md names exists', () => {
  assert.ok(rows.length > 10)
  for (const row of rows) {
    for (const [, file = ''] of row.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g))
      assert.ok(existsSync(join(root, file)), file)
    for (const { title, exists } of namedTests(row, root)) assert.ok(exists, `there is no test "${title}"`)
  }
})
