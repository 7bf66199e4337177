import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { measureBytes } from '../../tools/bytes.ts'
import { makeFolder, runTool } from './folder.ts'

const noise = (bytes: number): string => `export const noise = '${randomBytes(bytes).toString('base64')}'`

test('small entries pass, and lazy chunks do not count', async (t) => {
  const folder = await makeFolder(t, {
    'dist/client/index.js': `export const load = () => import('./lazy.js')`,
    'dist/client/lazy.js': noise(9_000),
    'dist/connector-auth.min.js': `import('./lazy.min.js')`,
    'dist/lazy.min.js': noise(20_000),
  })
  const measurements = await measureBytes(folder)
  assert.deepEqual(
    measurements.map((one) => one.problem),
    [undefined, undefined],
  )
  assert.ok(measurements.every((one) => one.brotli > 10 && one.brotli < 1_000))
})

test('what an entry imports statically counts, and too much of it is a failure', async (t) => {
  const folder = await makeFolder(t, {
    'dist/client/index.js': `export * from './big.js'`,
    'dist/client/big.js': noise(9_000),
    'dist/connector-auth.min.js': `import './part.min.js'`,
    'dist/part.min.js': noise(20_000),
  })
  const { status, output } = await runTool('bytes.ts', { folder })
  assert.equal(output.match(/bytes too many/g)?.length, 2, output)
  assert.equal(status, 1)
})

test('a part that is loaded on demand has a limit of its own', async (t) => {
  const folder = await makeFolder(t, {
    'dist/client/index.js': `export const load = 1`,
    'dist/connector-auth.min.js': `import('./connector-auth.later.min.js')`,
    'dist/connector-auth.later.min.js': noise(9_000),
    'dist/connector-auth.list.min.js': noise(9_000),
    'dist/connector-auth.form.min.js': noise(3_000),
  })
  const broken = (await measureBytes(folder)).filter(({ problem }) => problem).map(({ entry }) => entry)
  assert.deepEqual(broken, ['dist/connector-auth.list.min.js'])
})

test('a missing entry is a failure', async (t) => {
  const measurements = await measureBytes(await makeFolder(t, {}))
  assert.deepEqual(
    measurements.map((one) => one.problem),
    Array(2).fill('missing; run npm run build'),
  )
})
