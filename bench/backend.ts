/**
 * Requests per second of the backend against bare routes that do one statement of SQLite, in one run.
 *
 * Rounds alternate, so that a noisy machine is noisy for both; medians are told, and their ratio.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import autocannon from 'autocannon'

interface Target {
  readonly name: string
  readonly url: string
  readonly body: object
  readonly authorization?: string
}

interface Measured {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 4)

const child = fork(join(import.meta.dirname, 'target.ts'))
const [ports]: { floor: number; backend: number; apiKey: string }[] = await once(child, 'message')
if (!ports) throw new Error('The measured process did not start.')
const authorization = `Bearer ${ports.apiKey}`
const api = `http://127.0.0.1:${ports.backend}/api/v1`
const created = {
  connectorId: 'fake',
  subject: 'ana',
  redirectUri: 'http://127.0.0.1:9/',
  codeChallenge: 'x'.repeat(43),
}
const pairs: readonly (readonly [floor: Target, measured: Target])[] = [
  [
    { name: 'one row read, bare route', url: `http://127.0.0.1:${ports.floor}/read`, body: { subject: 'ana' } },
    {
      name: 'credentials read (hit)',
      url: `${api}/connections/fake/credentials`,
      body: { subject: 'ana' },
      authorization,
    },
  ],
  [
    { name: 'one row committed, bare route', url: `http://127.0.0.1:${ports.floor}/write`, body: created },
    { name: 'auth session created', url: `${api}/auth-sessions`, body: created, authorization },
  ],
]

console.log(`${rounds} rounds of ${seconds} s, 10 connections, medians\n`)
console.log(
  `${'route'.padEnd(34)}${'req/s'.padStart(9)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'of the floor'.padStart(14)}`,
)
for (const [floor, measured] of pairs) {
  const results: [Measured[], Measured[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    results[0].push(await measure(floor))
    results[1].push(await measure(measured))
  }
  const [below, above] = results.map(median)
  print(floor.name, below, 1)
  print(measured.name, above, (above?.perSecond ?? 0) / (below?.perSecond ?? 1))
}
child.disconnect()

async function measure({ url, body, authorization: credential }: Target): Promise<Measured> {
  const headers = { 'content-type': 'application/json', ...(credential ? { authorization: credential } : {}) }
  const result = await autocannon({
    url,
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    connections: 10,
    duration: seconds,
  })
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed ${result.non2xx + result.errors} times.`)
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 }
}

function median(results: readonly Measured[]): Measured | undefined {
  const sorted = results.toSorted((one, other) => one.perSecond - other.perSecond)
  return sorted[Math.floor(sorted.length / 2)]
}

function print(name: string, result: Measured | undefined, ratio: number): void {
  const { perSecond = 0, p50 = 0, p99 = 0 } = result ?? {}
  const numbers = [perSecond.toFixed(0).padStart(9), p50.toFixed(1).padStart(9), p99.toFixed(1).padStart(9)]
  console.log(`${name.padEnd(34)}${numbers.join('')}${`${(ratio * 100).toFixed(0)} %`.padStart(14)}`)
}
