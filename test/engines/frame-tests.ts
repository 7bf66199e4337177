/** Declares one test for each frame that an engine is to show. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EngineName } from './engine.ts'
import type { EngineRun } from './engine-suite.ts'
import type { FrameCell } from './frames.ts'
import { walk, walkInVain } from './walk.ts'

/** What a frame showed, for a table. */
export interface ShownFrame {
  readonly engine: EngineName
  readonly cell: FrameCell
  readonly person: 'finishes' | 'finishes unprepared'
  /** How it ended, in words. */
  readonly end: string
  readonly right: boolean
}

/** Declares the tests, each with a click that was prepared and one that was not. */
export function testFrames(run: EngineRun, chosen: readonly FrameCell[], tell?: (shown: ShownFrame) => void): void {
  describe('in a frame of another site', { concurrency: 3 }, () => {
    for (const cell of chosen)
      for (const person of ['finishes', 'finishes unprepared'] as const)
        test(`${run.name}: ${cell.name}, the person ${person}`, async () => {
          const wanted = cell.but?.[run.name] ?? cell.expected
          let end = 'no end'
          try {
            end = await run.inProfile(async (profile, sites) => {
              const way = { address: sites.portalOf(cell.frame, crypto.randomUUID()), framed: true, person }
              if (wanted !== 'connected') return walkInVain(profile, way, wanted)
              const { outcome, asked } = await walk(profile, way)
              assert.notEqual(asked, 'Open window', 'nobody waits for a window that cannot come')
              return asked ? `${outcome} after ${asked}` : outcome
            })
            assert.ok(end.startsWith(wanted), end)
          } finally {
            tell?.({ engine: run.name, cell, person, end, right: end.startsWith(wanted) })
          }
        })
  })
}
