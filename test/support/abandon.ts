/** People who begin and never finish, at a backend in a process of its own, and what that costs the process. */

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { apiKey, appOrigin } from './backend.ts'
import { type Served, pagesOf, startServed } from './serve.ts'

interface Sample {
  readonly rssMb: number
  readonly files: number
}

function sampleOf(pid: number): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
  return { rssMb: kilobytes / 1_024, files: readdirSync(`/proc/${pid}/fd`).length }
}

/** Begins attempts and leaves them, with polls and refreshes whose callers hang up. @returns how many attempts. */
async function abandon(served: Served, untilMs: number): Promise<number> {
  const calls = pagesOf(served)
  await (await calls.page('ana')).connect()
  let count = 0
  const hangUp = (path: string, init: RequestInit) =>
    fetch(`${served.url}${path}`, { ...init, signal: AbortSignal.timeout(5) }).catch(() => undefined)
  const worker = async (number: number) => {
    while (Date.now() < untilMs) {
      const page = await calls.page(`person-${number}-${count}`)
      const headers = { authorization: `Bearer ${page.token}`, origin: appOrigin }
      for (let each = 0; each < 5; each += 1) {
        const { created } = await page.begin({ codeChallenge: 'x'.repeat(43) })
        assert.equal(created.status, 201, JSON.stringify(created.body))
        count += 1
        await hangUp(`/api/v1/auth-sessions/${created.body.id}/progress`, { headers })
      }
      await hangUp('/api/v1/connections/fake/credentials', {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: '{"subject":"ana","forceRefresh":true}',
      })
    }
  }
  await Promise.all(Array.from({ length: 8 }, async (_, number) => worker(number)))
  return count
}

/** Goes on for so long, and holds the process to a bounded memory and a constant number of open files. */
export async function abandonFor(t: TestContext, seconds: number): Promise<void> {
  const unlimited = { rateLimits: { perAddress: false, perCredential: false, failedPerAddress: false } }
  // A heap that must be collected: else it grows for minutes though nothing holds it.
  const environment = { CONNECTOR_AUTH_LOG_LEVEL: 'error', NODE_OPTIONS: '--max-old-space-size=72' }
  const served = await startServed(t, { config: unlimited, environment })
  const { pid = 0 } = served.child
  const samples: Sample[] = []
  const end = Date.now() + seconds * 1_000
  const abandoning = abandon(served, end)
  while (Date.now() < end) {
    await wait(Math.min(1_000, (seconds * 1_000) / 10))
    samples.push(sampleOf(pid))
  }
  const count = await abandoning
  // What hung up is noticed, and in a long run idle connections are closed.
  await wait(Math.min(6_000, seconds * 200))
  const rest = sampleOf(pid)
  const early = samples.slice(Math.floor(samples.length / 3), Math.floor((samples.length * 2) / 3))
  const late = samples.slice(Math.floor((samples.length * 2) / 3))
  const most = (list: readonly Sample[]) => Math.max(...list.map(({ rssMb }) => rssMb))
  const files = Math.max(...samples.map((one) => one.files))
  t.diagnostic(
    `${count} attempts; at most ${most(early).toFixed(0)} MB in the middle, ${most(late).toFixed(0)} MB at the end, ` +
      `${rest.rssMb.toFixed(0)} MB after; ${files} files at most, ${rest.files} after`,
  )
  assert.ok(count >= 10, `${count} attempts`)
  assert.ok(most(late) < most(early) + 60, `${most(early)} MB became ${most(late)} MB`)
  // A few for itself, and one for each connection that is kept for the next request.
  assert.ok(files <= 80 && rest.files <= 80, `${files} files, ${rest.files} after`)
}
