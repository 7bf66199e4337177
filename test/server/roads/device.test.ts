import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { quirks } from '../../../src/fakes/index.ts'
import { type BackendOptions, sqliteStore } from '../../../src/server/index.ts'
import { startConformance } from '../../support/conform.ts'
import { challengeOf, randomVerifier } from '../../support/pkce.ts'

const record = quirks.get('device')?.record
assert.ok(record)

/** A backend with device authorization on, and one attempt whose first question is due. */
async function started(t: TestContext, more: Partial<BackendOptions> = {}) {
  const store = sqliteStore(':memory:')
  assert.ok(record)
  const harness = await startConformance(t, record, {}, { deviceConnectors: [record.id], store, ...more })
  const { host, service } = harness
  const created = await host('POST', '/api/v1/auth-sessions', {
    connectorId: record.id,
    subject: 'ana',
    road: 'device',
  })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const ask = (subject = 'ana') => host('POST', `/api/v1/auth-sessions/${created.body.id}/redeem`, { subject })
  /** As if so many seconds had passed since the last question. */
  const pass = (seconds: number) =>
    store.db
      .updateTable('auth_session')
      .set((eb) => ({ started_at: eb('started_at', '-', seconds * 1_000) }))
      .execute()
  const questions = () => service.requests.filter(({ endpoint }) => endpoint === 'token').length
  return { ...harness, created, ask, pass, questions, service, store }
}

const says = (error: string) => ({ kind: 'answer', status: 400, body: JSON.stringify({ error }) }) as const

test('a person who enters the code connects, and the process learns it by asking', async (t) => {
  const { created, ask, pass, service, questions, host } = await started(t)
  const { road, userCode, verificationUri, verificationUriComplete, intervalSeconds, expiresInSeconds } = created.body
  assert.deepEqual([road, intervalSeconds, expiresInSeconds], ['device', 1, 600])
  assert.match(userCode, /^[A-Z]{4}-[A-Z]{4}$/)
  assert.equal(verificationUriComplete, `${verificationUri}?user_code=${userCode}`)
  assert.equal(JSON.stringify(created.body).includes('device_code'), false)
  service.script(says('authorization_pending'))
  assert.equal((await ask()).body.status, 'INACTIVE')
  service.approveDevice(userCode)
  await pass(2)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { body } = await ask()
  assert.deepEqual([body.status, body.credentials], ['ACTIVE', undefined])
  assert.deepEqual((await ask()).body, body, 'and the same again')
  assert.equal(questions(), 2)
  const told = await host('GET', `/api/v1/auth-sessions/${created.body.id}?subject=ana`)
  assert.equal(told.body.status, 'ACTIVE')
  assert.deepEqual(service.faults, [])
})

test('a page gets no device authorization, whatever it asks', async (t) => {
  const { page, service, host } = await started(t)
  const before = service.requests.length
  const calls = await page('ana')
  for (const more of [{}, { codeChallenge: challengeOf(randomVerifier()) }]) {
    const { status, body } = await calls.post('/api/v1/auth-sessions', {
      connectorId: 'device',
      road: 'device',
      ...more,
    })
    assert.deepEqual([status, body.reason], [400, 'invalid_request'])
  }
  assert.equal(service.requests.length, before)
  const again = await host('POST', '/api/v1/auth-sessions', { connectorId: 'device', subject: 'ana', road: 'device' })
  assert.equal(again.status, 201, 'the positive control')
})

test('a page cannot ask for the outcome of a device, nor can another subject', async (t) => {
  const { created, page, ask, questions } = await started(t)
  const path = `/api/v1/auth-sessions/${created.body.id}`
  for (const subject of ['ana', 'ben']) {
    const calls = await page(subject)
    assert.equal((await calls.post(`${path}/redeem`, {})).status, 404)
    assert.equal((await calls.get(path)).status, 404)
  }
  assert.equal((await ask('ben')).status, 404)
  assert.equal(questions(), 0)
})

test('device authorization is off unless the connector is named', async (t) => {
  assert.ok(record)
  for (const deviceConnectors of [[], ['other']]) {
    const { host, service } = await startConformance(t, record, {}, { deviceConnectors })
    const body = { connectorId: record.id, subject: 'ana', road: 'device' }
    const answer = await host('POST', '/api/v1/auth-sessions', body)
    assert.deepEqual([answer.status, answer.body.reason], [403, 'road_not_allowed'])
    assert.equal(service.requests.length, 0)
  }
})

test('the connector must have a device endpoint', async (t) => {
  const plain = quirks.get('plain')?.record
  assert.ok(plain)
  const { host } = await startConformance(t, plain, {}, { deviceConnectors: [plain.id] })
  const answer = await host('POST', '/api/v1/auth-sessions', { connectorId: plain.id, subject: 'ana', road: 'device' })
  assert.equal(answer.body.reason, 'road_not_allowed')
})

test('many askers at once, and askers in a hurry, put one question per interval', async (t) => {
  const { ask, pass, service, questions } = await started(t)
  service.script(says('authorization_pending'), says('authorization_pending'))
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()))
  assert.deepEqual([...new Set(answers.map(({ status, body }) => `${status} ${body.status}`))], ['200 INACTIVE'])
  assert.equal(questions(), 1)
  for (let round = 0; round < 5; round += 1) await ask()
  assert.equal(questions(), 1, 'not before the interval is over')
  await pass(1)
  await Promise.all(Array.from({ length: 20 }, () => ask()))
  assert.equal(questions(), 2)
})

test('slow_down adds five seconds, each time (RFC 8628 §3.5)', async (t) => {
  const { ask, pass, service, questions } = await started(t)
  service.script(says('slow_down'), says('slow_down'), says('authorization_pending'))
  assert.equal((await ask()).body.status, 'INACTIVE')
  await pass(5)
  await ask()
  assert.equal(questions(), 1, '1 s + 5 s are not over')
  await pass(1)
  await ask()
  assert.equal(questions(), 2)
  await pass(10)
  await ask()
  assert.equal(questions(), 2, '1 s + 10 s are not over')
  await pass(1)
  assert.equal((await ask()).body.status, 'INACTIVE')
  assert.equal(questions(), 3)
})

test('a no ends the attempt, and nobody asks again', async (t) => {
  const { created, ask, pass, service, questions } = await started(t)
  service.denyDevice(created.body.userCode)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const { body } = await ask()
  assert.deepEqual([body.status, body.reason, body.error], ['FAILED', 'access_denied', 'access_denied'])
  await pass(60)
  assert.equal((await ask()).body.reason, 'access_denied')
  assert.equal(questions(), 1)
  assert.deepEqual(service.faults, [])
})

test('a code that was not entered in time ends the attempt: by the service, or by the clock here', async (t) => {
  const told = await started(t)
  told.service.script(says('expired_token'))
  assert.deepEqual([(await told.ask()).body.reason, (await told.ask()).body.status], ['session_expired', 'FAILED'])
  let now = Date.now()
  const late = await started(t, { now: () => now })
  now += 600_000
  assert.equal((await late.ask()).body.reason, 'session_expired')
  assert.equal(late.questions(), 0)
})

test('a service that does not serve for a while ends nothing', async (t) => {
  const { created, ask, pass, service, questions } = await started(t)
  service.script({ kind: 'answer', status: 503, body: '' }, { kind: 'lose' })
  assert.equal((await ask()).body.status, 'INACTIVE')
  await pass(2)
  assert.equal((await ask()).body.reason, 'authorization_server_unavailable')
  service.approveDevice(created.body.userCode)
  await pass(2)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  assert.equal((await ask()).body.status, 'ACTIVE')
  assert.equal(questions(), 3)
})

test('any other refusal ends the attempt with the words of the service', async (t) => {
  const { ask, service } = await started(t)
  service.script(says('invalid_grant'))
  const { body } = await ask()
  assert.deepEqual([body.status, body.reason], ['FAILED', 'redemption_rejected'])
})

test('a device code is sealed in the database', async (t) => {
  const { ask, service, store, questions } = await started(t)
  service.script(says('authorization_pending'))
  await ask()
  assert.equal(questions(), 1)
  const deviceCode = service.requests.find(({ endpoint }) => endpoint === 'token')?.fields['device_code'] ?? ''
  assert.ok(deviceCode.length > 20)
  const rows = JSON.stringify(await store.db.selectFrom('auth_session').selectAll().execute())
  assert.equal(rows.includes(deviceCode), false)
})
