import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildExample, walk } from './walk.ts'

test('the React example builds with its types, connects, and calls the API', async (t) => {
  buildExample('react')
  assert.deepEqual(await walk(t, 'react'), [])
})

test('the Vue example builds with the types of its templates, connects, and calls the API', async (t) => {
  buildExample('vue')
  assert.deepEqual(await walk(t, 'vue'), [])
})
