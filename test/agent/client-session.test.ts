import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ClientSessionOptions, createClientSession } from '../../src/agent/index.ts'
import { startUpstream } from '../support/upstream.ts'

/** A token endpoint and an API behind one origin; each token has a number. */
async function service(t: TestContext, more: Partial<ClientSessionOptions> = {}, lifetime: unknown = 3_600) {
  const upstream = await startUpstream(t)
  let tokens = 0
  const refused = new Set<string>()
  upstream.answer = ({ target, headers }, response) => {
    if (target === '/token') {
      tokens += 1
      return void response.end(
        JSON.stringify({ access_token: `t-${tokens}`, token_type: 'bearer', expires_in: lifetime }),
      )
    }
    const authorization = headers.authorization ?? ''
    response.writeHead(refused.has(authorization) ? 401 : 200).end(JSON.stringify({ authorization }))
  }
  const session = createClientSession({
    tokenUrl: `${upstream.origin}/token`,
    clientId: 'a client',
    clientSecret: 's:c/1',
    scopes: ['api/.default'],
    apiOrigins: [upstream.origin],
    ...more,
  })
  return { upstream, session, refused, tokens: () => tokens }
}

test('a service account fetches one token for many calls, with Basic as RFC 6749 §2.3.1 writes it', async (t) => {
  const { upstream, session, tokens } = await service(t)
  const answers = await Promise.all([1, 2, 3].map(async () => (await session.fetch('/me')).json()))
  assert.deepEqual(answers, Array(3).fill({ authorization: 'Bearer t-1' }))
  const [request] = upstream.received
  assert.equal(tokens(), 1)
  assert.equal(request?.headers.authorization, `Basic ${btoa('a+client:s%3Ac%2F1')}`)
  assert.equal(request?.body, 'grant_type=client_credentials&scope=api%2F.default')
})

test('id and secret go into the body where the server wants them there', async (t) => {
  const { upstream, session } = await service(t, { auth: 'client_secret_post', params: { audience: 'x' } })
  await session.getAccessToken()
  const fields = Object.fromEntries(new URLSearchParams(upstream.received[0]?.body))
  assert.deepEqual([fields['client_id'], fields['client_secret'], fields['audience']], ['a client', 's:c/1', 'x'])
  assert.equal(upstream.received[0]?.headers.authorization, undefined)
})

test('a token that ends soon or is refused is fetched anew, once', async (t) => {
  const short = await service(t, {}, '20')
  await short.session.getAccessToken()
  await short.session.getAccessToken()
  assert.equal(short.tokens(), 2)
  const { session, refused, tokens } = await service(t)
  refused.add('Bearer t-1')
  assert.deepEqual(await (await session.fetch('/me')).json(), { authorization: 'Bearer t-2' })
  refused.add('Bearer t-2').add('Bearer t-3')
  assert.equal((await session.fetch('/me')).status, 401)
  assert.equal(tokens(), 3)
})

test('the token goes to its own origins only, and the secret over https only', async (t) => {
  const { upstream, session } = await service(t)
  await assert.rejects(session.fetch('https://evil.test/'), { reason: 'url_not_allowed' })
  assert.equal(upstream.received.length, 0)
  for (const tokenUrl of ['http://login.example/token', 'ftp://127.0.0.1/', 'token'])
    await assert.rejects(service(t, { tokenUrl }), { reason: 'invalid_configuration' })
})

test('a refusal names itself and never the secret', async (t) => {
  const { upstream, session } = await service(t)
  const cases = [
    [401, '{"error":"invalid_client"}', 'client_registration_refused'],
    [400, '<html>', 'client_registration_refused'],
    [503, '', 'authorization_server_unavailable'],
    [200, '{"token":"x"}', 'invalid_token_response'],
    [200, 'nothing', 'invalid_token_response'],
  ] as const
  for (const [status, body, reason] of cases) {
    upstream.answer = (_, response) => void response.writeHead(status).end(body)
    await assert.rejects(session.getAccessToken(), (error: Error & { reason: string }) => {
      assert.equal(error.reason, reason)
      assert.equal(JSON.stringify(error, Object.getOwnPropertyNames(error)).includes('s:c/1'), false)
      return true
    })
  }
})

test('a body that is read only once is sent once, whatever the service answers', async (t) => {
  const { upstream, session } = await service(t)
  const { answer } = upstream
  const bodies: string[] = []
  upstream.answer = (request, response) => {
    if (request.target === '/token') return answer(request, response)
    bodies.push(request.body)
    response.writeHead(503, { 'retry-after': '0' }).end()
  }
  async function* once() {
    yield new TextEncoder().encode('all of it')
  }
  // What Node's fetch takes, and no other's.
  const init = { method: 'PUT', body: once() as unknown as ReadableStream, duplex: 'half' } as RequestInit
  assert.equal((await session.fetch('/file', init)).status, 503)
  assert.deepEqual(bodies, ['all of it'])
  bodies.length = 0
  await session.fetch('/file', { method: 'PUT', body: 'a text' })
  assert.ok(bodies.length > 1 && bodies.every((body) => body === 'a text'), 'a text is sent again')
})
