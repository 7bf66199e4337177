import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildExample, walk } from './walk.ts'

test('the page without a build step connects, and calls the API', async (t) => {
  assert.deepEqual(await walk(t, 'plain-html'), [])
})

test('the Svelte example builds with the types of its markup, connects, and calls the API', async (t) => {
  buildExample('svelte')
  assert.deepEqual(await walk(t, 'svelte'), [])
})
