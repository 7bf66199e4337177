/** A replica that stands still in the middle of a refresh, as a machine that is suspended does. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type FakeAuthorizationServer,
  type FakeOptions,
  startFakeAuthorizationServer,
} from '../../../src/fakes/index.ts'
import type { Answer, Page } from '../../support/backend.ts'
import {
  type ReplicaProcess,
  type ReplicaProcesses,
  callsTo,
  replicaProcesses,
} from '../../support/replica-processes.ts'

const read = '/api/v1/connections/fake/credentials'
/** Takeover comes after four seconds. */
const limits = { tokenEndpointSeconds: 2, leaseSeconds: 3, graceSeconds: 1 }

interface Pair {
  readonly fake: FakeAuthorizationServer
  readonly replicas: ReplicaProcesses
  readonly both: readonly [ReplicaProcess, ReplicaProcess]
}

async function startPair(t: TestContext, options: FakeOptions): Promise<Pair> {
  const fake = await startFakeAuthorizationServer(options)
  t.after(() => fake.close())
  const { clientId, clientSecret, issuer } = fake
  const client = { clientId, clientSecret }
  const replicas = await replicaProcesses(t, { connector: fake.record(), client, issuer, limits })
  return { fake, replicas, both: await Promise.all([replicas.start(), replicas.start()]) }
}

/** A connection whose token has expired: one replica has asked for a new one, and stands still before the answer. */
async function startFrozen(t: TestContext, { fake, replicas, both: [frozen, awake] }: Pair, subject: string) {
  const there = await callsTo(frozen.url, fake).page(subject)
  const here = await callsTo(awake.url, fake).page(subject)
  assert.equal((await there.connect()).body.status, 'ACTIVE')
  const { db } = replicas.store
  const connection = () =>
    db.selectFrom('connection').selectAll().where('subject', '=', subject).executeTakeFirstOrThrow()
  const { row_id: id } = await connection()
  await db.updateTable('credential').set({ expires_at: 1 }).where('row_id', '=', id).execute()
  const before = { refreshes: refreshesOf(fake), reuses: fake.grants.reuses }
  fake.script({ kind: 'delay', ms: 200 })
  const callers = askTen(there)
  /** At the authorization server, since the token expired. */
  const refreshes = () => refreshesOf(fake) - before.refreshes
  await until(() => refreshes() === 1)
  // Also where the test fails: the next one needs it.
  t.after(() => frozen.thaw())
  frozen.freeze()
  return {
    here,
    there,
    callers,
    refreshes,
    reuses: () => fake.grants.reuses - before.reuses,
    lease: () => db.selectFrom('credential').selectAll().where('row_id', '=', id).executeTakeFirstOrThrow(),
    async status() {
      const { status, reason } = await connection()
      return { status, reason }
    },
  }
}

const refreshesOf = ({ requests }: FakeAuthorizationServer) =>
  requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length

const askTen = (page: Page) => Promise.all(Array.from({ length: 10 }, () => untilAnswered(page)))

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
    assert.ok(round < 1_500, 'it never came')
    await wait(10)
  }
}

/** Waits until the other replica has sent the old refresh token too: not before lease and grace are over. */
async function untilTakenOver({ lease, refreshes }: Awaited<ReturnType<typeof startFrozen>>): Promise<void> {
  const { lease_owner: owner, lease_until: end } = await lease()
  await until(() => refreshes() === 2)
  assert.ok(Date.now() >= end + limits.graceSeconds * 1_000, 'the same machine, so the same clock')
  assert.notEqual((await lease()).lease_owner, owner)
}

const reasonsOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ body }) => body.reason))]
const tokensOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ body }) => body.accessToken))]

test('a replica stands still, and the authorization server is strict', async (t) => {
  const pair = await startPair(t, { leeway: 'none' })
  const [stands] = pair.both

  for (const [name, ms] of [
    ['its call’s time', 1_000],
    ['its lease, though longer than its call’s time', 2_500],
  ] as const)
    await t.test(`for less than ${name}: one refresh, and everybody has its token`, async (t) => {
      const frozen = await startFrozen(t, pair, `person-${ms}`)
      const { lease_owner: owner } = await frozen.lease()
      const others = askTen(frozen.here)
      await wait(ms)
      assert.equal((await frozen.lease()).lease_owner, owner, 'nobody else takes or frees the lease')
      stands.thaw()
      const answers = [...(await frozen.callers), ...(await others)]
      assert.deepEqual(reasonsOf(answers), [undefined])
      const [token, ...different] = tokensOf(answers)
      assert.deepEqual(different, [])
      assert.equal(pair.fake.grants.accountOf(token)?.id, 'account-1')
      assert.deepEqual([frozen.refreshes(), frozen.reuses()], [1, 0])
    })

  await t.test('for longer than lease and grace: one reuse, and a label', async (t) => {
    const frozen = await startFrozen(t, pair, 'person-label')
    const others = askTen(frozen.here)
    await untilTakenOver(frozen)
    assert.deepEqual(reasonsOf(await others), ['needs_reconnect'])
    assert.deepEqual(await frozen.status(), { status: 'needs_reconnect', reason: 'refresh_outcome_unknown' })
    stands.thaw()
    // Its answer is late, and the only one.
    await until(async () => (await frozen.status()).status === 'active')
    await frozen.callers
    assert.deepEqual([frozen.refreshes(), frozen.reuses()], [2, 1])
    // The reuse has ended the grant all the same; finding that out is no second reuse.
    assert.equal((await frozen.here.post(read, { forceRefresh: true })).body.reason, 'needs_reconnect')
    assert.deepEqual([frozen.refreshes(), frozen.reuses()], [3, 1])
  })

  await t.test('for too long: its answer serves, and stays where whoever took over is refused', async (t) => {
    const frozen = await startFrozen(t, pair, 'person-late')
    const others = askTen(frozen.here)
    pair.fake.script({ kind: 'delay', ms: 1_300 })
    await untilTakenOver(frozen)
    const { lease_owner: owner } = await frozen.lease()
    stands.thaw()
    const late = await frozen.callers
    assert.deepEqual(reasonsOf(late), [undefined])
    assert.equal((await frozen.lease()).lease_owner, owner, 'nobody else frees the lease')
    assert.deepEqual(tokensOf(await others), tokensOf(late))
    assert.deepEqual(await frozen.status(), { status: 'active', reason: '' })
    assert.deepEqual([frozen.refreshes(), frozen.reuses()], [2, 1])
  })
})

test('a replica stands still for too long, and the authorization server is lenient', async (t) => {
  const pair = await startPair(t, { leeway: 'once' })
  const [stands] = pair.both

  for (const [name, ms] of [
    ['before it is back', 0],
    ['when it is back', 800],
  ] as const)
    await t.test(`whoever took over has its answer ${name}: that one has the last word`, async (t) => {
      const frozen = await startFrozen(t, pair, `person-${ms}`)
      const others = askTen(frozen.here)
      pair.fake.script({ kind: 'delay', ms })
      await untilTakenOver(frozen)
      if (ms === 0) await others
      stands.thaw()
      const answers = [...(await frozen.callers), ...(await others)]
      assert.deepEqual(reasonsOf(answers), [undefined])
      for (const token of tokensOf(answers)) assert.ok(pair.fake.grants.accountOf(token), 'it is good')
      await until(async () => (await frozen.lease()).lease_owner === '')
      const [current, ...different] = tokensOf([...(await askTen(frozen.here)), ...(await askTen(frozen.there))])
      assert.deepEqual(different, [])
      assert.ok(tokensOf(await others).includes(current))
      assert.deepEqual(await frozen.status(), { status: 'active', reason: '' })
      assert.equal(frozen.refreshes(), 2)
      // What was kept is what the server goes on with.
      assert.equal((await frozen.here.post(read, { forceRefresh: true })).status, 200)
      assert.equal(frozen.reuses(), 0)
    })
})
