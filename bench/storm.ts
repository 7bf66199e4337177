/** Refresh storm: the access tokens of all connections have ended, and everybody asks at once, twice. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillSqlite } from './fill.ts'
import { type Request, type Timed, load } from './load.ts'
import { type Volume, personOf, readableIndex, readablePeople } from './made-up-rows.ts'
import { measuredPostgres } from './postgres.ts'
import { type Measured, startProcess } from './process.ts'
import type { Figures, Question } from './served-store.ts'
import { type Place, apiKey, connectorIds } from './setting.ts'
import type { Counted } from './token-server.ts'
import { copyToPostgres } from './copy.ts'

const connections = Number(process.argv[3] ?? 10_000)
const callers = Number(process.argv[4] ?? 2_000)
const answerMs = 20
const volume: Volume = { connections, readable: connections, tokensEndAt: Date.now() - 1_000 }

/** Everybody's connections in one order, and then all again. */
function requestOf(nth: number): Request {
  const connection = nth % connections
  const person = readableIndex(volume, Math.floor(connection / connectorIds.length) % readablePeople(volume))
  return {
    method: 'POST',
    path: `/api/v1/connections/${connectorIds[connection % connectorIds.length]}/credentials`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify(personOf(person)),
  }
}

interface Outcome {
  readonly timed: Timed
  readonly figures: Figures
  readonly counted: Counted
}

async function storm(place: Place): Promise<Outcome> {
  const tokens: Measured<{ port: number }, 'count'> = await startProcess('token-server.ts', {
    answerMs,
    expiresInSeconds: 3_600,
  })
  const issuer = `http://127.0.0.1:${tokens.hello.port}`
  const served: Measured<{ port: number }, Question> = await startProcess('served-store.ts', { place, issuer })
  await served.ask('watch')
  const timed = await load(`http://127.0.0.1:${served.hello.port}`, { count: connections * 2, callers }, requestOf)
  const outcome = { timed, figures: await served.ask<Figures>('figures'), counted: await tokens.ask<Counted>('count') }
  await served.end()
  await tokens.end()
  return outcome
}

function print(name: string, { timed, figures, counted }: Outcome): void {
  const answered = timed.statuses[200] ?? 0
  console.log(`\n${name}`)
  console.log(
    `  answers                        ${answered} of ${connections * 2}, others ${JSON.stringify(timed.statuses)}`,
  )
  console.log(`  calls of the token endpoint    ${counted.calls} (${counted.reuses} with a used refresh token)`)
  console.log(`  in parallel there, at most     ${counted.parallelMax}`)
  console.log(
    `  time                           ${timed.seconds.toFixed(1)} s, ${(counted.calls / timed.seconds).toFixed(0)} refreshes/s`,
  )
  console.log(
    `  a caller waited                p50 ${timed.p50.toFixed(0)} ms, p99 ${timed.p99.toFixed(0)} ms, max ${timed.max.toFixed(0)} ms`,
  )
  console.log(
    `  event-loop lag                 p99 ${figures.lagP99.toFixed(0)} ms, max ${figures.lagMax.toFixed(0)} ms`,
  )
  console.log(
    `  lag of the other, idle process p99 ${counted.lagP99.toFixed(0)} ms, max ${counted.lagMax.toFixed(0)} ms: the machine's own`,
  )
  console.log(`  memory (RSS), at most          ${figures.rssMax.toFixed(0)} MB`)
  console.log(`  processor time                 ${figures.cpuSeconds.toFixed(1)} s`)
}

const folder = mkdtempSync(join(tmpdir(), 'connector-auth-storm-'))
console.log(
  `${connections} connections whose tokens have ended, ${connections * 2} reads by ${callers} callers at a time,`,
)
console.log(`authorization server of another process that answers after ${answerMs} ms and rotates`)
try {
  const filled = join(folder, 'filled.sqlite')
  await fillSqlite(filled, volume)
  const server = await measuredPostgres()
  const postgres = server.url(await server.createDatabase())
  await copyToPostgres(filled, postgres)
  print('SQLite', await storm({ sqlite: filled }))
  print('PostgreSQL', await storm({ postgres }))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
