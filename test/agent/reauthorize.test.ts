import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'node:test'
import { type AuthorizationRequired, AuthorizationRequiredError } from '../../src/agent/index.ts'
import { listenOnLoopback } from '../../src/node/index.ts'
import { agentOf } from '../support/agent.ts'
import { type Roads, startRoads } from '../support/roads.ts'

/** An agent whose person consents as soon as they are told. */
function obedient(roads: Roads, more: Parameters<typeof agentOf>[1] = {}) {
  const told: AuthorizationRequired[] = []
  const agent = agentOf(roads.backend, {
    road: async () => ({ receiver: await listenOnLoopback() }),
    async onAuthorizationRequired(required) {
      told.push(required)
      await fetch(await roads.fake.authorize(required.authorizationUrl))
    },
    ...more,
  })
  return { agent, told }
}

test('work that fails for want of a connection is done after the person has authorized', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  let runs = 0
  const token = await agent.withReauthorization(() => {
    runs += 1
    return agent.getAccessToken('fake')
  })
  assert.match(token, /^fake-at-/)
  assert.deepEqual([runs, told.length, told[0]?.reason], [2, 1, 'not_connected'])
})

test('a grant that has ended is authorized again, on the same connection', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  await (await roads.page('ana')).connect()
  const ended = { kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' } as const
  roads.fake.script(ended)
  const renew = () => agent.getAccessToken('fake', { forceRefresh: true })
  await assert.rejects(renew(), { name: 'AuthorizationRequiredError', reason: 'needs_reconnect', connectorId: 'fake' })
  await assert.rejects(agent.getCredentials('fake', { forceRefresh: true }), { reason: 'needs_reconnect' })
  await agent.withReauthorization(renew)
  assert.deepEqual([told.length, await roads.connections()], [1, 1])
})

test('a token that the auth callback brings stands in for a grant that has ended', async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend, { authCallback: () => ({ accessToken: 'brought' }) })
  await (await roads.page('ana')).connect()
  roads.fake.script({ kind: 'answer', status: 400, body: '{"error":"invalid_grant"}' })
  const renew = () => agent.getAccessToken('fake', { forceRefresh: true })
  assert.equal(await agent.withReauthorization(renew), 'brought')
})

test('a scope that was not granted is asked for', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  await (await roads.page('ana')).connect()
  await agent.withReauthorization(() => agent.getAccessToken('fake', { scopes: ['write'] }))
  assert.equal(told[0]?.reason, 'scope_not_granted')
  assert.match(told[0]?.authorizationUrl ?? '', /scope=[^&]*write/)
})

test('many callers start one attempt, and each does its work once more', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  const all = await Promise.all([1, 2, 3, 4].map(() => agent.withReauthorization(() => agent.getAccessToken('fake'))))
  assert.deepEqual([told.length, new Set(all).size], [1, 1])
})

test('callers who need something else do not wait for the same attempt', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  await (await roads.page('ana')).connect()
  const work = (scopes: readonly string[]) => {
    let runs = 0
    return agent.withReauthorization(() => {
      runs += 1
      if (runs > 1) return runs
      throw new AuthorizationRequiredError({ connectorId: 'fake', reason: 'scope_not_granted', scopes }, 'more')
    })
  }
  await Promise.all([work(['write']), work(['read', 'write']), work(['write', 'read'])])
  assert.deepEqual(told.map(({ authorizationUrl }) => /scope=[^&]*read/.test(authorizationUrl)).length, 2)
})

test('a host that cannot tell the person leaves no listener behind', async (t) => {
  const roads = await startRoads(t)
  const receiver = await listenOnLoopback()
  const agent = agentOf(roads.backend, {
    road: () => ({ receiver }),
    onAuthorizationRequired: () => Promise.reject(new Error('no terminal')),
  })
  await assert.rejects(agent.authenticateConnector('fake'), /no terminal/)
  await assert.rejects(fetch(receiver.redirectUri), 'nothing listens there')
})

test('work that fails twice fails, and any other error is left alone', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  let runs = 0
  const failing = agent.withReauthorization(async () => {
    runs += 1
    throw new AuthorizationRequiredError({ connectorId: 'fake', reason: 'not_connected' }, 'still not')
  })
  await assert.rejects(failing, /still not/)
  assert.equal(runs, 2)
  await assert.rejects(
    agent.withReauthorization(() => Promise.reject(new Error('mine'))),
    /mine/,
  )
  assert.equal(told.length, 1)
})

test('where nobody can show the URL, the error carries it, and a log of it carries no attempt', async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend)
  const error = await agent
    .withReauthorization(() => agent.getAccessToken('fake'))
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  assert.ok(error instanceof AuthorizationRequiredError)
  assert.equal(error.authorizationUrl, error.session?.redirectUrl)
  assert.equal(new URL(error.authorizationUrl ?? '').origin, roads.fake.issuer)
  assert.equal(inspect(error).includes('waitForCompletion'), false)
})

test("a person's no is the reason that the work failed", async (t) => {
  const roads = await startRoads(t)
  const agent = agentOf(roads.backend, {
    road: async () => ({ receiver: await listenOnLoopback() }),
    async onAuthorizationRequired({ authorizationUrl, session }) {
      const back = new URL(new URL(authorizationUrl).searchParams.get('redirect_uri') ?? '')
      back.search = String(
        new URLSearchParams({ error: 'access_denied', state: session.stateKey, iss: roads.fake.issuer }),
      )
      await fetch(back)
    },
  })
  await assert.rejects(
    agent.withReauthorization(() => agent.getAccessToken('fake')),
    { reason: 'access_denied' },
  )
})

test('a user session uses what stands, and signs in where nothing does', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  const first = await agent.userSession('fake')
  const again = await agent.userSession('fake')
  assert.deepEqual([told.length, first.connectionId, again.connectionId], [1, 'default', 'default'])
  assert.equal(await first.getAccessToken(), await again.getAccessToken())
})

test('authForce signs in anew whatever stands, and uses the account that was chosen', async (t) => {
  const roads = await startRoads(t)
  const { agent, told } = obedient(roads)
  const ana = await agent.userSession('fake')
  roads.fake.grants.account = { id: 'account-2', name: 'ben@fake.example' }
  const ben = await agent.userSession('fake', { authForce: true })
  assert.notEqual(ben.connectionId, ana.connectionId)
  assert.match(told[1]?.authorizationUrl ?? '', /prompt=login/)
  const same = await agent.userSession('fake', { authForce: true })
  assert.deepEqual([same.connectionId, told.length], [ben.connectionId, 3], 'the same account keeps its connection')
  assert.notEqual(await ben.getAccessToken(), await ana.getAccessToken())
})

test('a session key keeps its connections apart; each is refreshed and ended alone', async (t) => {
  const roads = await startRoads(t)
  const work = obedient(roads, { sessionKey: 'work' })
  const home = obedient(roads, { sessionKey: 'home' })
  await work.agent.userSession('fake')
  assert.equal(await home.agent.getCredentials('fake'), null)
  assert.equal(await agentOf(roads.backend).getCredentials('fake'), null)
  await home.agent.userSession('fake')
  await home.agent.disconnect('fake')
  assert.match(await work.agent.getAccessToken('fake'), /^fake-at-/)
  for (const sessionKey of ['', 'a/b', '../x', 'x'.repeat(61)])
    assert.throws(() => agentOf(roads.backend, { sessionKey }), { reason: 'invalid_configuration' })
  assert.throws(() => agentOf(roads.backend, { sessionKey: 'a', org: 'b' }), { reason: 'invalid_configuration' })
})
