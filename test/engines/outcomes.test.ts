/** What the other engines must show at every change: a success, a cancel, and opener policies on both sides. */

import type { Cell } from './cells.ts'
import { testCells } from './cell-tests.ts'

const chosen: readonly Cell[] = [
  { provider: 'none', host: 'none', road: 'app callback', person: 'finishes' },
  { provider: 'none', host: 'none', road: 'app callback', person: 'closes the window' },
  { provider: 'same-origin', host: 'same-origin', road: 'app callback', person: 'finishes unprepared' },
]

testCells('firefox', chosen)
testCells('webkit', chosen)
