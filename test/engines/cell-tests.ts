/** Declares one test for each cell that an engine is to show. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Cell, expected, nameOf } from './cells.ts'
import type { Engine, EngineName, Profile } from './engine.ts'
import { type Screen, startScreen } from './screen.ts'
import { type Sites, startSites } from './sites.ts'
import { startEngine } from './start-engine.ts'
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
export function testCells(name: EngineName, chosen: readonly Cell[], tell?: (shown: Shown) => void): void {
  let screen: Screen
  let sites: Sites
  let engine: Engine
  const declare = (cell: Cell): void => {
    test(`${name}: ${nameOf(cell)}`, async () => {
      let seen: Walk | undefined
      let right = false
      const profile = await engine.newProfile()
      try {
        seen = await walk(profile, sites, cell)
        check(seen, cell)
        right = true
      } catch (error) {
        throw new Error(`Windows: ${(await addresses(profile)).join(' ')}`, { cause: error })
      } finally {
        tell?.({ engine: name, version: engine.version, cell, right, ...(seen && { walk: seen }) })
        await profile.close()
      }
    })
  }
  const needsFocus = ({ person }: Cell): boolean => person === 'closes the window'

  describe(name, () => {
    before(async () => {
      screen = await startScreen()
      sites = await startSites()
      engine = await startEngine(name, screen)
    })
    after(async () => {
      await engine?.close()
      await sites?.close()
      await screen?.close()
    })
    describe('side by side', { concurrency: 3 }, () => {
      for (const cell of chosen) if (!needsFocus(cell)) declare(cell)
    })
    describe('one at a time', () => {
      for (const cell of chosen) if (needsFocus(cell)) declare(cell)
    })
  })
}

function check({ outcome, events }: Walk, { person }: Cell): void {
  assert.equal(outcome, expected[person])
  const ended = events.filter((event) => endings.some((name) => event.startsWith(name)))
  assert.deepEqual(ended, [expected[person]], 'one terminal event')
  const faults = events.filter((event) => /^(error|rejection|violation|popup-blocked)/.test(event))
  assert.deepEqual(faults, [])
}

async function addresses(profile: Profile): Promise<string[]> {
  const tabs = await profile.tabs().catch(() => [])
  return Promise.all(tabs.map((tab) => tab.url().catch(() => '(gone)')))
}
