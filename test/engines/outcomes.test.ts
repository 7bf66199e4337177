/** What the other engines must show at every change: a success, a cancel, opener policies on both sides, a frame. */

import type { Cell } from './cells.ts'
import { testCells } from './cell-tests.ts'
import { describeEngine } from './engine-suite.ts'
import { testFrames } from './frame-tests.ts'
import { frames } from './frames.ts'

const chosen: readonly Cell[] = [
  { provider: 'none', host: 'none', road: 'app callback', person: 'finishes' },
  { provider: 'none', host: 'none', road: 'bridge', person: 'closes the window' },
  { provider: 'same-origin', host: 'same-origin', road: 'app callback', person: 'finishes unprepared' },
  { provider: 'same-origin', host: 'same-origin', road: 'bridge', person: 'finishes unprepared' },
]

for (const engine of ['firefox', 'webkit'] as const)
  describeEngine(engine, (run) => {
    testCells(run, chosen)
    testFrames(run, frames.slice(0, 1))
  })
