/** Every scenario of the demo, set up with the same button as QA presses. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scenarios } from '../../demo/scenarios/index.ts'
import { checks } from './scenarios/checks.ts'
import { setUp, startQuality } from './scenarios/quality.ts'

let quality: Awaited<ReturnType<typeof startQuality>>
before(async () => {
  quality = await startQuality()
})
after(() => quality.close())

for (const { id, title, expect } of scenarios)
  test(`${title}: ${expect.join(' ')}`, async () => {
    const bench = await setUp(quality, id)
    try {
      const check = Object.entries(checks).find(([name]) => name === id)?.[1]
      assert.ok(check, `a check of ${id}`)
      await check(bench)
      assert.equal(await bench.byTestId('events').locator('[data-event="page error"]').count(), 0)
    } finally {
      await quality.demo.comeBack()
    }
  })
