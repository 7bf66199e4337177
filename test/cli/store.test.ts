import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { sqliteStore } from '../../src/server/index.ts'
import { postgresStore } from '../../src/server/postgres.ts'
import { migrations } from '../../src/server/stores/migrations.ts'
import { type Harness, apiKey, appOrigin, sealingKey } from '../support/backend.ts'
import { sharedPostgres } from '../support/postgres.ts'
import { startReplicas } from '../support/replicas.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const read = '/api/v1/connections/fake/credentials'

interface Run {
  readonly code: number
  readonly out: string
  readonly error: string
}

interface Place {
  readonly cwd: string
  readonly file: string
  run(...args: string[]): Promise<Run>
}

/** A folder with a configuration, as `serve` would find it. */
function place(database: Record<string, unknown>, environment: Record<string, string> = {}): Place {
  const cwd = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const config = { publicUrl: `${appOrigin}/connector-auth`, connectors: [], clients: {}, ...database }
  writeFileSync(join(cwd, 'connector-auth.json'), JSON.stringify(config))
  const env = {
    ...process.env,
    CONNECTOR_AUTH_SEALING_KEYS: sealingKey,
    CONNECTOR_AUTH_API_KEYS: apiKey,
    ...environment,
  }
  return {
    cwd,
    file: join(cwd, 'connector-auth.sqlite'),
    run: (...args) =>
      new Promise((resolve) => {
        execFile(process.execPath, [main, ...args], { cwd, env }, (error, out, text) => {
          resolve({ code: Number(error?.code ?? 0), out, error: text })
        })
      }),
  }
}

async function onPostgres(environment: Record<string, string> = {}): Promise<Place & { readonly url: string }> {
  const server = await sharedPostgres()
  const url = server.url(await server.createDatabase())
  return { url, ...place({ databaseUrlEnv: 'DATABASE_URL' }, { DATABASE_URL: url, ...environment }) }
}

const odd = 'ana\u2028 日本 "\\'

/** A store with two connected people, an API key, an open attempt, and a failed revocation. */
async function filled(t: TestContext, file: string) {
  const replicas = await startReplicas(t, () => sqliteStore(file))
  const replica = await replicas.start()
  await (await replica.page('ana')).connect()
  replicas.fake.grants.account = { id: 'account-2', name: odd }
  await (await replica.page('ben', { tenant: 'acme' })).connect()
  const { key } = (await replica.host('POST', '/api/v1/api-keys', { name: 'worker' })).body
  const begun = await (await replica.page('cem')).begin()
  await replica.backend.close()
  return { replicas, key: String(key), begun }
}

const credentials = async ({ host }: Pick<Harness, 'host'>, subject: string, tenant = '') =>
  host('POST', read, { subject, ...(tenant ? { tenant } : {}), forceRefresh: true })

test('migrate says from which version to which, on either store; a second time there is nothing to do', async () => {
  for (const there of [place({}), await onPostgres()]) {
    assert.deepEqual(await there.run('migrate'), {
      code: 0,
      out: `The store went from schema version 0 to ${migrations.length}.\n`,
      error: '',
    })
    assert.equal((await there.run('migrate')).out, `The store has schema version ${migrations.length} already.\n`)
  }
})

test('a program refuses a newer schema with one sentence and exit code 2, at migrate, export and serve', async () => {
  const there = place({})
  await there.run('migrate')
  const database = new DatabaseSync(there.file)
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`)
  database.close()
  for (const command of [['migrate'], ['store', 'export', 'copy'], ['serve']]) {
    const { code, error } = await there.run(...command)
    assert.equal(code, 2, command.join(' '))
    assert.match(error, /The store has schema version \d+, this program knows \d+\./)
  }
  assert.equal(existsSync(join(there.cwd, 'copy')), false)
})

test('a store moves from SQLite to PostgreSQL with every connection, key and attempt, and back', async (t) => {
  const from = place({})
  const { replicas, key, begun } = await filled(t, from.file)
  const { code, out } = await from.run('store', 'export', 'copy.jsonl')
  assert.deepEqual([code, /^Wrote \d+ rows to copy\.jsonl\./.test(out)], [0, true])
  const copy = join(from.cwd, 'copy.jsonl')
  assert.equal(statSync(copy).mode & 0o777, 0o600)
  assert.doesNotMatch(readFileSync(copy, 'utf8'), /fake-(at|rt)-/)
  const to = await onPostgres()
  assert.match((await to.run('store', 'import', copy)).out, /^Read \d+ rows/)
  const moved = await replicas.start({ store: postgresStore({ connectionString: to.url }) })
  assert.equal((await credentials(moved, 'ana')).status, 200)
  assert.equal((await credentials(moved, 'ben', 'acme')).status, 200)
  const listed = await moved.call('GET', '/api/v1/connections?subject=ben&tenant=acme', {
    headers: { authorization: `Bearer ${key}` },
  })
  assert.equal(listed.body.connections[0].account.name, odd)
  const page = await moved.page('cem')
  assert.equal((await page.post(`/api/v1/auth-sessions/${begun.id}/redeem`, begun.redeem)).body.status, 'ACTIVE')
  assert.equal(replicas.fake.grants.reuses, 0)
  await moved.backend.close()
  assert.equal((await to.run('store', 'export', 'back.jsonl')).code, 0)
  const back = place({})
  assert.equal((await back.run('store', 'import', join(to.cwd, 'back.jsonl'))).code, 0)
  const again = await replicas.start({ store: sqliteStore(back.file) })
  for (const who of [
    ['ana', ''],
    ['ben', 'acme'],
    ['cem', ''],
  ] as const)
    assert.equal((await credentials(again, who[0], who[1])).status, 200)
  assert.equal(replicas.fake.grants.reuses, 0)
})

test('an export never writes over a file', async () => {
  const there = place({})
  await there.run('migrate')
  writeFileSync(join(there.cwd, 'mine'), 'mine')
  const { code, error } = await there.run('store', 'export', 'mine')
  assert.deepEqual([code, /mine exists/.test(error)], [2, true])
  assert.equal(readFileSync(join(there.cwd, 'mine'), 'utf8'), 'mine')
})

test('an export of an older schema asks for migrate first', async () => {
  const there = place({})
  const { code, error } = await there.run('store', 'export', 'copy')
  assert.deepEqual([code, /Run connector-auth migrate first/.test(error)], [2, true])
})

test('an import refuses a damaged, cut, foreign or other-version file, and writes nothing', async (t) => {
  const from = place({})
  await filled(t, from.file)
  await from.run('store', 'export', 'copy')
  const text = readFileSync(join(from.cwd, 'copy'), 'utf8')
  const lines = text.trimEnd().split('\n')
  const to = await onPostgres()
  const wrong: Record<string, string> = {
    'a changed value': text.replace('"worker"', '"wonder"'),
    'a cut end': lines.slice(0, -1).join('\n'),
    'a cut line': text.slice(0, -40),
    'a missing row': lines.toSpliced(3, 1).join('\n'),
    'a row too much': `${text}${lines[3]}\n`,
    'another version': text.replace(/"schema":\d+/, '"schema":1'),
    'another format': '{"format":"something else","schema":3}\n',
    'an unknown table': text.replaceAll('"table":"api_key"', '"table":"pg_user"'),
    'an unknown column': text.replaceAll('"last_four"', '"last_five"'),
    'no JSON': 'hello\n',
    nothing: '',
  }
  for (const [what, content] of Object.entries(wrong)) {
    writeFileSync(join(to.cwd, 'wrong'), content)
    const { code, error } = await to.run('store', 'import', 'wrong')
    assert.equal(code, 2, `${what}: ${error}`)
    assert.match(error, /^The file cannot be imported: .*Nothing was written\.$/m, what)
  }
  writeFileSync(join(to.cwd, 'right'), text)
  chmodSync(join(to.cwd, 'right'), 0o600)
  assert.equal((await to.run('store', 'import', 'right')).code, 0, 'it was still empty')
  const again = await to.run('store', 'import', 'right')
  assert.deepEqual([again.code, /The store has rows in/.test(again.error)], [2, true])
})

test('an import with other sealing keys than the exported store had is refused, and writes nothing', async (t) => {
  const from = place({})
  await filled(t, from.file)
  await from.run('store', 'export', 'copy')
  const copy = join(from.cwd, 'copy')
  const there = place({}, { CONNECTOR_AUTH_SEALING_KEYS: `k1:${'A'.repeat(43)}` })
  const { code, error } = await there.run('store', 'import', copy)
  assert.deepEqual([code, /Sealing key k1 has another value/.test(error)], [1, true], error)
  const database = new DatabaseSync(there.file)
  assert.equal(database.prepare('SELECT count(*) AS n FROM connection').get()?.['n'], 0)
  database.close()
})

test('a database URL that is missing, wrong or beside a file is a fault of the configuration, and is never shown', async () => {
  const secret = 'hunter2-in-the-url'
  const cases = [
    [place({ databaseUrlEnv: 'NO_SUCH_VARIABLE' }), /the environment has no NO_SUCH_VARIABLE/],
    [place({ databaseUrlEnv: 'DB' }, { DB: `mysql://u:${secret}@h/d` }), /DB is not postgres:/],
    [place({ databaseUrlEnv: 'DB' }, { DB: `postgres://u:${secret}@h:notaport/d` }), /DB is not postgres:/],
    [place({ databaseUrlEnv: 'DB', database: 'x' }, { DB: 'postgres://u@h/d' }), /either database or databaseUrlEnv/],
  ] as const
  for (const [there, sentence] of cases)
    for (const command of ['migrate', 'serve']) {
      const { code, error } = await there.run(command)
      assert.equal(code, 2)
      assert.match(error, sentence)
      assert.doesNotMatch(error, new RegExp(secret))
    }
})
