import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFolder, runTool } from './folder.ts'

const HEAD = `import { test, describe } from 'node:test';import assert from 'node:assert';`
const manifest = (build: string) => JSON.stringify({ type: 'module', scripts: { build } })
const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) ?? ''

test('the runner counts tests, not suites, and says skipped ones apart', async (t) => {
  const folder = await makeFolder(t, {
    'package.json': manifest('node -e 0'),
    'test/server/a.test.ts': `${HEAD} describe('s', () => { test('one', () => {}); test.skip('two', () => {}) })`,
    'test/api/b.test.ts': `${HEAD} test('three', () => {})`,
  })
  const { status, output } = await runTool('test.ts', { folder })
  assert.equal(lastLine(output), '2 passed, 0 failed, 1 skipped')
  assert.equal(status, 0)
})

test('a failing test, a file that crashes and a file without tests are each a failure', async (t) => {
  const folder = await makeFolder(t, {
    'package.json': manifest('node -e 0'),
    'test/server/a.test.ts': `${HEAD} test('good', () => {}); test('bad', () => assert.fail())`,
    'test/server/b.test.ts': `throw new Error('crash')`,
    'test/server/c.test.ts': `export {}`,
  })
  const { status, output } = await runTool('test.ts', { folder })
  assert.equal(lastLine(output), '1 passed, 3 failed')
  assert.equal(status, 1)
})

test('one room can be run alone, and a room without tests is a failure', async (t) => {
  const folder = await makeFolder(t, {
    'package.json': manifest('node -e 0'),
    'test/server/a.test.ts': `${HEAD} test('good', () => {})`,
    'test/api/b.test.ts': `${HEAD} test('bad', () => assert.fail())`,
  })
  const alone = await runTool('test.ts', { folder, parameters: ['server'] })
  assert.equal(lastLine(alone.output), '1 passed, 0 failed')
  const none = await runTool('test.ts', { folder, parameters: ['journeys'] })
  assert.equal(lastLine(none.output), '0 passed, 1 failed')
  assert.equal(none.status, 1)
})

test('a build that fails, a missing browser and an empty checkout are failures', async (t) => {
  const file = `${HEAD} test('good', () => {})`
  const unbuilt = await makeFolder(t, {
    'package.json': manifest('node -e "process.exit(1)"'),
    'test/server/a.test.ts': file,
  })
  assert.equal(lastLine((await runTool('test.ts', { folder: unbuilt })).output), '0 passed, 1 failed')
  const journeys = await makeFolder(t, { 'package.json': manifest('node -e 0'), 'test/journeys/a.test.ts': file })
  const blind = await runTool('test.ts', { folder: journeys, environment: { CHROME_PATH: '/gone' } })
  assert.match(blind.output, /CHROME_PATH names \/gone/)
  assert.equal(lastLine(blind.output), '0 passed, 1 failed')
  const empty = await makeFolder(t, { 'package.json': manifest('node -e 0') })
  assert.equal(lastLine((await runTool('test.ts', { folder: empty })).output), '0 passed, 1 failed')
})
