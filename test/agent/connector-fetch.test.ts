import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { AgentOptions } from '../../src/agent/index.ts'
import { startHarness } from '../support/backend.ts'
import { agentOf } from '../support/agent.ts'
import { keyedRecord } from '../support/proxy.ts'
import { startService } from '../support/service.ts'
import { startUpstream } from '../support/upstream.ts'

/** Ana is connected to a service whose API a test writes. */
async function connected(t: TestContext, options: Partial<AgentOptions> = {}) {
  const api = await startUpstream(t)
  const harness = await startHarness(t, { record: () => ({ apiOrigins: [api.origin] }) })
  await (await harness.page('ana')).connect()
  return { ...harness, api, agent: agentOf(harness.backend, { retry: { backoffSeconds: 0.01 }, ...options }) }
}

test('a call carries the token, to the origin of the record', async (t) => {
  const { agent, api } = await connected(t)
  const token = await agent.getAccessToken('fake')
  for (const url of ['/v1/me?x=1', `${api.origin}/v1/me?x=1`, new URL('/v1/me?x=1', api.origin)]) {
    const answer = await agent.connectorFetch('fake', url)
    assert.equal((await answer.json()).target, '/v1/me?x=1')
  }
  assert.deepEqual([...new Set(api.received.map(({ headers }) => headers.authorization))], [`Bearer ${token}`])
})

test('nothing is sent to any other origin, and a redirect is not followed', async (t) => {
  const { agent, api } = await connected(t)
  const other = await startUpstream(t)
  const wrong = [
    other.origin,
    'https://evil.test/',
    '//evil.test/',
    api.origin.replace('//', '//user:x@'),
    'http://[',
    `${api.origin}.evil.test/`,
  ]
  for (const url of wrong) await assert.rejects(agent.connectorFetch('fake', url), { reason: 'url_not_allowed' }, url)
  assert.deepEqual([api.received.length, other.received.length], [0, 0])
  api.answer = (_, response) => void response.writeHead(302, { location: other.origin }).end()
  await assert.rejects(agent.connectorFetch('fake', '/'), { reason: 'redirect_refused' })
  assert.equal(other.received.length, 0)
})

test('a 401 renews the token and sends the call once more, not twice', async (t) => {
  const { agent, api, fake } = await connected(t)
  const refreshes = () => fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  const old = await agent.getAccessToken('fake')
  api.answer = ({ headers }, response) =>
    void response.writeHead(headers.authorization === `Bearer ${old}` ? 401 : 200).end('seen')
  const answer = await agent.connectorFetch('fake', '/', { method: 'POST', body: 'x' })
  assert.deepEqual([answer.status, await answer.text(), api.received.length, refreshes()], [200, 'seen', 2, 1])
  api.answer = (_, response) => void response.writeHead(401).end('no')
  const refused = await agent.connectorFetch('fake', '/')
  assert.deepEqual([refused.status, await refused.text(), api.received.length], [401, 'no', 4])
})

test('where somebody renewed the token meanwhile, that one is used', async (t) => {
  const { agent, api, fake, backend } = await connected(t)
  const old = await agent.getAccessToken('fake')
  api.answer = async ({ headers }, response) => {
    if (headers.authorization === `Bearer ${old}`) await agentOf(backend).getCredentials('fake', { forceRefresh: true })
    response.writeHead(headers.authorization === `Bearer ${old}` ? 401 : 200).end()
  }
  assert.equal((await agent.connectorFetch('fake', '/')).status, 200)
  assert.equal(fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length, 1)
})

test('a body that can be sent once is sent once', async (t) => {
  const { agent, api } = await connected(t)
  api.answer = (_, response) => void response.writeHead(401).end()
  const body = new Response('once').body
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
  assert.equal((await agent.connectorFetch('fake', '/', init)).status, 401)
  assert.equal(api.received.length, 1)
})

test('the token stands in the header, the query or the form, as the service wants it (RFC 6750 §2)', async (t) => {
  const { agent, api } = await connected(t)
  const token = await agent.getAccessToken('fake')
  await agent.connectorFetch('fake', '/a?x=1', { tokenIn: 'query' })
  await agent.connectorFetch('fake', '/b', {
    tokenIn: 'body',
    method: 'POST',
    body: new URLSearchParams({ text: 'hi' }),
  })
  const [query, form] = api.received
  assert.deepEqual([query?.target, query?.headers.authorization], [`/a?x=1&access_token=${token}`, undefined])
  assert.deepEqual([form?.body, form?.headers.authorization], [`text=hi&access_token=${token}`, undefined])
  await assert.rejects(agent.connectorFetch('fake', '/', { tokenIn: 'body' }), { reason: 'invalid_request' })
  assert.equal(api.received.length, 2)
})

test('hooks see a request in their order before its token is put in, and cannot lead it elsewhere', async (t) => {
  const seen: string[] = []
  const { agent, api } = await connected(t, {
    protectedRequest: [
      ({ headers }) => {
        seen.push(`first ${headers.get('authorization')}`)
        headers.set('x-version', '1')
      },
      async ({ headers, url }) => {
        seen.push(`second ${headers.get('x-version')}`)
        url.searchParams.set('v', '2')
        if (url.pathname === '/away') url.hostname = 'localhost'
      },
    ],
  })
  await agent.connectorFetch('fake', '/here')
  assert.deepEqual(seen, ['first null', 'second 1'])
  assert.deepEqual([api.received[0]?.target, api.received[0]?.headers['x-version']], ['/here?v=2', '1'])
  await assert.rejects(agent.connectorFetch('fake', '/away'), { reason: 'url_not_allowed' })
  assert.equal(api.received.length, 1)
})

test('a service that asks to wait is asked again, and its last answer is given', async (t) => {
  const { agent, api } = await connected(t)
  api.answer = (_, response) => void response.writeHead(api.received.length < 3 ? 503 : 200).end()
  assert.equal((await agent.connectorFetch('fake', '/')).status, 200)
  api.answer = (_, response) => void response.writeHead(429).end()
  assert.equal((await agent.connectorFetch('fake', '/')).status, 429)
  assert.equal(api.received.length, 3 + 4)
  assert.equal((await agent.connectorFetch('fake', '/', { retry: false })).status, 429)
  assert.equal(api.received.length, 8)
})

test('what the record gives to the proxy goes through it: the key is put in behind the agent', async (t) => {
  const { upstream, backend, enter } = await startService(t, (origin) => keyedRecord(origin))
  await enter({ apiKey: 'k-1' })
  const agent = agentOf(backend)
  const calls = [
    () => agent.connectorFetch('keyed', '/v1/x?y=1'),
    () => agent.connectorFetch('keyed', `${upstream.origin}/v1/x?y=1`),
    () => agent.proxy('keyed', 'api', '/v1/x?y=1'),
    // Headers of whoever is served say nothing about whose connection it is.
    () => agent.proxy('keyed', 'api', '/v1/x?y=1', { headers: { 'Connector-Auth-Tenant': 'other' } }),
    () => agent.proxy('keyed', 'api', '/v1/x?y=1', { headers: { 'connector-auth-connection': 'other' } }),
  ]
  for (const call of calls) assert.equal((await (await call()).json()).target, '/v1/x?y=1')
  assert.deepEqual([...new Set(upstream.received.map(({ headers }) => headers['x-api-key']))], ['k-1'])
  assert.ok(
    upstream.received.every(({ headers }) => !JSON.stringify(headers).includes('cak_')),
    'the API key stays here',
  )
  await assert.rejects(agent.proxy('keyed', 'other', '/'), { reason: 'proxy_host_unknown' })
  await assert.rejects(agent.connectorFetch('keyed', 'https://evil.test/'), { reason: 'url_not_allowed' })
  await assert.rejects(agentOf(backend, { subject: 'ben' }).proxy('keyed', 'api', '/'), {
    name: 'AuthorizationRequiredError',
    reason: 'not_connected',
    connectorId: 'keyed',
  })
})

test("a subject that is no ASCII is the same one behind the proxy; the service's own errors pass", async (t) => {
  const { upstream, backend, enter } = await startService(t, (origin) => keyedRecord(origin))
  await enter({ apiKey: 'k-1' }, { subject: 'Zoë 100%' })
  upstream.answer = (_, response) => void response.writeHead(404).end('none')
  const answer = await agentOf(backend, { subject: 'Zoë 100%' }).proxy('keyed', 'api', '/nothing')
  assert.deepEqual([answer.status, await answer.text()], [404, 'none'])
})

test('pages are read to their end, across links, Link headers and cursors, and stop at an error', async (t) => {
  const { agent, api } = await connected(t)
  const targets = async (next?: Parameters<typeof agent.pages>[2]) => {
    const found: [string, number][] = []
    for await (const { url, response } of agent.pages('fake', '/list', next))
      found.push([url.replace(api.origin, ''), response.status])
    return found
  }
  api.answer = ({ target }, response) =>
    void response.end(JSON.stringify(target === '/list' ? { '@odata.nextLink': `${api.origin}/list?p=2` } : {}))
  assert.deepEqual(await targets(), [
    ['/list', 200],
    ['/list?p=2', 200],
  ])
  api.answer = ({ target }, response) => {
    if (target === '/list')
      response.setHeader('link', `<${api.origin}/x>; rel="prev", <${api.origin}/list?p=2>; rel="next"`)
    response.end('[]')
  }
  assert.deepEqual(await targets({ header: 'link' }), [
    ['/list', 200],
    ['/list?p=2', 200],
  ])
  api.answer = ({ target }, response) => {
    const cursor = target === '/list' ? 'a b' : target.includes('a+b') ? 'c' : ''
    response.writeHead(target.includes('=c') ? 404 : 200).end(JSON.stringify({ paging: { next: cursor } }))
  }
  const cursors = await targets({ cursor: ['paging', 'next'], parameter: 'after' })
  assert.deepEqual(cursors, [
    ['/list', 200],
    ['/list?after=a+b', 200],
    ['/list?after=c', 404],
  ])
})

test('a page elsewhere gets no token, and a circle ends', async (t) => {
  const { agent, api } = await connected(t)
  const other = await startUpstream(t)
  const all = async () => {
    let count = 0
    for await (const _ of agent.pages('fake', `${api.origin}/list`)) count += 1
    return count
  }
  api.answer = (_, response) => void response.end(JSON.stringify({ '@odata.nextLink': `${other.origin}/list` }))
  await assert.rejects(all(), { reason: 'url_not_allowed' })
  assert.equal(other.received.length, 0)
  api.answer = (_, response) => void response.end(JSON.stringify({ '@odata.nextLink': `${api.origin}/list` }))
  assert.equal(await all(), 1)
})
