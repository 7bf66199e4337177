import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthorizationRequiredError, bearerErrorOf } from '../../src/agent/index.ts'
import { listenOnLoopback } from '../../src/node/index.ts'
import { agentOf } from '../support/agent.ts'
import { startRoads } from '../support/roads.ts'
import { startUpstream } from '../support/upstream.ts'

const answer = (status: number, challenge?: string) =>
  new Response(null, { status, ...(challenge === undefined ? {} : { headers: { 'www-authenticate': challenge } }) })

test('each error code of RFC 6750 §3.1 has a reason of its own', () => {
  const cases = [
    [401, 'Bearer realm="x", error="invalid_token", error_description="It \\"expired\\""', 'token_rejected'],
    [400, 'Bearer error=invalid_request', 'api_request_refused'],
    [403, 'Bearer scope="a b",error="insufficient_scope"', 'insufficient_scope'],
    [401, 'DPoP error="invalid_token"', 'token_rejected'],
    [401, 'Basic realm="y", Bearer error="invalid_token"', 'token_rejected'],
    [401, 'Bearer', undefined],
    [401, 'Bearer realm="x"', undefined],
    [401, 'Basic error="invalid_token"', undefined],
    [200, 'Bearer error="invalid_token"', undefined],
    [401, undefined, undefined],
  ] as const
  for (const [status, challenge, reason] of cases)
    assert.equal(bearerErrorOf('fake', answer(status, challenge))?.reason, reason, String(challenge))
  const error = bearerErrorOf('fake', answer(403, 'Bearer error="insufficient_scope", scope="a b"'))
  assert.ok(error instanceof AuthorizationRequiredError)
  assert.deepEqual([error.scopes, error.statusCode], [['a', 'b'], 403])
})

test('an API that wants more scopes gets them: the person authorizes, and the call is made again', async (t) => {
  const api = await startUpstream(t)
  const roads = await startRoads(t, { record: () => ({ apiOrigins: [api.origin] }) })
  const asked: string[] = []
  const agent = agentOf(roads.backend, {
    road: async () => ({ receiver: await listenOnLoopback() }),
    async onAuthorizationRequired({ authorizationUrl, reason }) {
      asked.push(`${reason} ${new URL(authorizationUrl).searchParams.get('scope')}`)
      await fetch(await roads.fake.authorize(authorizationUrl))
    },
  })
  await (await roads.page('ana')).connect()
  api.answer = (_, response) =>
    asked.length > 0
      ? void response.end('done')
      : void response.writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="write"' }).end()
  const call = () => agent.connectorFetch('fake', '/', { throwBearerErrors: true })
  assert.equal(await (await agent.withReauthorization(call)).text(), 'done')
  assert.deepEqual(asked, ['insufficient_scope read write'])
})

test('a token that is refused twice is told as such, where that was asked for', async (t) => {
  const api = await startUpstream(t)
  const roads = await startRoads(t, { record: () => ({ apiOrigins: [api.origin] }) })
  await (await roads.page('ana')).connect()
  const agent = agentOf(roads.backend)
  api.answer = (_, response) =>
    void response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end()
  await assert.rejects(agent.connectorFetch('fake', '/', { throwBearerErrors: true }), {
    reason: 'token_rejected',
    statusCode: 401,
  })
  assert.equal((await agent.connectorFetch('fake', '/')).status, 401)
  assert.equal(api.received.length, 4)
})
