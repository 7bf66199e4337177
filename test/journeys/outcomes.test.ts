/** The outcome matrix in Chromium: cells in which every two of provider, host, road and person meet; and frames of another site. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testCells } from '../engines/cell-tests.ts'
import { type Cell, cells, pairsOf, pairwise } from '../engines/cells.ts'
import { describeEngine } from '../engines/engine-suite.ts'
import { testFrames } from '../engines/frame-tests.ts'
import { frames } from '../engines/frames.ts'

const chosen = pairwise(cells)

test('the selection holds every pair of values', () => {
  const pairs = (all: readonly Cell[]) => new Set(all.flatMap(pairsOf))
  assert.deepEqual(pairs(chosen), pairs(cells))
  assert.ok(chosen.length < cells.length / 2)
})

describeEngine('chromium', (run) => {
  testCells(run, chosen)
  testFrames(run, frames)
})
