import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../support/free-port.ts'
import { snippet } from '../support/snippet.ts'

const root = join(import.meta.dirname, '../..')

/** Runs a snippet as a module inside the package's own folder, so that its imports are the package's entries. */
function run(t: TestContext, code: string, env: Record<string, string>): ChildProcess {
  mkdirSync(join(root, '.data'), { recursive: true })
  const folder = mkdtempSync(join(root, '.data', 'snippet-'))
  const file = join(folder, 'snippet.js')
  writeFileSync(file, code)
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  return child
}

test("the README's host and agent snippets work together as written", async (t) => {
  const port = await freePort()
  const env = {
    APP_URL: `http://localhost:${port}`,
    PORT: String(port),
    GOOGLE_ID: 'id',
    GOOGLE_SECRET: 'secret',
    CONNECTOR_AUTH_SEALING_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64url')}`,
    CONNECTOR_AUTH_API_KEYS: `cak_${'cd'.repeat(32)}`,
  }
  // As the README says for http://localhost: `dev: true`.
  const host = snippet('host').replace('createBackend({', 'createBackend({\n  dev: true,')
  run(t, `${host}\nasync function yourSignedInUser() { return 'user-42' }\n`, env)
  let ready = false
  for (let tries = 0; tries < 100 && !ready; tries += 1) {
    ready = await fetch(`${env.APP_URL}/connector-auth/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (!ready) await wait(100)
  }
  assert.ok(ready, 'the host answers')
  const minted = await fetch(`${env.APP_URL}/connect-token`, { method: 'POST' })
  assert.match((await minted.json()).token, /^cct_/)
  const agent = run(t, snippet('agent'), env)
  let said = ''
  agent.stdout?.on('data', (chunk) => (said += String(chunk)))
  const [code] = await once(agent, 'exit')
  assert.deepEqual([code, said], [0, 'undefined\n'], 'user-42 has connected nothing yet')
})

test('every document that the README links to exists', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const links = [...text.matchAll(/\]\((?!http)([^)#]+)/g)].map(([, file]) => file ?? '')
  assert.ok(links.length > 0)
  for (const file of links) assert.ok(readFileSync(join(root, file)).length > 0, file)
})
