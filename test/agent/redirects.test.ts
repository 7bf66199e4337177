import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FastnAuth, createAgent, createClientSession } from '../../src/agent/index.ts'
import { createMint } from '../../src/server/index.ts'
import { apiKey } from '../support/backend.ts'
import { startUpstream } from '../support/upstream.ts'

for (const status of [302, 307])
  test(`no API key and no client secret is sent on where a server answers ${status}`, async (t) => {
    const moved = await startUpstream(t)
    const server = await startUpstream(t, (_, response) => {
      response.writeHead(status, { location: `${moved.origin}/elsewhere` }).end()
    })
    const agent = createAgent({ baseUrl: server.origin, apiKey, subject: 'ana', retry: false })
    const fastn = new FastnAuth({ baseUrl: server.origin, spaceId: 'default', apiKey })
    const client = createClientSession({
      tokenUrl: `${server.origin}/token`,
      clientId: 'me',
      clientSecret: 'secret',
      auth: 'client_secret_post',
      apiOrigins: [server.origin],
    })
    const mint = createMint({ url: server.origin, apiKey })
    await assert.rejects(agent.getCredentials('fake'), { reason: 'backend_unreachable' })
    await assert.rejects(agent.proxy('fake', 'api', '/items', { method: 'POST', body: '{}' }), {
      reason: 'backend_unreachable',
    })
    await assert.rejects(fastn.getCredentials({ connectorId: 'fake', tenantId: 'acme' }), {
      reason: 'backend_unreachable',
    })
    await assert.rejects(client.getAccessToken(), { reason: 'invalid_token_response' })
    const minted = await mint(new Request('https://app.test/connect-token', { method: 'POST' }), { subject: 'ana' })
    assert.deepEqual([minted.status, (await minted.json()).reason], [500, 'protocol_mismatch'])
    assert.equal(server.received.length, 5)
    assert.deepEqual(moved.received, [])
  })
