import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scenarios } from '../../demo/scenarios/index.ts'
import { makeScenarioDocs } from '../../tools/scenario-docs.ts'

test('docs/demo.md says what the demo sets up', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/demo.md'), 'utf8')
  assert.equal(page, makeScenarioDocs(), 'run npm run scenarios')
})

test('each scenario has a link of its own, and says what to do and what should happen', () => {
  assert.equal(new Set(scenarios.map(({ id }) => id)).size, scenarios.length)
  for (const { id, steps, expect } of scenarios) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.ok(steps.length > 0 && expect.length > 0, id)
  }
})
