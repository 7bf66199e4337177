/** Replicas are replaced one by one while people connect: nobody behind the balancer notices. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startFakeAuthorizationServer } from '../../../src/fakes/index.ts'
import type { Answer, Harness } from '../../support/backend.ts'
import { startBalancer } from '../../support/balancer.ts'
import { type ReplicaProcess, callsTo, replicaProcesses } from '../../support/replica-processes.ts'

const read = '/api/v1/connections/fake/credentials'
/** How often the balancer looks, well within the time in which a replica drains. */
const readinessMs = 100

test('a rolling restart under load: no attempt is lost, no answer is a failure, every refresh token chain goes on', async (t) => {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const { clientId, clientSecret, issuer } = fake
  const replicas = await replicaProcesses(t, {
    connector: fake.record(),
    client: { clientId, clientSecret },
    issuer,
    parameters: ['--drain-seconds', '1'],
  })
  let live: readonly ReplicaProcess[] = await Promise.all([replicas.start(), replicas.start()])
  const balancer = await startBalancer(t, urlsOf(live), { readinessMs })
  const calls = callsTo(balancer.url, fake)

  let rolling = true
  const load = Array.from({ length: 4 }, async (_, client) => {
    const connected: string[] = []
    while (rolling || connected.length === 0) {
      const subject = `person-${client}-${connected.length}`
      await connectAndRead(calls, subject)
      connected.push(subject)
      await wait(100)
    }
    return connected
  })
  const exits: (number | null)[] = []
  for (const oldest of live) {
    const next = await replicas.start()
    const others = live.filter((one) => one !== oldest)
    live = [...others, next]
    balancer.use(urlsOf([oldest, ...live]))
    await until(() => balancer.passed.some(({ target }) => target === next.url))
    // Something is under way when the signal comes.
    fake.script(...Array.from({ length: 12 }, () => ({ kind: 'delay', ms: 300 }) as const))
    oldest.child.kill('SIGTERM')
    exits.push(await oldest.ended)
    balancer.use(urlsOf(live))
  }
  rolling = false
  const people = (await Promise.all(load)).flat()

  assert.deepEqual(exits, [0, 0])
  assert.deepEqual(
    balancer.passed.filter(({ status }) => status === undefined || status >= 500),
    [],
  )
  const connections = await replicas.store.db.selectFrom('connection').select(['subject', 'status']).execute()
  assert.deepEqual(new Set(connections.map(({ subject }) => subject)), new Set(people))
  assert.deepEqual([...new Set(connections.map(({ status }) => status))], ['active'])
  for (const subject of people) await readAnew(calls, subject)
  assert.equal(fake.grants.reuses, 0)
})

const urlsOf = (replicas: readonly ReplicaProcess[]) => replicas.map(({ url }) => url)

type Calls = Pick<Harness, 'page' | 'host'>

/** The whole way of one person; each request may be answered by another replica. */
async function connectAndRead({ page, host }: Calls, subject: string): Promise<void> {
  const one = await page(subject)
  const { id, created, redeem } = await one.begin()
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const ended = await asked(() => one.post(`/api/v1/auth-sessions/${id}/redeem`, redeem))
  assert.deepEqual([ended.status, ended.body.status], [200, 'ACTIVE'], JSON.stringify(ended.body))
  await readAnew({ page, host }, subject)
}

async function readAnew({ host }: Calls, subject: string): Promise<void> {
  const answer = await asked(() => host('POST', read, { subject, forceRefresh: true }))
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
}

/** As a client does: what is retryable is asked again. */
async function asked(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask()
    if (answer.body.retryable !== true) return answer
    await wait(100)
  }
}

async function until(done: () => boolean): Promise<void> {
  for (let round = 0; !done(); round += 1) {
    assert.ok(round < 1_000, 'it never came')
    await wait(10)
  }
}
