import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectorAuthError } from '../../src/agent/index.ts'
import { quirks } from '../../src/fakes/index.ts'
import { listenOnLoopback } from '../../src/node/index.ts'
import { agentOf } from '../support/agent.ts'
import { startConformance } from '../support/conform.ts'
import { returnUrl, startRoads } from '../support/roads.ts'

const quick = { intervalSeconds: 0.05, timeoutSeconds: 5 }

test('a process that listens on loopback connects, and gets the credentials', async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend)
  const receiver = await listenOnLoopback()
  t.after(() => receiver.close())
  const session = await agent.initialize('fake', { receiver, scopes: ['read', 'write'] })
  assert.deepEqual([session.road, (await session.getStatus()).status], ['loopback', 'INACTIVE'])
  const callback = await roads.fake.authorize(session.redirectUrl)
  const page = await fetch(callback)
  assert.deepEqual([page.status, (await page.text()).includes('return to the terminal')], [200, true])
  const completed = await session.waitForCompletion(quick)
  assert.deepEqual([completed.status, completed.connectionId, completed.missingScopes], ['ACTIVE', 'default', []])
  const credentials = await session.getCredentials()
  assert.ok('accessToken' in credentials)
  assert.equal(credentials.accessToken, await agent.getAccessToken('fake'))
  assert.deepEqual(await session.waitForCompletion(quick), completed, 'and the same again')
})

test('the answer may be back before anybody waits, and many may wait', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  const session = await agentOf(roads.backend).initialize('fake', { receiver })
  await fetch(await roads.fake.authorize(session.redirectUrl))
  const all = await Promise.all([1, 2, 3].map(() => session.waitForCompletion(quick)))
  assert.deepEqual([...new Set(all.map(({ status }) => status))], ['ACTIVE'])
  assert.equal(roads.tokenCalls(), 1)
})

test('a no at the service ends the attempt with its own reason', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  const session = await agentOf(roads.backend).initialize('fake', { receiver })
  const denied = new URL(receiver.redirectUri)
  denied.search = String(
    new URLSearchParams({ error: 'access_denied', state: session.stateKey, iss: roads.fake.issuer }),
  )
  await fetch(denied)
  let named: string | undefined
  await assert.rejects(session.waitForCompletion(quick), (error: ConnectorAuthError) => {
    named = error.requestId
    assert.deepEqual([error.reason, error.code], ['access_denied', 'AUTH_FAILED'])
    return true
  })
  assert.match(named ?? '', /^req_/)
  const { status, requestId } = { requestId: '', ...(await session.getStatus()) }
  assert.deepEqual([status, requestId], ['FAILED', named])
})

test('a limit and an abort end the wait, and the attempt goes on', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  const session = await agentOf(roads.backend).initialize('fake', { receiver })
  await assert.rejects(session.waitForCompletion({ timeoutSeconds: 0.05 }), { reason: 'timeout', code: 'TIMEOUT' })
  await assert.rejects(session.waitForCompletion({ signal: AbortSignal.abort() }), { reason: 'aborted' })
  await fetch(await roads.fake.authorize(session.redirectUrl))
  assert.equal((await session.waitForCompletion(quick)).status, 'ACTIVE')
})

test('an attempt that was cancelled listens no more', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  const session = await agentOf(roads.backend).initialize('fake', { receiver })
  await session.cancel()
  await assert.rejects(session.waitForCompletion(quick), { reason: 'cancelled' })
  await assert.rejects(fetch(receiver.redirectUri))
})

test('an attempt that cannot begin leaves nothing listening', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  await assert.rejects(agentOf(roads.backend).initialize('nothing', { receiver }), { reason: 'unknown_connector' })
  await assert.rejects(fetch(receiver.redirectUri))
})

test('a host completes with the code that its return URL got, while another part of it waits', async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend)
  const session = await agent.initialize('fake', { returnUrl })
  assert.equal(session.road, 'host_callback')
  const waiting = session.waitForCompletion(quick)
  const answer = await roads.browser().visit(await roads.fake.authorize(session.redirectUrl))
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('completion') ?? ''
  assert.equal((await session.complete(code)).status, 'ACTIVE')
  assert.equal((await waiting).connectionId, 'default')
})

test('a person types the code of our page into the terminal; a wrong one is told', async (t) => {
  const roads = await startRoads(t)
  const session = await agentOf(roads.backend).initialize('fake')
  assert.equal(session.road, 'typed_code')
  await assert.rejects(session.complete('ABCD-EFGH'), { reason: 'answer_not_there' })
  const page = await roads.browser().visit(await roads.fake.authorize(session.redirectUrl))
  const [, code = ''] = /<strong>([^<]*)</.exec(String(page.body)) ?? []
  await assert.rejects(session.complete('AAAA-AAAA'), { reason: 'completion_code_wrong' })
  assert.equal((await session.complete(` ${code.toLowerCase()} `)).status, 'ACTIVE')
})

test('a device shows a code, and is told when the person has entered it', async (t) => {
  const record = quirks.get('device')?.record
  assert.ok(record)
  const { backend, service } = await startConformance(t, record, {}, { deviceConnectors: [record.id] })
  const session = await agentOf(backend).initialize(record.id, { road: 'device' })
  assert.match(session.userCode ?? '', /^[A-Z]{4}-[A-Z]{4}$/)
  assert.ok(session.redirectUrl.includes(String(session.userCode)))
  service.approveDevice(session.userCode ?? '')
  assert.equal((await session.waitForCompletion({ timeoutSeconds: 10 })).status, 'ACTIVE')
  const questions = service.requests.filter(({ endpoint }) => endpoint === 'token')
  assert.deepEqual([questions.length, service.faults], [1, []], 'asked no sooner than the interval')
})

test('another account is added beside the first, and each is read by its id', async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend)
  const connect = async (options: object) => {
    const session = await agent.initialize('fake', { receiver: await listenOnLoopback(), ...options })
    await fetch(await roads.fake.authorize(session.redirectUrl))
    return session.waitForCompletion(quick)
  }
  const first = await connect({})
  roads.fake.grants.account = { id: 'account-2', name: 'ben@fake.example' }
  const second = await connect({ newConnection: true })
  assert.notEqual(second.connectionId, first.connectionId)
  await assert.rejects(agent.getAccessToken('fake'), { reason: 'connection_ambiguous' })
  assert.match(await agent.getAccessToken('fake', { connectionId: second.connectionId }), /^fake-at-/)
})
