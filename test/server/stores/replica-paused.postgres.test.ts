/** A replica that stands still in the middle of a refresh, as a machine that is suspended does. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../../src/fakes/index.ts'
import type { Limits } from '../../../src/server/index.ts'
import type { Answer, Page } from '../../support/backend.ts'
import { callsTo, replicaProcesses } from '../../support/replica-processes.ts'

const read = '/api/v1/connections/fake/credentials'

const refreshesOf = ({ requests }: FakeAuthorizationServer) =>
  requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token')

/** Two replicas and a connection whose token has expired; the first has asked for a new one, and stands still. */
async function startFrozen(t: TestContext, limits: Partial<Limits>, answersAfterMs: number) {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const { clientId, clientSecret, issuer } = fake
  const client = { clientId, clientSecret }
  const replicas = await replicaProcesses(t, { connector: fake.record(), client, issuer, limits })
  const [frozen, awake] = await Promise.all([replicas.start(), replicas.start()])
  const [there, here] = await Promise.all([frozen, awake].map(({ url }) => callsTo(url, fake).page()))
  assert.ok(there && here)
  assert.equal((await there.connect()).body.status, 'ACTIVE')
  await replicas.store.db.updateTable('credential').set({ expires_at: 1 }).execute()
  fake.script({ kind: 'delay', ms: answersAfterMs })
  const callers = Array.from({ length: 10 }, () => untilAnswered(there))
  await until(() => refreshesOf(fake).length === 1)
  frozen.freeze()
  const row = () => replicas.store.db.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
  const connection = () =>
    replicas.store.db.selectFrom('connection').select(['status', 'reason']).executeTakeFirstOrThrow()
  return { fake, frozen, here, callers, row, connection }
}

/** Asks as a client does: what is retryable is asked again. */
async function untilAnswered(page: Page): Promise<Answer> {
  for (;;) {
    const answer = await page.post(read)
    if (answer.body.retryable !== true) return answer
    await wait(100)
  }
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; !(await done()); round += 1) {
    assert.ok(round < 1_000, 'it never came')
    await wait(10)
  }
}

for (const [name, limits, stillMs] of [
  ['its call’s time', { tokenEndpointSeconds: 3, leaseSeconds: 5, graceSeconds: 1 }, 1_500],
  [
    'its lease, though longer than its call’s time',
    { tokenEndpointSeconds: 1, leaseSeconds: 5, graceSeconds: 1 },
    2_000,
  ],
] as const)
  test(`a replica that stands still for less than ${name}: one refresh, and everybody has its token`, async (t) => {
    const { fake, frozen, here, callers, row } = await startFrozen(t, limits, 200)
    const owner = (await row()).lease_owner
    const others = Array.from({ length: 10 }, () => untilAnswered(here))
    await wait(stillMs)
    assert.equal((await row()).lease_owner, owner, 'nobody else takes the lease')
    frozen.thaw()
    const answers = await Promise.all([...callers, ...others])
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
    assert.equal(fake.grants.accountOf(answers[0]?.body.accessToken)?.id, 'account-1')
    assert.deepEqual([refreshesOf(fake).length, fake.grants.reuses], [1, 0])
  })

/** Takeover comes after three seconds. */
const short = { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1 }

/** Waits until the other replica has sent the old refresh token too: not before lease and grace are over. */
async function untilTakenOver({ fake, row }: Awaited<ReturnType<typeof startFrozen>>): Promise<void> {
  const { lease_owner: owner, lease_until: end } = await row()
  await until(() => refreshesOf(fake).length === 2)
  assert.ok(Date.now() >= end + short.graceSeconds * 1_000, 'the same machine, so the same clock')
  assert.notEqual((await row()).lease_owner, owner)
}

test('a replica that stands still for longer than lease and grace, a strict authorization server: one reuse', async (t) => {
  const frozen = await startFrozen(t, short, 200)
  const others = Array.from({ length: 10 }, () => untilAnswered(frozen.here))
  await untilTakenOver(frozen)
  const refused = await Promise.all(others)
  assert.deepEqual([...new Set(refused.map(({ body }) => body.reason))], ['needs_reconnect'])
  assert.equal((await frozen.connection()).status, 'needs_reconnect')
  frozen.frozen.thaw()
  // Its answer is late, and the only one.
  const answers = await Promise.all(frozen.callers)
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.deepEqual(await frozen.connection(), { status: 'active', reason: '' })
  assert.deepEqual([refreshesOf(frozen.fake).length, frozen.fake.grants.reuses], [2, 1])
  // The reuse has ended the grant all the same; finding that out is no second reuse.
  assert.equal((await frozen.here.post(read, { forceRefresh: true })).body.reason, 'needs_reconnect')
  assert.deepEqual([refreshesOf(frozen.fake).length, frozen.fake.grants.reuses], [3, 1])
})

test('a late answer counts while whoever took over still waits for its own; the refusal of that one does not', async (t) => {
  const frozen = await startFrozen(t, short, 200)
  frozen.fake.script({ kind: 'delay', ms: 800 })
  const others = Array.from({ length: 10 }, () => untilAnswered(frozen.here))
  await untilTakenOver(frozen)
  frozen.frozen.thaw()
  const answers = await Promise.all([...frozen.callers, ...others])
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.deepEqual(await frozen.connection(), { status: 'active', reason: '' })
  assert.deepEqual([refreshesOf(frozen.fake).length, frozen.fake.grants.reuses], [2, 1])
})
