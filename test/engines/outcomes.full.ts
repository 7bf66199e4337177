/** Every cell in every engine; writes the dated table of docs/popups.md. */

import { join } from 'node:path'
import { after } from 'node:test'
import { type Shown, testCells } from './cell-tests.ts'
import { cells } from './cells.ts'
import { writeTable } from './table.ts'

const all: Shown[] = []

for (const engine of ['chromium', 'firefox', 'webkit'] as const) testCells(engine, cells, (shown) => all.push(shown))

after(() => {
  // Tests end in any order; a table does not.
  const sorted = cells.flatMap((cell) => all.filter((shown) => shown.cell === cell))
  return writeTable(join(import.meta.dirname, '../../docs/popups.md'), sorted)
})
