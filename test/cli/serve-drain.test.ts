import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { apiKey } from '../support/backend.ts'
import { type Served, startServed } from '../support/serve.ts'

const returnUrl = 'https://app.test/connected'

async function ask({ url }: Served, path: string, body: object): Promise<Record<string, string>> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return answer.json()
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await wait(20)) assert.ok(Date.now() < end, 'in time')
}

test('SIGTERM during a callback: readiness turns red first, then nothing is accepted, the answer is parked, and the next process completes it', async (t) => {
  const config = { returnUrls: [returnUrl] }
  const served = await startServed(t, { config, parameters: ['--drain-seconds', '2'] })
  const created = await ask(served, '/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana', returnUrl })
  const { pathname, search } = await served.fake.authorize(created['redirectUrl'] ?? '')
  const holder = new DatabaseSync(join(served.folder, 'connector-auth.sqlite'), { timeout: 5_000 })
  t.after(() => holder.close())
  holder.exec('BEGIN IMMEDIATE')
  const visiting = fetch(`${served.url}${pathname}${search}`, { redirect: 'manual' })
  await wait(200)
  served.child.kill('SIGTERM')
  const status = async (path: string) =>
    (await fetch(`${served.url}${path}`).catch(() => undefined))?.status ?? 'refused'
  await until(async () => (await status('/readyz')) === 503)
  assert.equal(await status('/healthz'), 200, 'while others learn that it is not ready, it still serves')
  await until(async () => (await status('/healthz')) === 'refused')
  holder.exec('ROLLBACK')
  const landed = await visiting
  assert.equal(landed.status, 303)
  const callback = landed.headers.get('location') ?? ''
  assert.equal(await served.ended(), 0)

  const [, completionCode = ''] = /completion=([\w-]+)/.exec(callback) ?? []
  const next = await startServed(t, { after: served, config })
  const done = await ask(next, `/api/v1/auth-sessions/${created['id']}/complete`, { subject: 'ana', completionCode })
  assert.equal(done['status'], 'ACTIVE', JSON.stringify(done))
})
