/** Every cell and every frame in every engine; writes the dated tables of docs/popups.md. */

import { join } from 'node:path'
import { after } from 'node:test'
import { type Shown, testCells } from './cell-tests.ts'
import { cells } from './cells.ts'
import { describeEngine } from './engine-suite.ts'
import { type ShownFrame, testFrames } from './frame-tests.ts'
import { frames } from './frames.ts'
import { writeTables } from './table.ts'

const shown: Shown[] = []
const shownFrames: ShownFrame[] = []

for (const engine of ['chromium', 'firefox', 'webkit'] as const)
  describeEngine(engine, (run) => {
    testCells(run, cells, (one) => shown.push(one))
    testFrames(run, frames, (one) => shownFrames.push(one))
  })

after(() => {
  // Tests end in any order; a table does not.
  const sorted = cells.flatMap((cell) => shown.filter((one) => one.cell === cell))
  const sortedFrames = frames.flatMap((cell) => shownFrames.filter((one) => one.cell === cell))
  return writeTables(join(import.meta.dirname, '../../docs/popups.md'), sorted, sortedFrames)
})
