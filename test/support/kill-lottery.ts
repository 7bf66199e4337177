/** The kill lottery: a backend is killed at random instants while it refreshes and connects, again and again on the same store. */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { type Answer, sealingKey } from './backend.ts'
import { type Place, type Remains, type Running, loadBackend, newRemains } from './crashes.ts'
import { type Evidence, readEvidence } from './kill-evidence.ts'
import { type Random, seeded } from './random.ts'
import type { StoreKind } from './store.ts'

/** Two authorization servers that rotate: one forgives a lost answer once, one ends the grant. */
const connectors = ['lenient', 'strict'] as const
type ConnectorId = (typeof connectors)[number]

/** Time enough for a call on a busy machine: one that is given up would be another lost answer. */
const limits = { tokenEndpointSeconds: 3, leaseSeconds: 6, graceSeconds: 0.5 }
/** In one round of so many, lease and grace are really waited for; in the others the leases are as old at once. */
const waitEvery = 10
/** How many connections of each connector have callers in a round. */
const busy = 4
const callersEach = 2

export interface LotteryOptions {
  readonly kind: StoreKind
  readonly rounds: number
  readonly seed: number
  /** Something else that writes, and is killed too. */
  readonly beside?: (place: Place) => Beside
}

/** What runs beside the backend. */
export interface Beside {
  /** The keys that the next backend starts with. */
  sealingKeys(): readonly string[]
  /** Begins; settles when it is at work. */
  begin(): Promise<void>
  kill(): Promise<void>
  /** Brings its work to an end, and checks it. */
  finish(): Promise<void>
}

/** What was seen. */
export interface Tally {
  rounds: number
  /** Refreshes whose outcome was unknown after a kill: forgiven once, or ended by the strict server. */
  forgiven: number
  lost: number
  /** New connections that were asked for, and those that were answered before the kill. */
  begun: number
  created: number
  given: number
  /** Callers who were told that their tokens wait in the journal. */
  kept: number
}

interface Person {
  readonly connector: ConnectorId
  readonly subject: string
  /** The access token that a caller was given last. */
  token: string
  /** New tokens wait in the journal: that was answered, and holds. */
  kept: boolean
}

interface Lottery extends LotteryOptions {
  readonly t: TestContext
  readonly place: Place
  readonly remains: Remains
  readonly fakes: Readonly<Record<ConnectorId, FakeAuthorizationServer>>
  readonly random: Random
  readonly tally: Tally
  /** Everybody who was told that they are connected. */
  readonly people: Person[]
  readonly other: Beside | undefined
  /** Whom callers asked for in this round. */
  asked: readonly Person[]
  evidence: Evidence
}

/**
 * Plays so many rounds.
 *
 * @throws {Error} that names the seed: `KILL_SEED=… ` plays the same round again, as far as the machine's timing allows.
 */
export async function playLottery(t: TestContext, options: LotteryOptions): Promise<Tally> {
  const remains = await newRemains(options.kind)
  const fakes = {
    lenient: await startFakeAuthorizationServer({ leeway: 'once' }),
    strict: await startFakeAuthorizationServer(),
  }
  t.after(() => Promise.all(Object.values(fakes).map((fake) => fake.close())))
  const place: Place = { remains, fakes, options: { limits } }
  const random = seeded(options.seed)
  const tally: Tally = { rounds: 0, forgiven: 0, lost: 0, begun: 0, created: 0, given: 0, kept: 0 }
  const other = options.beside?.(place)
  const evidence = { connections: [], audited: 0 }
  const lottery: Lottery = {
    ...options,
    t,
    place,
    remains,
    fakes,
    random,
    tally,
    people: [],
    other,
    asked: [],
    evidence,
  }
  try {
    let waiting = loadBackend(t, place)
    let running = await waiting.begin(keysOf(lottery))
    for (const connector of connectors)
      for (let index = 0; index < busy; index += 1) await connect(lottery, running, connector, `first-${index}`)
    for (; tally.rounds < options.rounds; tally.rounds += 1) {
      // Loads while the round is played.
      waiting = loadBackend(t, place)
      await playRound(lottery, running)
      running = await waiting.begin(keysOf(lottery))
      await recover(lottery, running)
    }
    await expireAll(lottery)
    await running.kill()
    await collect(lottery)
    await other?.finish()
  } catch (cause) {
    throw new Error(`Round ${tally.rounds} of KILL_SEED=${options.seed}: ${String(cause)}`, { cause })
  }
  return tally
}

const keysOf = ({ other }: Lottery) => ({ sealingKeys: other?.sealingKeys() ?? [sealingKey] })

/** Callers ask with tokens that have ended, somebody connects, and the process is killed. */
async function playRound(lottery: Lottery, running: Running): Promise<void> {
  const { random, fakes, tally, other, kind } = lottery
  await expireAll(lottery, kind === 'sqlite' && random.whole(1, 4) === 1)
  await other?.begin()
  const otherKilled = other && wait(random.between(0, 60)).then(() => other.kill())
  for (const fake of Object.values(fakes)) slow(fake, random)
  lottery.asked = newest(lottery)
  const asking = lottery.asked.flatMap((person) =>
    Array.from({ length: callersEach }, () => ask(lottery, running, person)),
  )
  let answered = 0
  for (const one of asking) void one.then(() => (answered += 1))
  const newcomer = random.pick(connectors)
  const connecting = begin(lottery, running, newcomer, `round-${tally.rounds}`)
  await aRandomInstant(lottery, () => answered)
  await Promise.all([running.kill(), otherKilled])
  const given = await Promise.all(asking)
  const begun = await connecting
  await collect(
    lottery,
    given.filter((one) => one !== undefined),
  )
  if (begun?.person) lottery.people.push(begun.person)
  else if (begun) unfinished.set(lottery, begun)
}

const newest = ({ people }: Lottery) =>
  connectors.flatMap((connector) => people.filter((one) => one.connector === connector).slice(-busy))

/** In SQLite: leases can be written, the tokens that they were taken for cannot. */
const refusal = sql`CREATE TRIGGER refusal BEFORE UPDATE OF generation ON credential BEGIN SELECT RAISE(ABORT, 'refused'); END`

/** Every access token has ended; what stands before the round is noted. */
async function expireAll(lottery: Lottery, refusing = false): Promise<void> {
  const store = lottery.remains.open()
  try {
    lottery.evidence = await readEvidence(store, keysOf(lottery).sealingKeys)
    for (const person of lottery.people)
      assert.equal(
        rowOf(lottery.evidence, person)?.accessToken,
        person.token,
        `${person.subject} has the token that was given`,
      )
    await store.db.updateTable('credential').set({ expires_at: 1 }).execute()
    if (refusing) await refusal.execute(store.db)
  } finally {
    // Nobody but the backend has it open when the kill comes: whoever is next recovers what is left.
    await store.close()
  }
}

/** Somebody whose redemption was cut off. */
interface Begun {
  readonly connector: ConnectorId
  readonly subject: string
  readonly id: string
  readonly redeem: object
  readonly person?: Person
}
const unfinished = new WeakMap<Lottery, Begun>()

/** Each answer of this round comes late by its own time: what a kill hits meanwhile was granted and is not known. */
function slow(fake: FakeAuthorizationServer, random: Random): void {
  fake.script(...Array.from({ length: busy }, () => ({ kind: 'delay', ms: random.between(0, 25) }) as const))
}

/** After callers set out, after the authorization server heard of some, or after some had an answer: each stretch has its share. */
async function aRandomInstant({ random, fakes }: Lottery, answered: () => number): Promise<void> {
  const heard = () => Object.values(fakes).reduce((sum, { requests }) => sum + refreshesOf(requests), 0)
  const all = connectors.length * busy
  switch (random.pick(['launch', 'heard', 'heard', 'answered', 'answered'] as const)) {
    case 'launch':
      break
    case 'heard':
      await until(heard, heard() + random.whole(1, all))
      break
    case 'answered':
      await until(answered, random.whole(1, all * callersEach))
  }
  await wait(random.between(0, 30))
}

/** Not for ever, should they never come. */
async function until(count: () => number, awaited: number): Promise<void> {
  for (const end = Date.now() + 10_000; count() < awaited && Date.now() < end; ) await wait(1)
}

const refreshesOf = (requests: FakeAuthorizationServer['requests']) =>
  requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length

/** Everybody is a tenant: each has a data key of their own. */
const ownerOf = ({ subject }: Pick<Person, 'subject'>) => ({ subject, tenant: subject })
const pageOf = ({ calls }: Running, subject: string) => calls.page(subject, { tenant: subject })

interface Given {
  readonly person: Person
  readonly token: string
}

/** @returns undefined where no answer came. */
async function ask({ tally }: Lottery, running: Running, person: Person): Promise<Given | undefined> {
  const path = `/api/v1/connections/${person.connector}/credentials`
  const answer = await running.calls.host('POST', path, ownerOf(person)).catch(() => undefined)
  if (!answer) return undefined
  if (answer.body.reason === 'storage_unavailable') {
    person.kept = true
    tally.kept += 1
    return undefined
  }
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return { person, token: answer.body.accessToken }
}

/** @returns undefined where not even the attempt was answered. */
async function begin(
  { tally }: Lottery,
  running: Running,
  connector: ConnectorId,
  subject: string,
): Promise<Begun | undefined> {
  tally.begun += 1
  const page = await pageOf(running, subject).catch(() => undefined)
  const begun = await page?.begin({ connectorId: connector }).catch(() => undefined)
  if (!begun) return undefined
  const { id, redeem } = begun
  const answer = await page?.post(`/api/v1/auth-sessions/${id}/redeem`, redeem).catch(() => undefined)
  if (!answer) return { connector, subject, id, redeem }
  assert.equal(answer.body.status, 'ACTIVE', JSON.stringify(answer.body))
  tally.created += 1
  return { connector, subject, id, redeem, person: personOf(connector, subject, answer) }
}

function personOf(connector: ConnectorId, subject: string, { body }: Answer): Person {
  return { connector, subject, token: body.credentials.accessToken, kept: false }
}

async function connect(lottery: Lottery, running: Running, connector: ConnectorId, subject: string): Promise<void> {
  const begun = await begin(lottery, running, connector, subject)
  assert.ok(begun?.person)
  lottery.people.push(begun.person)
}

/** Looks at what is left, with nobody else at the store, and compares it with what people were told. */
async function collect(lottery: Lottery, given: readonly Given[] = []): Promise<void> {
  const { remains, tally, evidence: before } = lottery
  const store = remains.open()
  try {
    const evidence = await readEvidence(store, keysOf(lottery).sealingKeys)
    assert.ok(evidence.audited >= before.audited, 'no row of the audit is gone')
    tally.given += given.length
    for (const person of lottery.people) {
      const who = `${person.connector} of ${person.subject}`
      const kept = rowOf(evidence, person)
      const old = rowOf(before, person)
      assert.ok(kept && old, `${who} is there`)
      const told = given.filter((one) => one.person === person).map(({ token }) => token)
      assert.equal(kept.generation - old.generation, told.length > 0 || kept.accessToken !== person.token ? 1 : 0, who)
      for (const token of told) assert.equal(token, kept.accessToken, `${who} has the token that was given`)
      person.token = kept.accessToken
    }
    if (store.file !== undefined) await sql`DROP TRIGGER IF EXISTS refusal`.execute(store.db)
    if (tally.rounds % waitEvery > 0)
      await store.db
        .updateTable('credential')
        .set((eb) => ({ lease_until: eb('lease_until', '-', 3_600_000) }))
        .where('lease_owner', '!=', '')
        .execute()
    // As if half a minute had gone by: whoever redeemed is dead.
    await store.db.updateTable('auth_session').set({ status_at: 1 }).where('status', '=', 'REDEEMING').execute()
  } finally {
    await store.close()
  }
}

const rowOf = ({ connections }: Evidence, { connector, subject }: Pick<Person, 'connector' | 'subject'>) =>
  connections.find((one) => one.connector === connector && one.subject === subject)

/** After the restart everybody is served: what the killed process began is taken up once lease and grace are over. */
async function recover(lottery: Lottery, running: Running): Promise<void> {
  const { fakes, tally } = lottery
  await takeUp(lottery, running)
  const counts = () => ({ forgiven: fakes.lenient.grants.forgiven, reuses: fakes.strict.grants.reuses })
  const before = counts()
  const asked = new Set([...lottery.asked, ...newest(lottery)])
  const lost = (await Promise.all([...asked].map((person) => serve(lottery, running, person)))).filter((one) => !one)
  tally.forgiven += counts().forgiven - before.forgiven
  tally.lost += lost.length
  assert.equal(fakes.lenient.grants.reuses, 0)
  assert.equal(counts().reuses - before.reuses, lost.length, 'one retry each, and no other reuse')
}

/** @returns whether the connection lives; where not, it was told rightly, and its person has connected again. */
async function serve(lottery: Lottery, running: Running, person: Person): Promise<boolean> {
  const { connector, subject } = person
  const path = `/api/v1/connections/${connector}/credentials`
  for (const end = Date.now() + 10_000; ; await wait(20)) {
    const { status, body } = await running.calls.host('POST', path, ownerOf(person))
    if (status === 200) {
      person.token = body.accessToken
      person.kept = false
      assert.ok(lottery.fakes[connector].grants.accountOf(person.token), 'the authorization server takes it')
      return true
    }
    if (body.reason === 'needs_reconnect') break
    assert.equal(body.retryable, true, JSON.stringify(body))
    assert.ok(Date.now() < end, `${connector} of ${subject} is served in time: ${JSON.stringify(body)}`)
  }
  assert.equal(connector, 'strict', `with leeway nobody is lost: ${running.log()}`)
  assert.equal(person.kept, false, 'what the journal took is not lost')
  const { body } = await running.calls.host('GET', `/api/v1/connections?subject=${subject}&tenant=${subject}`)
  const told = body.connections.find((one: { connectorId: string }) => one.connectorId === connector)
  assert.deepEqual([told.status, told.reason], ['needs_reconnect', lostReason])
  const again = await (await pageOf(running, subject)).connect({ connectorId: connector })
  assert.equal(again.body.existing, true, JSON.stringify(again.body))
  person.token = again.body.credentials.accessToken
  return false
}

const lostReason = 'refresh_outcome_unknown'

/** The same redemption again: it was done, or can be done, or is told to be unknown; then the person starts anew. */
async function takeUp(lottery: Lottery, running: Running): Promise<void> {
  const begun = unfinished.get(lottery)
  if (!begun) return
  unfinished.delete(lottery)
  const { connector, subject, id, redeem } = begun
  const page = await pageOf(running, subject)
  const answer = await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
  const { body } = answer
  if (body.status === 'ACTIVE') {
    lottery.people.push(personOf(connector, subject, answer))
    return
  }
  assert.deepEqual([body.status, body.reason], ['FAILED', 'redeem_outcome_unknown'])
  await connect(lottery, running, connector, subject)
}
