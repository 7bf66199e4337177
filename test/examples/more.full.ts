import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildExample, walk } from './walk.ts'

test('the page without a build step connects, and calls the API', async (t) => {
  assert.deepEqual(await walk(t, 'plain-html'), [])
})

test('the Svelte example builds with the types of its markup, connects, and calls the API', async (t) => {
  buildExample('svelte')
  assert.deepEqual(await walk(t, 'svelte'), [])
})

test('the Next.js example, installed from the packed package, is rendered on the server, hydrates without a warning, and connects', async (t) => {
  const folder = join(import.meta.dirname, '../../examples/next')
  const npm = (...parameters: string[]) => {
    const { status, stdout, stderr } = spawnSync('npm', parameters, {
      cwd: folder,
      encoding: 'utf8',
      shell: process.platform === 'win32',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
    })
    assert.equal(status, 0, stdout + stderr)
  }
  // By its own lockfile. The package itself is what `npm pack` would publish of this checkout.
  npm('ci', '--no-audit', '--no-fund')
  npm('run', 'build')
  assert.deepEqual(await walk(t, 'next', { rendered: true }), [])
})
