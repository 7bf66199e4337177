import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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

test('the lockfile of the Next.js example knows the dependencies of this package; else run npm install in examples/next', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'))
  const locked = read('examples/next/package-lock.json').packages['node_modules/connector-auth']
  assert.deepEqual(locked.dependencies, read('package.json').dependencies)
})
