/** Two machines on one database, of which one's clock is minutes wrong: processes of their own. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sharedPostgres } from '../../support/postgres.ts'
import { type Served, pagesOf, startServed } from '../../support/serve.ts'

const read = '/api/v1/connections/fake/credentials'

/** What shifts the clock of a process, before anything else runs in it. */
const shifted = (ms: number) =>
  `--import=data:text/javascript,const{now}=Date;Date.now=()=>now.call(Date)+${ms}`.replaceAll('+', '%2B')

/** One machine whose clock is right, and one whose is not. */
async function startMachines(t: TestContext, skewMinutes: number): Promise<readonly [Served, Served]> {
  const server = await sharedPostgres()
  const config = { databaseUrlEnv: 'DATABASE_URL' }
  const environment = { DATABASE_URL: server.url(await server.createDatabase()) }
  const right = await startServed(t, { config, environment })
  const clock = { NODE_OPTIONS: shifted(skewMinutes * 60_000) }
  const wrong = await startServed(t, { config, environment: { ...environment, ...clock }, after: right })
  return [right, wrong]
}

test('replicas whose clocks differ by five minutes agree on what has expired', async (t) => {
  const machines = await startMachines(t, 5)
  const [right, wrong] = machines
  const { fake } = right
  const [here, there] = [await pagesOf(right).page(), await pagesOf(wrong).page()]
  fake.grants.expiresInSeconds = 120

  for (const [at, other] of [machines, machines.toReversed()]) {
    assert.ok(at && other)
    const page = await pagesOf(at).page()
    const { id, redeem } = await page.begin()
    const path = `/api/v1/auth-sessions/${id}/redeem`
    const before = fake.requests.length
    fake.script({ kind: 'delay', ms: 1_000 })
    const redeeming = page.post(path, redeem)
    while (fake.requests.length === before) await wait(10)
    const asOther = await pagesOf(other).call('POST', path.replace('/connector-auth', ''), {
      headers: { authorization: `Bearer ${page.token}`, origin: 'https://app.test' },
      body: redeem,
    })
    const own = await redeeming
    // The one that is asked second waits for the first, and takes nothing for lost.
    assert.deepEqual([own.body.status, asOther.body.status], ['ACTIVE', 'ACTIVE'], JSON.stringify(asOther.body))
  }

  const before = fake.requests.length
  for (let round = 0; round < 3; round += 1)
    for (const page of [here, there]) {
      const { status, body } = await page.post(read)
      assert.equal(status, 200)
      assert.ok(body.expiresInSeconds > 100 && body.expiresInSeconds <= 120, `${body.expiresInSeconds} s`)
    }
  assert.equal(fake.requests.length, before, 'no refresh before its time')
})
