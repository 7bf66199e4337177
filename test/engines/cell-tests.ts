/** Declares one test for each cell that an engine is to show. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Cell, expected, nameOf } from './cells.ts'
import type { EngineName } from './engine.ts'
import type { EngineRun } from './engine-suite.ts'
import { type Walk, endings, walk } from './walk.ts'

/** What a cell showed, for a table. */
export interface Shown {
  readonly engine: EngineName
  readonly version: string
  readonly cell: Cell
  /** Absent where the walk did not come to an end. */
  readonly walk?: Walk
  readonly right: boolean
}

/** Declares the tests; those in which nobody closes a window need no focus and run side by side. */
export function testCells(run: EngineRun, chosen: readonly Cell[], tell?: (shown: Shown) => void): void {
  const declare = (cell: Cell): void => {
    test(`${run.name}: ${nameOf(cell)}`, async () => {
      let seen: Walk | undefined
      let right = false
      try {
        const { person } = cell
        seen = await run.inProfile((profile, sites) =>
          walk(profile, { address: sites.pageOf(cell, crypto.randomUUID()), person }),
        )
        check(seen, cell)
        right = true
      } finally {
        tell?.({ engine: run.name, version: run.version(), cell, right, ...(seen && { walk: seen }) })
      }
    })
  }
  const needsFocus = ({ person }: Cell): boolean => person === 'closes the window'

  describe('side by side', { concurrency: 3 }, () => {
    for (const cell of chosen) if (!needsFocus(cell)) declare(cell)
  })
  describe('one at a time', () => {
    for (const cell of chosen) if (needsFocus(cell)) declare(cell)
  })
}

function check({ outcome, events }: Walk, { person }: Cell): void {
  const wanted = expected[person]
  assert.equal(outcome, wanted)
  const ended = events.filter((event) => endings.some((name) => event.startsWith(name)))
  assert.deepEqual(ended, [wanted], 'one terminal event')
  assert.equal(events.includes('returned'), wanted === 'connected', 'returned is told when something returned')
  const faults = events.filter((event) => /^(error|rejection|violation|popup-blocked)/.test(event))
  assert.deepEqual(faults, [])
}
