import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Quirk, type QuirkName, quirks } from '../../src/fakes/index.ts'
import { connect, conform, startConformance } from '../support/conform.ts'

for (const [name, { record, options }] of quirks)
  test(`a service with the quirk ${name} is connected, read, refreshed and disconnected`, (t) =>
    conform(t, record, options))

function quirk(name: QuirkName): Quirk {
  const found = quirks.get(name)
  assert.ok(found)
  return found
}

test('a device is connected once its person consents', async (t) => {
  const { record } = quirk('device')
  const { host, service } = await startConformance(t, record, {}, { deviceConnectors: [record.id] })
  const started = await host('POST', '/api/v1/auth-sessions', {
    connectorId: record.id,
    subject: 'ana',
    road: 'device',
  })
  assert.equal(started.status, 201, JSON.stringify(started.body))
  const finish = () => host('POST', `/api/v1/auth-sessions/${started.body.id}/redeem`, { subject: 'ana' })
  const wait = () => new Promise((resolve) => setTimeout(resolve, started.body.intervalSeconds * 1_000 + 50))
  await wait()
  assert.equal((await finish()).body.status, 'INACTIVE')
  service.approveDevice(started.body.userCode)
  await wait()
  assert.equal((await finish()).body.status, 'ACTIVE')
  assert.deepEqual(service.faults, [])
})

for (const name of ['plain', 'error_in_200', 'error_codes'] as const)
  test(`a grant that was ended at the service asks for a reconnect: ${name}`, async (t) => {
    const harness = await startConformance(t, quirk(name).record)
    await connect(harness)
    harness.service.families.revokeAll()
    const body = { subject: 'ana', forceRefresh: true }
    const path = `/api/v1/connections/${name}/credentials`
    assert.equal((await harness.host('POST', path, body)).body.reason, 'needs_reconnect')
    const { connections } = (await harness.host('GET', '/api/v1/connections?subject=ana')).body
    assert.equal(connections[0].status, 'needs_reconnect')
    assert.equal(
      (await harness.host('POST', path, { subject: 'ana' })).status,
      200,
      'the valid token is served to its end',
    )
    assert.deepEqual(harness.service.faults, [])
  })

test("a service's own word for later ends nothing", async (t) => {
  const harness = await startConformance(t, quirk('error_codes').record)
  await connect(harness)
  const busy = JSON.stringify({ failure: { code: 'TRY_LATER' } })
  harness.service.script({ kind: 'answer', status: 200, body: busy })
  const path = '/api/v1/connections/error_codes/credentials'
  const first = await harness.host('POST', path, { subject: 'ana', forceRefresh: true })
  const second = await harness.host('POST', path, { subject: 'ana', forceRefresh: true })
  assert.deepEqual([first.body.reason, second.status], ['authorization_server_unavailable', 200])
})

test("a service's own word for later is no refusal of a code", async (t) => {
  const harness = await startConformance(t, quirk('error_codes').record)
  harness.service.script({ kind: 'answer', status: 200, body: JSON.stringify({ failure: { code: 'TRY_LATER' } }) })
  assert.equal((await connect(harness)).body.reason, 'authorization_server_unavailable')
})

test('a person who says no at a service that renames everything is told as such', async (t) => {
  const { record } = quirk('renamed_parameters')
  const { page, service } = await startConformance(t, record)
  const calls = await page()
  const { created, redeem, id } = await calls.begin({ connectorId: record.id })
  const denied = await service.deny(created.body.redirectUrl)
  const answer = await calls.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback: denied.search.slice(1) })
  assert.equal(answer.body.reason, 'access_denied')
})

test('a token endpoint that drips, or answers garbage, connects nobody and nothing hangs', async (t) => {
  const harness = await startConformance(
    t,
    quirk('plain').record,
    {},
    { limits: { tokenEndpointSeconds: 1, leaseSeconds: 2 } },
  )
  harness.service.script({ kind: 'drip', ms: 50 }, { kind: 'garbage' })
  const started = performance.now()
  assert.equal((await connect(harness)).body.reason, 'authorization_server_timeout')
  assert.ok(performance.now() - started < 3_000)
  assert.equal((await connect(harness)).body.reason, 'invalid_token_response')
})
