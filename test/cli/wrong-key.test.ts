import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { apiKey, sealingKey } from '../support/backend.ts'
import { freePort } from '../support/free-port.ts'
import { pagesOf, startServed } from '../support/serve.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** Every row of every table. */
function rowsOf(folder: string): unknown {
  const database = new DatabaseSync(join(folder, 'connector-auth.sqlite'), { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
    return tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${String(name)}"`).all()])
  } finally {
    database.close()
  }
}

const listens = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connectTo(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const other = Buffer.alloc(32, 7).toString('base64url')
const wrong: Readonly<Record<string, string>> = {
  'another value under the same id': `k1:${other}`,
  'another id': `k2:${other}`,
}

test('serve with a wrong sealing key ends before it listens, and leaves the database as it was', async (t) => {
  const served = await startServed(t)
  const { body } = await (await pagesOf(served).page()).connect()
  assert.equal(body.status, 'ACTIVE')
  served.child.kill('SIGTERM')
  await served.ended()
  const before = rowsOf(served.folder)
  for (const [name, key] of Object.entries(wrong)) {
    const port = await freePort()
    const env = {
      ...process.env,
      FAKE_SECRET: served.fake.clientSecret,
      CONNECTOR_AUTH_API_KEYS: apiKey,
      CONNECTOR_AUTH_SEALING_KEYS: key,
    }
    const options = { cwd: served.folder, env, timeout: 20_000 }
    let ended: { readonly code: unknown; readonly text: string } | undefined
    execFile(process.execPath, [main, 'serve', '--port', String(port)], options, (error, _, text) => {
      ended = { code: error?.code, text }
    })
    while (!ended) {
      assert.equal(await listens(port), false, name)
      await wait(20)
    }
    assert.ok(ended.code === 1 || ended.code === 2, `${name}: ${String(ended.code)}`)
    assert.match(ended.text, /k[12]\b/, 'it says which key')
    assert.equal(ended.text.includes(other), false)
    assert.deepEqual(rowsOf(served.folder), before, name)
  }
  const right = await startServed(t, { after: served, environment: { CONNECTOR_AUTH_SEALING_KEYS: sealingKey } })
  const read = (await pagesOf(right).page()).post('/api/v1/connections/fake/credentials', { forceRefresh: true })
  assert.equal((await read).status, 200)
})
