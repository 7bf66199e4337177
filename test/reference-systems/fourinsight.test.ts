/** What a user of fourinsight.api writes, here: each line beside the one it stands for. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClientSession } from '../../src/agent/index.ts'
import { listenOnLoopback } from '../../src/node/index.ts'
import { agentOf } from '../support/agent.ts'
import { startRoads } from '../support/roads.ts'
import { startUpstream } from '../support/upstream.ts'

test('4insight: a user session signs in once, and force signs in anew', async (t) => {
  const roads = await startRoads(t)
  const signIns: string[] = []
  const user = (sessionKey: string) =>
    agentOf(roads.backend, {
      sessionKey,
      road: async () => ({ receiver: await listenOnLoopback() }),
      async onAuthorizationRequired({ authorizationUrl }) {
        signIns.push(authorizationUrl)
        await fetch(await roads.fake.authorize(authorizationUrl))
      },
    })
  // session = UserSession()
  const first = await user('one').userSession('fake')
  // session = UserSession()                       # the next run finds the token
  const again = await user('one').userSession('fake')
  assert.equal(await again.getAccessToken(), await first.getAccessToken())
  assert.equal(signIns.length, 1)
  // session = UserSession(session_key="two")      # cycles of its own
  const other = await user('two').userSession('fake')
  assert.notEqual(await other.getAccessToken(), await first.getAccessToken())
  // session = UserSession(auth_force=True)
  await user('one').userSession('fake', { authForce: true })
  assert.equal(signIns.length, 3)
})

test('4insight: a client session, a call, pages by @odata.nextLink, and another try after 503', async (t) => {
  const api = await startUpstream(t)
  let faults = 1
  api.answer = ({ target }, response) => {
    if (target === '/token')
      return void response.end(JSON.stringify({ access_token: 'service', token_type: 'Bearer', expires_in: 3_600 }))
    if (target === '/v1/one' && faults-- > 0) return void response.writeHead(503, { 'retry-after': '0' }).end()
    const next = target === '/v1/list' ? { '@odata.nextLink': `${api.origin}/v1/list?page=2` } : {}
    return void response.end(JSON.stringify({ value: [target], ...next }))
  }
  // session = ClientSession(client_id, client_secret)
  const session = createClientSession({
    tokenUrl: `${api.origin}/token`,
    clientId: 'id',
    clientSecret: 'secret',
    scopes: ['https://api.example/.default'],
    auth: 'client_secret_post',
    apiOrigins: [api.origin],
  })
  // response = session.get("/v1/one")
  const response = await session.fetch('/v1/one')
  assert.deepEqual(await response.json(), { value: ['/v1/one'] })
  // for page in session.get_pages("/v1/list"): …
  const pages: string[] = []
  for await (const page of session.pages('/v1/list')) pages.push(page.url.replace(api.origin, ''))
  assert.deepEqual(pages, ['/v1/list', '/v1/list?page=2'])
  assert.equal(api.received.filter(({ target }) => target === '/token').length, 1)
})

test('4insight: the backend says who asks, with its version', async (t) => {
  const roads = await startRoads(t)
  await (await roads.page('ana')).connect()
  // headers={"user-agent": f"python-fourinsight-api/{version}"}
  const asked = roads.fake.requests.find(({ path }) => path === '/token')
  assert.match(asked?.headers['user-agent'] ?? '', /^connector-auth\/\d+\.\d+\.\d+/)
})
