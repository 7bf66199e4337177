import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { migrations } from '../../src/server/stores/migrations.ts'
import { apiKey, appOrigin, callsOf, sealingKey, startHarness } from '../support/backend.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'connector-auth-'))

test('no byte of the SQLite files holds a token, a secret, a key, a code or a state', async (t) => {
  const dir = folder()
  const harness = await startHarness(t, { backend: { store: sqliteStore(join(dir, 'store.sqlite')) } })
  const page = await harness.page()
  const { redeem, created, id } = await page.begin()
  const { body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  const refreshed = await page.post('/api/v1/connections/fake/credentials', { forceRefresh: true })
  const code = new URLSearchParams(redeem.callback).get('code') ?? ''
  const canaries = [
    body.credentials.accessToken,
    refreshed.body.accessToken,
    harness.fake.clientSecret,
    apiKey.slice(4),
    sealingKey.slice(3),
    page.token.slice(37),
    code,
    created.body.stateKey,
    redeem.verifier,
    'fake-rt-',
    'fake-at-',
  ]
  const files = readdirSync(dir)
  assert.ok(files.length > 0)
  for (const file of files) {
    const bytes = readFileSync(join(dir, file))
    for (const canary of canaries) assert.equal(bytes.includes(canary), false, `${file} holds ${canary.slice(0, 12)}`)
    assert.equal(statSync(join(dir, file)).mode & 0o077, 0, `${file} is closed to others`)
  }
  // The dump does hold what is no secret: the check looks at the right bytes.
  assert.ok(files.some((file) => readFileSync(join(dir, file)).includes('ana@fake.example')))
})

async function startAgain(
  dir: string,
  harness: Awaited<ReturnType<typeof startHarness>>,
  changes: Partial<BackendOptions>,
) {
  return createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(join(dir, 'store.sqlite')),
    sealingKeys: [sealingKey],
    connectors: [harness.fake.record()],
    clients: { fake: { clientId: harness.fake.clientId, clientSecret: harness.fake.clientSecret } },
    egress: { allow: [harness.fake.issuer] },
    ...changes,
  })
}

test('a second start uses the connections of the first', async (t) => {
  const dir = folder()
  const harness = await startHarness(t, { backend: { store: sqliteStore(join(dir, 'store.sqlite')) } })
  await (await harness.page()).connect()
  await harness.backend.close()
  const second = await startAgain(dir, harness, {})
  await second.ready()
  t.after(() => second.close())
  const page = await callsOf(second, harness.fake).page()
  assert.equal((await page.post('/api/v1/connections/fake/credentials', { forceRefresh: true })).status, 200)
})

test('a wrong or missing key refuses to start, and the store is untouched', async (t) => {
  const dir = folder()
  const harness = await startHarness(t, { backend: { store: sqliteStore(join(dir, 'store.sqlite')) } })
  await (await harness.page()).connect()
  const other = `k1:${Buffer.alloc(32, 7).toString('base64url')}`
  for (const sealingKeys of [[other], [other.replace('k1', 'k2')]]) {
    const wrong = await startAgain(dir, harness, { sealingKeys })
    await assert.rejects(wrong.ready(), { reason: 'key_unavailable' })
    assert.equal((await wrong.fetch(new Request(`${appOrigin}/readyz`))).status, 503)
    await wrong.close()
  }
  assert.equal((await (await harness.page()).post('/api/v1/connections/fake/credentials')).status, 200)
})

test('a token that was moved to another row does not open', async (t) => {
  const dir = folder()
  const harness = await startHarness(t, { backend: { store: sqliteStore(join(dir, 'store.sqlite')) } })
  await (await harness.page('ana')).connect()
  await (await harness.page('ben')).connect()
  const database = new DatabaseSync(join(dir, 'store.sqlite'))
  const [ana, ben] = database.prepare('SELECT row_id, access_token FROM credential ORDER BY rowid').all()
  database
    .prepare('UPDATE credential SET access_token = ? WHERE row_id = ?')
    .run(String(ana?.['access_token']), String(ben?.['row_id']))
  database.close()
  const read = await (await harness.page('ben')).post('/api/v1/connections/fake/credentials')
  assert.deepEqual([read.status, read.body.reason], [500, 'decrypt_failed'])
  assert.equal(
    (await (await harness.page('ana')).post('/api/v1/connections/fake/credentials')).status,
    200,
    'other rows work',
  )
})

test('an old program refuses a newer schema', async () => {
  const file = join(folder(), 'store.sqlite')
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`)
  database.close()
  await assert.rejects(sqliteStore(file).migrate(), /schema version/)
})

test('dev mode keeps its key in the store, and works over a second start', async (t) => {
  const dir = folder()
  const dev = {
    publicUrl: 'http://localhost:4100/connector-auth',
    dev: true,
    sealingKeys: [],
    allowedOrigins: [appOrigin],
    callbacks: { [appOrigin]: `${appOrigin}/{connector}.html` },
  }
  const harness = await startHarness(t, { backend: { store: sqliteStore(join(dir, 'store.sqlite')), ...dev } })
  assert.equal((await (await harness.page()).connect()).body.status, 'ACTIVE')
  await harness.backend.close()
  const second = await startAgain(dir, harness, dev)
  t.after(() => second.close())
  assert.equal(
    (await (await callsOf(second, harness.fake).page()).post('/api/v1/connections/fake/credentials')).status,
    200,
  )
})
