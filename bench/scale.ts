/** The same requests on a small and on a large store, in turn, on SQLite and on PostgreSQL. */

import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { randomHex } from '../src/server/digest.ts'
import { sealedRows, sealedTables } from '../src/server/sealing/sealed-columns.ts'
import { copyToPostgres } from './copy.ts'
import { fillSqlite } from './fill.ts'
import { type Request, type Timed, load, median } from './load.ts'
import { type Volume, personOf, readableIndex, readablePeople } from './made-up-rows.ts'
import { measuredPostgres } from './postgres.ts'
import { timeMigration } from './migration.ts'
import { type Measured, startProcess } from './process.ts'
import type { Question } from './served-store.ts'
import { type Place, apiKey, appOrigin, openStore } from './setting.ts'

const large = Number(process.argv[3] ?? 1_000_000)
const rounds = Number(process.argv[4] ?? 15)
const small = 1_000
const callers = 8
/** Its tokens are never refreshed here. */
const issuer = 'http://127.0.0.1:9'

type Hello = { readonly port: number; readonly startMs: number }

/** A store of one size that is served. */
interface Subject {
  readonly volume: Volume
  readonly served: Measured<Hello, Question>
}

const volumeOf = (connections: number): Volume => ({
  connections,
  readable: 10_000,
  tokensEndAt: Date.now() + 86_400_000,
})

const host = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }

/** Somebody whose tokens are really sealed. */
function somebody(volume: Volume) {
  return personOf(readableIndex(volume, Math.floor(Math.random() * readablePeople(volume))))
}

const post = (path: string, body: object, headers: Request['headers'] = host): Request => ({
  method: 'POST',
  path,
  headers,
  body: JSON.stringify(body),
})

type Act = (volume: Volume) => Request

const acts: Readonly<Record<string, readonly [act: Act, share: number]>> = {
  'credentials, API key': [(volume) => post('/api/v1/connections/fake/credentials', somebody(volume)), 1],
  'list of connections': [
    (volume) => ({
      method: 'GET',
      path: `/api/v1/connections?${new URLSearchParams({ ...somebody(volume) })}`,
      headers: host,
    }),
    1,
  ],
  'connect token minted': [(volume) => post('/api/v1/connect-tokens', somebody(volume)), 0.5],
  'auth session created': [
    (volume) =>
      post('/api/v1/auth-sessions', {
        connectorId: 'fake',
        ...somebody(volume),
        redirectUri: 'http://127.0.0.1:9/',
        codeChallenge: 'x'.repeat(43),
      }),
    0.5,
  ],
  'audit of one person': [
    (volume) => {
      const { subject } = somebody(volume)
      return { method: 'GET', path: `/api/v1/audit?${new URLSearchParams({ subject })}`, headers: host }
    },
    0.25,
  ],
  'audit of one tenant': [
    (volume) => {
      const { tenant } = somebody(volume)
      return { method: 'GET', path: `/api/v1/audit?${new URLSearchParams({ tenant })}`, headers: host }
    },
    0.02,
  ],
}

/** A page's way: each person with a connect token of their own. */
async function withTokens({ volume, served }: Subject): Promise<Act> {
  const tokens: { readonly token: string; readonly person: object }[] = []
  const origin = `http://127.0.0.1:${served.hello.port}`
  for (let nth = 0; nth < 500; nth += 1) {
    const person = somebody(volume)
    const { path, ...init } = post('/api/v1/connect-tokens', person)
    const { token } = await (await fetch(`${origin}${path}`, init)).json()
    tokens.push({ token, person })
  }
  return () => {
    const { token } = tokens[Math.floor(Math.random() * tokens.length)] ?? { token: '' }
    const headers = { ...host, authorization: `Bearer ${token}`, origin: appOrigin }
    return post('/api/v1/connections/fake/credentials', {}, headers)
  }
}

const requestsPerRound = Number(process.argv[5] ?? 300)

async function measure({ volume, served }: Subject, act: Act, share: number): Promise<Timed> {
  const count = Math.max(10, Math.round(requestsPerRound * share))
  const timed = await load(`http://127.0.0.1:${served.hello.port}`, { count, callers }, () => act(volume))
  const failed = Object.entries(timed.statuses).filter(([status]) => !status.startsWith('2'))
  if (failed.length > 0) throw new Error(`Requests failed: ${JSON.stringify(timed.statuses)}`)
  return timed
}

async function compare(subjects: readonly [Subject, Subject]): Promise<void> {
  console.log(
    `  ${'act'.padEnd(28)}${['1 k p50', 'p95', 'p99', 'large p50', 'p95', 'p99', 'p95 ratio'].map((head) => head.padStart(11)).join('')}`,
  )
  const own = await Promise.all(subjects.map(withTokens))
  for (const [name, [act, share]] of [
    ...Object.entries(acts),
    ['credentials, connect token', [undefined, 1]] as const,
  ]) {
    const results = subjects.map((): Timed[] => [])
    // The first round is not counted: caches fill.
    for (let round = -1; round < rounds; round += 1)
      for (const [index, subject] of subjects.entries()) {
        const timed = await measure(subject, act ?? own[index] ?? (() => post('/', {})), share)
        if (round >= 0) results[index]?.push(timed)
      }
    const figures = results.map((timed) =>
      [timed.map(({ p50 }) => p50), timed.map(({ p95 }) => p95), timed.map(({ p99 }) => p99)].map(median),
    )
    const ratio = (figures[1]?.[1] ?? 0) / (figures[0]?.[1] ?? 1)
    const cells = [...figures.flat().map((ms) => ms.toFixed(2)), ratio.toFixed(2)]
    console.log(`  ${name.padEnd(28)}${cells.map((cell) => cell.padStart(11)).join('')}`)
  }
}

async function serveBoth(places: readonly [Place, Place]): Promise<[Subject, Subject]> {
  const start = async (place: Place, connections: number): Promise<Subject> => ({
    volume: volumeOf(connections),
    served: await startProcess<Hello, Question>('served-store.ts', { place, issuer }),
  })
  return [await start(places[0], small), await start(places[1], large)]
}

async function measureStore(places: readonly [Place, Place]): Promise<void> {
  const subjects = await serveBoth(places)
  const [one, other] = subjects
  console.log(`  start: ${one.served.hello.startMs.toFixed(0)} ms, large ${other.served.hello.startMs.toFixed(0)} ms`)
  await compare(subjects)
  const [choresOfOne, choresOfOther] = [
    await one.served.ask<Record<string, number>>('chores'),
    await other.served.ask<Record<string, number>>('chores'),
  ]
  for (const [name, ms] of Object.entries(choresOfOther))
    console.log(`  chore ${name.padEnd(22)} ${choresOfOne[name]?.toFixed(1)} ms, large ${ms.toFixed(1)} ms`)
  await one.served.end()
  await other.served.end()
  await measureWalks(places)
  if ('postgres' in places[1]) await fullScans(places[1].postgres)
  const { from, to, seconds } = await timeMigration(places[1])
  console.log(`  migrated from version ${from} to ${to} in ${seconds.toFixed(1)} s`)
}

/** What rotation does for every fifty rows. */
async function measureWalks(places: readonly [Place, Place]): Promise<void> {
  const credentials = sealedTables.find(({ table }) => table === 'credential')
  if (!credentials) throw new Error('There is no table of sealed credentials.')
  for (const [index, place] of places.entries()) {
    const store = openStore(place)
    const began = performance.now()
    const pages = 20
    for (let page = 0; page < pages; page += 1)
      await sealedRows(store, 'default', credentials, { after: randomHex(128), limit: 50 })
    const ms = (performance.now() - began) / pages
    console.log(`  ${index === 0 ? 'small' : 'large'}: a page of 50 rows for rotation is read in ${ms.toFixed(1)} ms`)
    await store.close()
  }
}

/** How often each table was read from end to end since the counters were reset. */
async function fullScans(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(
    'SELECT relname, seq_scan, seq_tup_read FROM pg_stat_user_tables WHERE seq_tup_read > 100000 ORDER BY relname',
  )
  await client.end()
  for (const row of rows)
    console.log(`  read from end to end: ${row.relname}, ${row.seq_scan} times, ${row.seq_tup_read} rows`)
}

async function resetCounters(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('SELECT pg_stat_reset()')
  await client.end()
}

async function sizeOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query('SELECT pg_database_size(current_database()) AS size')
  await client.end()
  return Number(rows[0].size)
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

const secondsSince = (began: number) => `${((performance.now() - began) / 1_000).toFixed(0)} s`

const folder = mkdtempSync(join(tmpdir(), 'connector-auth-scale-'))
try {
  const files = [join(folder, 'small.sqlite'), join(folder, 'large.sqlite')] as const
  await fillSqlite(files[0], volumeOf(small))
  const began = performance.now()
  const rows = await fillSqlite(files[1], volumeOf(large))
  console.log(`${large} connections against ${small}; ${rows} rows made up in ${secondsSince(began)}`)
  console.log(`${rounds} rounds of ${requestsPerRound} requests by ${callers} callers, in turn; medians, milliseconds`)
  console.log(`\nSQLite, file of ${megabytes(statSync(files[1]).size)}`)
  const copies = [join(folder, 'small-copy.sqlite'), join(folder, 'large-copy.sqlite')] as const
  copyFileSync(files[0], copies[0])
  copyFileSync(files[1], copies[1])
  await measureStore([{ sqlite: copies[0] }, { sqlite: copies[1] }])
  const server = await measuredPostgres()
  const urls = [server.url(await server.createDatabase()), server.url(await server.createDatabase())] as const
  const copying = performance.now()
  await copyToPostgres(files[0], urls[0])
  await copyToPostgres(files[1], urls[1])
  console.log(`\nPostgreSQL, database of ${megabytes(await sizeOf(urls[1]))}, copied in ${secondsSince(copying)}`)
  await resetCounters(urls[1])
  await measureStore([{ postgres: urls[0] }, { postgres: urls[1] }])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
