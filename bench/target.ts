/** The process that is measured: the backend, and bare routes that do one statement of SQLite, on ports of their own. */

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { startFakeAuthorizationServer } from '../src/fakes/index.ts'
import { nodeListener } from '../src/server/adapters/node.ts'
import { createBackend, sqliteStore } from '../src/server/index.ts'

const apiKey = `cak_${'ab'.repeat(32)}`
const folder = mkdtempSync(join(tmpdir(), 'connector-auth-bench-'))

/** A route that reads one row, and one that commits one: what no backend on this database can be faster than. */
function startFloor(): Promise<number> {
  const database = new DatabaseSync(join(folder, 'floor.sqlite'))
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (id TEXT PRIMARY KEY, value TEXT)',
  )
  database.exec(`INSERT INTO t VALUES ('one', '${'v'.repeat(500)}')`)
  const read = database.prepare('SELECT value FROM t WHERE id = ?')
  const write = database.prepare('INSERT INTO t VALUES (?, ?)')
  const app = new Hono()
  app.post('/read', async (context) => {
    await context.req.json()
    return context.json({ value: read.get('one')?.['value'] })
  })
  app.post('/write', async (context) => {
    await context.req.json()
    const id = crypto.randomUUID()
    write.run(id, 'v'.repeat(500))
    return context.json({ id })
  })
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
  })
}

async function startBackend(): Promise<number> {
  const fake = await startFakeAuthorizationServer({ expiresInSeconds: 36_000 })
  const backend = createBackend({
    publicUrl: 'https://app.test/connector-auth',
    store: sqliteStore(join(folder, 'backend.sqlite')),
    sealingKeys: [`k1:${Buffer.alloc(32, 7).toString('base64url')}`],
    apiKeys: [apiKey],
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    returnUrls: ['https://app.test/done'],
    egress: { allow: [fake.issuer] },
    rateLimits: { perCredential: false, perAddress: false, failedPerAddress: false },
  })
  await backend.ready()
  await connect(backend, fake.authorize)
  const answer = nodeListener(backend)
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** One connection, made the way a host makes it. */
async function connect(
  backend: { fetch(request: Request): Promise<Response> },
  authorize: (url: string) => Promise<URL>,
): Promise<void> {
  const call = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
    const request = new Request(`https://app.test${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await backend.fetch(request)).json()
  }
  const returnUrl = 'https://app.test/done'
  const created = await call('/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana', returnUrl })
  const callback = await authorize(created.redirectUrl)
  const answer = await backend.fetch(new Request(`https://app.test${callback.pathname}${callback.search}`))
  const completionCode = new URL(answer.headers.get('location') ?? '').searchParams.get('completion')
  await call(`/api/v1/auth-sessions/${created.id}/complete`, { completionCode, subject: 'ana' })
}

const [floor, backend] = await Promise.all([startFloor(), startBackend()])
process.send?.({ floor, backend, apiKey })
process.once('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
