import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey, startHarness } from '../support/backend.ts'
import { type Served, startServed } from '../support/serve.ts'

const read = '/api/v1/connections/fake/credentials'
const limits = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1, authSessionSeconds: 60 }

/** The lease can be written, the tokens that it was taken for cannot. */
const noTokens = "BEFORE UPDATE OF generation ON credential BEGIN SELECT RAISE(ABORT, 'disk full'); END"
const noGrants = "BEFORE INSERT ON credential BEGIN SELECT RAISE(ABORT, 'disk full'); END"

function stopping(t: TestContext, file: string) {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 5000')
  t.after(() => database.close())
  return {
    database,
    stop: (what: string) => database.exec(`CREATE TRIGGER stopped ${what}`),
    go: () => database.exec('DROP TRIGGER stopped'),
  }
}

function logOf() {
  const lines: { level: string; message: string }[] = []
  const at = (level: string) => (message: string) => void lines.push({ level, message })
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

async function start(t: TestContext, backend: Partial<BackendOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const file = join(folder, 'store.sqlite')
  const { lines, logger } = logOf()
  const harness = await startHarness(t, { backend: { store: sqliteStore(file), logger, limits, ...backend } })
  const refreshes = () => harness.fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  return {
    ...harness,
    ...stopping(t, file),
    folder,
    file,
    lines,
    refreshes,
    journal: join(folder, 'connector-auth.journal'),
  }
}

/** Another backend on the same store and authorization server. */
async function startOther(
  t: TestContext,
  first: Awaited<ReturnType<typeof start>>,
  more: Partial<BackendOptions> = {},
) {
  const { lines, logger } = logOf()
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(first.file),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [first.fake.record()],
    clients: { fake: { clientId: first.fake.clientId, clientSecret: first.fake.clientSecret } },
    egress: { allow: [first.fake.issuer] },
    limits,
    logger,
    ...more,
  })
  await backend.ready()
  t.after(() => backend.close())
  return { backend, lines, ...callsOf(backend, first.fake) }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); ) {
    assert.ok(Date.now() < end, 'in time')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('tokens that the store does not take are kept sealed, the old refresh token is not sent again, and the retry gets the new ones', async (t) => {
  const { fake, page: pageOf, stop, go, journal, refreshes } = await start(t)
  const page = await pageOf()
  const before = (await page.connect()).body.credentials.accessToken
  stop(noTokens)
  const refused = await page.post(read, { forceRefresh: true })
  assert.deepEqual([refused.status, refused.body.reason, refused.body.retryable], [503, 'storage_unavailable', true])
  assert.equal(statSync(journal).mode & 0o777, 0o600)
  assert.match(readFileSync(journal, 'utf8'), /"kind":"refresh"/)
  assert.equal(readFileSync(journal, 'utf8').includes('fake-'), false, 'no token stands in it')
  for (let count = 0; count < 3; count += 1)
    assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'storage_unavailable')
  assert.equal((await page.post(read)).body.accessToken, before, 'a token that is still valid is served')
  assert.equal(refreshes(), 1)
  go()
  const after = await page.post(read, { forceRefresh: true })
  assert.equal(after.status, 200)
  assert.notEqual(after.body.accessToken, before)
  assert.equal(refreshes(), 1, 'the new tokens are those that were kept')
  assert.equal(readFileSync(journal, 'utf8'), '')
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal(fake.grants.reuses, 0)
})

test('tokens that were kept are stored as soon as the store takes them, without a request', async (t) => {
  const { page: pageOf, stop, go, journal, database } = await start(t)
  const page = await pageOf()
  await page.connect()
  stop(noTokens)
  await page.post(read, { forceRefresh: true })
  go()
  await until(() => readFileSync(journal, 'utf8') === '')
  assert.equal(database.prepare('SELECT generation FROM credential').get()?.['generation'], 2)
})

test('a store that turns read-only between lease and answer costs no token', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const store = sqliteStore(join(folder, 'store.sqlite'))
  const { fake, page: pageOf, refreshes } = await start(t, { store })
  const page = await pageOf()
  await page.connect()
  fake.script({ kind: 'delay', ms: 300 })
  const refreshing = page.post(read, { forceRefresh: true })
  await until(() => refreshes() === 1)
  await sql`PRAGMA query_only = ON`.execute(store.db)
  assert.equal((await refreshing).body.reason, 'storage_unavailable')
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'storage_unavailable')
  await sql`PRAGMA query_only = OFF`.execute(store.db)
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [1, 0])
})

test('a first grant that the store does not take is kept: the same request again connects', async (t) => {
  const { fake, page: pageOf, stop, go, journal } = await start(t)
  const page = await pageOf()
  const { id, redeem } = await page.begin()
  stop(noGrants)
  const path = `/api/v1/auth-sessions/${id}/redeem`
  for (let count = 0; count < 2; count += 1) {
    const refused = await page.post(path, redeem)
    assert.deepEqual([refused.status, refused.body.reason, refused.body.retryable], [503, 'storage_unavailable', true])
  }
  assert.match(readFileSync(journal, 'utf8'), /"kind":"grant"/)
  assert.equal(readFileSync(journal, 'utf8').includes('fake-'), false)
  go()
  const { status, body } = await page.post(path, redeem)
  assert.deepEqual([status, body.status, body.account.id], [200, 'ACTIVE', 'account-1'])
  assert.equal((await page.get('/api/v1/connections')).body.connections.length, 1)
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal(
    fake.requests.some(({ path: called }) => called === '/revoke'),
    false,
  )
  assert.equal(readFileSync(journal, 'utf8'), '')
})

test('a grant whose attempt was given up meanwhile is taken back', async (t) => {
  const { fake, page: pageOf, stop, go, database, journal } = await start(t)
  const page = await pageOf()
  const { id, redeem } = await page.begin()
  stop(noGrants)
  await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  database.exec("UPDATE auth_session SET status = 'FAILED'")
  go()
  await until(() => readFileSync(journal, 'utf8') === '')
  assert.deepEqual((await page.get('/api/v1/connections')).body.connections, [])
  assert.ok(fake.requests.some(({ path }) => path === '/revoke'))
})

test('two backends with one store: the other one never sends the old refresh token while newer ones wait', async (t) => {
  const first = await start(t)
  const page = await first.page()
  const before = (await page.connect()).body.credentials.accessToken
  const other = await (await startOther(t, first)).page()
  first.stop(noTokens)
  await page.post(read, { forceRefresh: true })
  // The first one's lease and grace are over.
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  assert.equal((await other.post(read, { forceRefresh: true })).body.reason, 'storage_unavailable')
  first.go()
  const answers = await Promise.all([
    ...Array.from({ length: 10 }, () => other.post(read, { forceRefresh: true })),
    ...Array.from({ length: 10 }, () => page.post(read, { forceRefresh: true })),
  ])
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.notEqual(answers[0]?.body.accessToken, before)
  assert.equal(first.fake.grants.reuses, 0)
  assert.equal((await other.post(read, { forceRefresh: true })).status, 200)
  await until(() => readFileSync(first.journal, 'utf8') === '')
})

test('kept tokens that were overtaken by a reconnect are dropped, and the connection lives', async (t) => {
  const first = await start(t)
  const page = await first.page()
  await page.connect()
  const other = await startOther(t, first, { journal: join(first.folder, 'other.journal') })
  first.stop(noTokens.replace('BEGIN', "WHEN new.generation = 2 AND old.lease_owner <> '' BEGIN"))
  await page.post(read, { forceRefresh: true })
  first.go()
  // Elsewhere, before this one's next try.
  assert.equal((await (await other.page()).connect()).body.existing, true)
  await until(() => readFileSync(first.journal, 'utf8') === '')
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.equal(first.fake.grants.reuses, 0)
})

test('kept tokens of a connection that was ended meanwhile are revoked', async (t) => {
  const first = await start(t)
  const page = await first.page()
  await page.connect()
  const other = await startOther(t, first, { journal: join(first.folder, 'other.journal') })
  first.stop(noTokens)
  await page.post(read, { forceRefresh: true })
  await (await other.page()).post('/api/v1/connections/fake/disconnect')
  const revoked = () => first.fake.requests.filter(({ path }) => path === '/revoke').length
  const before = revoked()
  first.go()
  await until(() => readFileSync(first.journal, 'utf8') === '')
  assert.ok(revoked() > before)
})

test('a journal that cannot be written either: the tokens live in memory, the log says so loudly, and none is lost', async (t) => {
  const folder = join(mkdtempSync(join(tmpdir(), 'connector-auth-')), 'journal')
  mkdirSync(folder)
  const journal = join(folder, 'tokens')
  const { fake, page: pageOf, stop, go, lines, refreshes } = await start(t, { journal })
  const page = await pageOf()
  await page.connect()
  rmSync(folder, { recursive: true })
  stop(noTokens)
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'storage_unavailable')
  assert.ok(lines.some(({ level, message }) => level === 'error' && /MEMORY ALONE.*Do not stop/.test(message)))
  assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'storage_unavailable')
  mkdirSync(folder)
  await until(() => existsSync(journal) && readFileSync(journal, 'utf8').includes('"refresh"'))
  go()
  assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
  assert.deepEqual([refreshes(), fake.grants.reuses], [1, 0])
})

test('damaged lines are passed over, and cost neither what stands before nor what comes after', async (t) => {
  const first = await start(t)
  const page = await first.page('ana')
  const ben = await first.page('ben')
  await page.connect()
  await ben.connect()
  first.stop(noTokens)
  await page.post(read, { forceRefresh: true })
  appendFileSync(first.journal, '\0\0{"id":"0123","kind":"refr')
  await ben.post(read, { forceRefresh: true })
  appendFileSync(first.journal, `{"id":"${'0'.repeat(32)}","kind":"refresh","about":"row","tenant":"","seal`)
  renameSync(first.journal, join(first.folder, 'moved'))
  const other = await startOther(t, first, { journal: join(first.folder, 'moved') })
  assert.ok(other.lines.some(({ message }) => /damaged/.test(message)))
  first.go()
  for (const subject of ['ana', 'ben'])
    assert.equal((await (await other.page(subject)).post(read, { forceRefresh: true })).status, 200)
  assert.equal(first.fake.grants.reuses, 0)
  assert.equal(first.refreshes(), 2)
})

test('an entry that somebody changed does not open and stops nothing', async (t) => {
  const first = await start(t)
  const page = await first.page()
  await page.connect()
  first.stop(noTokens)
  await page.post(read, { forceRefresh: true })
  const text = readFileSync(first.journal, 'utf8')
  const forged = join(first.folder, 'forged')
  appendFileSync(forged, text.replace(/"about":"\w{4}/, '"about":"0000'))
  const other = await startOther(t, first, { journal: forged })
  assert.ok(other.lines.some(({ level, message }) => level === 'error' && /does not open/.test(message)))
  assert.equal((await other.call('GET', '/readyz')).status, 200)
})

test('without a path, a store that has no file warns at start', async (t) => {
  const { lines } = await start(t, { store: sqliteStore(':memory:') })
  assert.ok(lines.some(({ level, message }) => level === 'warn' && /no journal/.test(message)))
})

/** The calls of a host with its API key, over HTTP. */
const ask = ({ url }: Served, path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

/** A page whose calls go to the process. */
function pageOf(served: Served) {
  const { page } = callsOf(
    {
      async fetch(request) {
        const { method, headers } = request
        const body = method === 'GET' ? null : await request.text()
        return fetch(request.url.replace(appOrigin, served.url), { method, headers, body })
      },
      mintConnectToken: async (who) => (await ask(served, '/api/v1/connect-tokens', who)).json(),
    },
    served.fake,
  )
  return page('ana')
}

test('killed after the journal was written: the next start has the newest refresh token', async (t) => {
  const served = await startServed(t)
  const { stop, go } = stopping(t, join(served.folder, 'connector-auth.sqlite'))
  await (await pageOf(served)).connect()
  stop(noTokens)
  assert.equal((await ask(served, read, { subject: 'ana', forceRefresh: true })).status, 503)
  served.child.kill('SIGKILL')
  await served.ended()
  go()
  const again = await startServed(t, { after: served })
  for (let count = 0; count < 3; count += 1)
    assert.equal((await ask(again, read, { subject: 'ana', forceRefresh: true })).status, 200)
  assert.equal(served.fake.grants.reuses, 0)
  assert.equal(readFileSync(join(served.folder, 'connector-auth.journal'), 'utf8'), '')
})

test('killed after the journal was written, and the store is still stopped: the old refresh token is not sent', async (t) => {
  const served = await startServed(t)
  const { stop, go, database } = stopping(t, join(served.folder, 'connector-auth.sqlite'))
  await (await pageOf(served)).connect()
  stop(noTokens)
  await ask(served, read, { subject: 'ana', forceRefresh: true })
  served.child.kill('SIGKILL')
  await served.ended()
  // As if lease and grace had been over long ago.
  database.exec("UPDATE credential SET lease_owner = '', lease_until = 0")
  const again = await startServed(t, { after: served })
  assert.equal((await ask(again, read, { subject: 'ana', forceRefresh: true })).status, 503)
  go()
  assert.equal((await ask(again, read, { subject: 'ana', forceRefresh: true })).status, 200)
  assert.equal(served.fake.grants.reuses, 0)
})

test('killed after a first grant was kept: the next start makes the connection', async (t) => {
  const served = await startServed(t)
  const { stop, go } = stopping(t, join(served.folder, 'connector-auth.sqlite'))
  const page = await pageOf(served)
  const { id, redeem } = await page.begin()
  stop(noGrants)
  assert.equal((await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)).status, 503)
  served.child.kill('SIGKILL')
  await served.ended()
  go()
  const again = await startServed(t, { after: served })
  assert.equal((await ask(again, read, { subject: 'ana', forceRefresh: true })).status, 200)
  assert.equal(served.fake.grants.reuses, 0)
})
