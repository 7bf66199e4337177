/** Clocks that are wrong: of this machine, of one replica, and one that is set back while the backend runs. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { quirks } from '../../../src/fakes/index.ts'
import { appOrigin, startHarness } from '../../support/backend.ts'
import { connect, startConformance } from '../../support/conform.ts'
import { asHost } from '../../support/proxy.ts'
import { startReplicas } from '../../support/replicas.ts'
import { newDatabase } from '../../support/store.ts'

const read = '/api/v1/connections/fake/credentials'
const minutes = (count: number) => count * 60_000

const isRefresh = ({ fields }: { readonly fields: Readonly<Record<string, string>> }) =>
  fields['grant_type'] === 'refresh_token'

for (const skew of [-minutes(10), minutes(10)])
  test(`a machine whose clock is wrong measures lifetimes rightly: by ${skew / minutes(1)} minutes`, async (t) => {
    const harness = await startHarness(t, { backend: { now: () => Date.now() + skew } })
    const page = await harness.page()
    const { status, body } = await page.connect()
    assert.deepEqual([status, body.status], [200, 'ACTIVE'])
    for (let round = 0; round < 5; round += 1) {
      const left = (await page.post(read)).body.expiresInSeconds
      assert.ok(left > 3_590 && left <= 3_600, `${left} s`)
    }
    assert.equal(harness.fake.requests.filter(isRefresh).length, 0, 'no refresh before its time')
    harness.fake.grants.expiresInSeconds = 1
    assert.ok((await page.post(read, { forceRefresh: true })).body.expiresInSeconds <= 1)
    await wait(600)
    await page.post(read)
    assert.equal(harness.fake.requests.filter(isRefresh).length, 2, 'one that is about to end is refreshed')
  })

test('a clock that is set back serves an ended token for one call, and refreshes once', async (t) => {
  const plain = quirks.get('plain')?.record
  assert.ok(plain)
  let now = Date.now()
  const harness = await startConformance(t, plain, {}, { now: () => now })
  const { service, backend, record } = harness
  assert.equal((await connect(harness)).body.status, 'ACTIVE')
  const refreshes = () => service.requests.filter(({ body }) => body.includes('grant_type=refresh_token')).length
  now -= minutes(10)
  const url = `${appOrigin}/connector-auth/api/v1/proxy/${record.id}/api/${service.apiPath('api', 'echo')}`
  const call = async () => (await backend.fetch(new Request(url, { headers: asHost }))).status
  assert.deepEqual([await call(), refreshes()], [200, 0], 'it has life enough, and then some')
  // It ends by the service's clock; ours says ten minutes more.
  service.expireAccessTokens()
  assert.deepEqual(await Promise.all([call(), call(), call()]), [200, 200, 200])
  assert.equal(refreshes(), 1)
  now += minutes(20)
  assert.deepEqual([await call(), await call(), refreshes()], [200, 200, 1])
})

test("a lease is kept by the database's clock, whatever the replicas' own say", async (t) => {
  const database = await newDatabase()
  const replicas = await startReplicas(t, () => database.open())
  let jump = 0
  const one = await replicas.start({ now: () => Date.now() + jump })
  const others = [
    await replicas.start({ now: () => Date.now() + minutes(5) }),
    await replicas.start({ now: () => Date.now() - minutes(5) }),
  ]
  const page = await one.page()
  await page.connect()
  replicas.fake.script({ kind: 'delay', ms: 600 })
  const refreshing = page.post(read, { forceRefresh: true })
  while (replicas.fake.requests.filter(isRefresh).length === 0) await wait(5)
  jump = -minutes(60)
  const asked = others.map(async (other) => (await other.page()).post(read, { forceRefresh: true }))
  const answers = [await refreshing, ...(await Promise.all(asked))]
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.deepEqual([replicas.fake.requests.filter(isRefresh).length, replicas.fake.grants.reuses], [1, 0])
})

test('replicas that see a token end at different times refresh it once, and do not chase each other', async (t) => {
  const database = await newDatabase()
  const replicas = await startReplicas(t, () => database.open())
  replicas.fake.grants.expiresInSeconds = 120
  const pages = []
  for (const skew of [0, 5, -5])
    pages.push(await (await replicas.start({ now: () => Date.now() + minutes(skew) })).page())
  await pages[0]?.connect()
  for (let round = 0; round < 5; round += 1) for (const page of pages) assert.equal((await page.post(read)).status, 200)
  assert.equal(replicas.fake.requests.filter(isRefresh).length, 1)
})
