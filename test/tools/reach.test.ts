import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkReach } from '../../tools/reach.ts'
import { makeFolder, runTool } from './folder.ts'

const ROOMS = [
  'protocol',
  'api',
  'client',
  'element',
  'react',
  'vue',
  'svelte',
  'agent',
  'server',
  'node',
  'fakes',
  'cli',
]
const house = (changes: { readonly [path: string]: string } = {}): { [path: string]: string } => ({
  ...Object.fromEntries(ROOMS.map((room) => [`dist/${room}/index.js`, 'export const here = 1'])),
  'dist/connector-auth.min.js': 'let here = 1',
  ...changes,
})

test('a house whose arrows hold passes', async (t) => {
  const folder = await makeFolder(
    t,
    house({
      'dist/client/index.js': `import { get } from 'idb-keyval'; export * from '../protocol/index.js'; get()`,
      'dist/element/deep/view.js': `import { html } from 'lit/html.js'; import '../../client/index.js'; html()`,
      'dist/server/index.js': `import { createHash } from 'node:crypto'; import { Hono } from 'hono/tiny'; export { createHash, Hono }`,
    }),
  )
  assert.deepEqual(checkReach(folder), [])
})

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['client', `import 'lit'`, /dist\/client\/index\.js imports lit: client may not reach this package/],
  ['client', `export { x } from 'hono'`, /imports hono/],
  ['client', `import 'node:fs'`, /client must not reach Node/],
  ['client', `await import('jose')`, /imports jose/],
  ['element', `import 'fs'`, /element must not reach Node/],
  ['element', `import '../server/index.js'`, /element may not reach server/],
  ['server', `import 'lit'`, /imports lit/],
  ['server', `import 'idb-keyval'`, /imports idb-keyval/],
  ['agent', `import 'node:http'`, /agent must not reach Node/],
  ['api', `import '../../escape.js'`, /there is no such file/],
  ['protocol', `export * from '../api/index.js'`, /protocol may not reach api/],
]

for (const [room, code, complaint] of refused) {
  test(`dist/${room} is refused: ${code}`, async (t) => {
    const complaints = checkReach(await makeFolder(t, house({ [`dist/${room}/index.js`]: code })))
    assert.equal(complaints.length, 1)
    assert.match(complaints[0] ?? '', complaint)
  })
}

test('pg is reached by its own entry, or when it is asked for, and never at the start of another one', async (t) => {
  const postgres = { 'dist/server/postgres.js': `import { Pool } from 'pg'; export { Pool }` }
  const apart = house({ ...postgres, 'dist/cli/main.js': `await import('../server/postgres.js')` })
  assert.deepEqual(checkReach(await makeFolder(t, apart)), [])
  const drawn = house({ ...postgres, 'dist/server/index.js': `export * from './postgres.js'` })
  assert.deepEqual(checkReach(await makeFolder(t, drawn)), ['dist/server/postgres.js imports pg at its start.'])
})

test('a bare import in the script tag, or no build at all, ends with exit code 1', async (t) => {
  const bare = await makeFolder(t, house({ 'dist/connector-auth.min.js': `import 'lit'` }))
  const { status, output } = await runTool('reach.ts', { folder: bare })
  assert.match(output, /imports lit, which no page can resolve/)
  assert.equal(status, 1)
  assert.equal((await runTool('reach.ts', { folder: await makeFolder(t, {}) })).status, 1)
})
