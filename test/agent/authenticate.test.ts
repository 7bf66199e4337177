import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationRequired, Credentials } from '../../src/agent/index.ts'
import { listenOnLoopback } from '../../src/node/index.ts'
import { agentOf } from '../support/agent.ts'
import { startHarness } from '../support/backend.ts'
import { keyedRecord } from '../support/proxy.ts'
import { startRoads } from '../support/roads.ts'
import { startService } from '../support/service.ts'

const quick = { intervalSeconds: 0.02, timeoutSeconds: 5 }

test('a key, a user name and password, a bearer token and a form of its own are stored and read back', async (t) => {
  const cases = [
    ['api_key', { apiKey: 'k-1' }, { apiKey: 'k-1' }],
    ['basic', { username: 'ana', password: 'pw' }, { username: 'ana', password: 'pw' }],
    // A bearer token is an access token as any other.
    ['bearer', { accessToken: 't-1' }, 't-1'],
    ['api_key', { values: { apiKey: 'k-2' } }, { apiKey: 'k-2' }],
  ] as const
  for (const [method, params, read] of cases) {
    const inject = { headers: { 'x-proof': { api_key: '{apiKey}', basic: '{basic}', bearer: '{token}' }[method] } }
    const { backend } = await startService(t, (origin) => keyedRecord(origin, { method, inject }))
    const agent = agentOf(backend)
    assert.equal((await agent.authenticateConnector('keyed', params)).status, 'connected')
    const credentials = await agent.getCredentials('keyed')
    assert.ok(credentials)
    assert.deepEqual('values' in credentials ? credentials.values : credentials.accessToken, read)
    await agent.deauthenticateConnector('keyed')
    assert.equal(await agent.getCredentials('keyed'), null)
  }
})

test('what does not fit the connector is refused by name', async (t) => {
  const { backend } = await startService(t, (origin) => keyedRecord(origin))
  const agent = agentOf(backend)
  await assert.rejects(agent.authenticateConnector('keyed', { username: 'ana', password: 'pw' }), {
    reason: 'invalid_input',
  })
  await assert.rejects(agent.authenticateConnector('keyed', { accessToken: 't' }), { reason: 'wrong_method' })
  await assert.rejects(agent.authenticateConnector('keyed'), { reason: 'wrong_method' })
  await assert.rejects(agent.authenticateConnector('keyed', { code: 'x' }), { reason: 'invalid_request' })
  await assert.rejects(agent.authenticateConnector('nothing'), { reason: 'unknown_connector' })
})

test('without parameters it gives the URL, takes the code, and then is connected', async (t) => {
  const roads = await startRoads(t)
  const told: AuthorizationRequired[] = []
  const agent = agentOf(roads.backend, { onAuthorizationRequired: (required) => void told.push(required) })
  const started = await agent.authenticateConnector('fake')
  assert.ok(started.status === 'authorization_required')
  assert.deepEqual(
    told.map(({ connectorId, reason, authorizationUrl }) => [connectorId, reason, authorizationUrl]),
    [['fake', 'not_connected', started.authorizationUrl]],
  )
  const page = await roads.browser().visit(await roads.fake.authorize(started.authorizationUrl))
  const [, code = ''] = /<strong>([^<]*)<\/strong>/.exec(String(page.body)) ?? []
  const done = await agent.authenticateConnector('fake', { code })
  assert.deepEqual([done.status, (await agent.authenticateConnector('fake')).status], ['connected', 'connected'])
  assert.deepEqual(await agent.deauthenticateConnector('fake'), { revocation: 'revoked' })
  assert.equal(roads.fake.requests.filter(({ path }) => path === '/revoke').length, 1)
})

test('a registration of its own goes with the attempt (client id and secret of the caller)', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients: { mine: 'my-secret' } } })
  const agent = agentOf(roads.backend)
  const receiver = await listenOnLoopback()
  const started = await agent.authenticateConnector('fake', {
    client: { clientId: 'mine', clientSecret: 'my-secret' },
    scopes: ['read', 'write'],
    receiver,
  })
  assert.ok(started.status === 'authorization_required')
  assert.equal(new URL(started.authorizationUrl).searchParams.get('client_id'), 'mine')
  await fetch(await roads.fake.authorize(started.authorizationUrl))
  assert.equal((await started.session.waitForCompletion(quick)).status, 'ACTIVE')
})

test('the auth callback is asked with the name, and only where nothing stands', async (t) => {
  const { backend } = await startService(t, (origin) => keyedRecord(origin))
  const agent = agentOf(backend)
  const asked: string[] = []
  agent.setAuthCallback(async (connectorId) => {
    asked.push(connectorId)
    return { apiKey: 'k-9' }
  })
  for (let round = 0; round < 2; round += 1)
    assert.equal((await agent.authenticateConnector('keyed')).status, 'connected')
  assert.deepEqual(asked, ['keyed'])
})

test('the loader is asked where nothing is connected; its token stays in this process', async (t) => {
  const roads = await startRoads(t)
  const loads: string[] = []
  const agent = agentOf(roads.backend)
  agent.setTokenLoader((connectorId) => {
    loads.push(connectorId)
    return { accessToken: 'mine', expiresInSeconds: 60 }
  })
  assert.deepEqual([await agent.getAccessToken('fake'), await agent.getAccessToken('fake')], ['mine', 'mine'])
  assert.deepEqual([loads, await roads.connections()], [['fake'], 0])
  await (await roads.page('ana')).connect()
  assert.match(await agent.getAccessToken('fake'), /^fake-at-/, 'what is connected comes first')
  assert.equal(await agentOf(roads.backend, { subject: 'ben', tokenLoader: () => null }).getCredentials('fake'), null)
  const old = agentOf(roads.backend, { subject: 'ben', tokenLoader: () => ({ accessToken: 'x', expiresInSeconds: 5 }) })
  assert.equal(await old.getCredentials('fake'), null, 'a token at its end is none')
})

test('a token that was brought is used, told to the saver, and forgotten with the connector', async (t) => {
  const harness = await startHarness(t)
  const saved: string[] = []
  const agent = agentOf(harness.backend, { tokenSaver: (_, { accessToken }) => void saved.push(accessToken) })
  await agent.authenticateConnector('fake', { accessToken: 'brought' })
  assert.equal(await agent.getAccessToken('fake'), 'brought')
  assert.deepEqual(saved, ['brought'])
  assert.deepEqual(await agent.deauthenticateConnector('fake'), { revocation: 'unsupported' })
  assert.equal(await agent.getCredentials('fake'), null)
  await assert.rejects(agent.deauthenticateConnector('fake'), { reason: 'not_connected' })
  await assert.rejects(agent.authenticateConnector('fake', { accessToken: 'two words' }))
})

test('the saver hears of each token once, the updater of each that replaced another, with the whole of it', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana')).connect()
  const saved: Credentials[] = []
  const updated: Credentials[] = []
  const agent = agentOf(harness.backend, { tokenUpdater: (_, credentials) => void updated.push(credentials) })
  agent.setTokenSaver((_, credentials) => void saved.push(credentials))
  await agent.getAccessToken('fake')
  await agent.getAccessToken('fake')
  assert.deepEqual([saved.length, updated.length], [1, 0])
  const fresh = await agent.getAccessToken('fake', { forceRefresh: true })
  assert.deepEqual([saved.length, updated.map(({ accessToken }) => accessToken)], [2, [fresh]])
  assert.deepEqual([updated[0]?.scopes, updated[0]?.tokenType], [['read'], 'Bearer'])
  assert.ok((updated[0]?.expiresInSeconds ?? 0) > 3_000)
  assert.equal(JSON.stringify([saved, updated]).includes('refresh'), false, 'never a refresh token')
})

test('a saver that fails is told so, and hears of the token again', async (t) => {
  const harness = await startHarness(t)
  await (await harness.page('ana')).connect()
  let fail = true
  const saved: string[] = []
  const agent = agentOf(harness.backend, {
    tokenSaver: (_, { accessToken }) => {
      if (fail) throw new Error('disk full')
      saved.push(accessToken)
    },
  })
  await assert.rejects(agent.getAccessToken('fake'), /disk full/)
  fail = false
  assert.deepEqual([await agent.getAccessToken('fake')], saved)
})
