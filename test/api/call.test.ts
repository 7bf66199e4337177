import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCall } from '../../src/api/call.ts'
import { listConnectors } from '../../src/api/connectors.ts'
import { disconnect, listConnections, readCredentials } from '../../src/api/routes.ts'
import type { ConnectorAuthError } from '../../src/protocol/errors.ts'

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const problem = (reason: string, status: number, retryable = false) =>
  json(
    {
      type: 'about:blank',
      title: 't',
      status,
      detail: `said: ${reason}`,
      code: 'AUTH_FAILED',
      reason,
      requestId: 'req_1',
      retryable,
      error: reason,
    },
    status,
  )
const credentials = {
  connectionId: 'default',
  accessToken: 'at',
  tokenType: 'Bearer',
  expiresInSeconds: 60,
  scopes: ['a'],
  extra: {},
}

/** A caller whose network answers what the function says; every request is kept. */
function caller(answer: (request: Request, count: number) => Response | Promise<Response>) {
  const requests: { url: string; init: RequestInit }[] = []
  const tokens: (string | undefined)[] = []
  const call = createCall({
    baseUrl: 'http://backend.test/base/',
    fetch: async (input, init) => {
      const request = new Request(input, { method: init?.method ?? 'GET' })
      requests.push({ url: request.url, init: init ?? {} })
      return answer(request, requests.length)
    },
    getToken: async (refused) => {
      tokens.push(refused)
      return refused ? 'second' : 'first'
    },
  })
  return { call, requests, tokens }
}

const rejection = async (promise: Promise<unknown>): Promise<ConnectorAuthError> => {
  const error = await promise.then(
    () => assert.fail('it resolved'),
    (reason: unknown) => reason,
  )
  return error as ConnectorAuthError
}

describe('a call', () => {
  test('carries the token in the header and nothing of the browser', async () => {
    const { call, requests } = caller(() => json(credentials))
    await readCredentials(call, 'demo', { connectionId: undefined, scopes: ['a'] })
    const { url, init } = requests[0] ?? assert.fail()
    assert.equal(url, 'http://backend.test/base/api/v1/connections/demo/credentials')
    assert.equal(new Headers(init.headers).get('authorization'), 'Bearer first')
    assert.deepEqual(
      [init.method, init.cache, init.credentials, init.redirect, init.body],
      ['POST', 'no-store', 'omit', 'manual', '{"scopes":["a"]}'],
    )
    assert.ok(init.signal)
  })

  test('follows no redirect, whoever sends it', async () => {
    for (const status of [0, 301, 302, 307]) {
      // A page sees a redirect that it does not follow as an answer without a status.
      const { call } = caller(() => Object.defineProperty(new Response(''), 'status', { value: status }))
      const { reason, retryable, message } = await rejection(readCredentials(call, 'demo', {}))
      assert.deepEqual([reason, retryable], ['backend_unreachable', true])
      assert.equal(message, 'The backend redirects, which is not followed. Check base-url.')
    }
  })

  test('lets go of what hangs on its limits as soon as the answer is there', async () => {
    const { call, requests } = caller(() => json(credentials))
    await readCredentials(call, 'demo', {})
    assert.equal(requests[0]?.init.signal?.aborted, true)
  })

  test('puts values of the path and the query where nothing can break out of them', async () => {
    const { call, requests } = caller((request) =>
      json(request.method === 'GET' ? { connections: [] } : { revocation: 'revoked' }),
    )
    await disconnect(call, '../../x', {})
    await listConnections(call, { connectorId: 'a&b=c', subject: undefined })
    assert.equal(requests[0]?.url, 'http://backend.test/base/api/v1/connections/..%2F..%2Fx/disconnect')
    assert.equal(requests[1]?.url, 'http://backend.test/base/api/v1/connections?connectorId=a%26b%3Dc')
  })

  test('drops fields of the answer that it does not know', async () => {
    const { call } = caller(() => json({ ...credentials, refreshToken: 'never' }))
    assert.deepEqual(await readCredentials(call, 'demo', {}), credentials)
  })

  test('asks once for another token when the backend calls the first one expired, and says which', async () => {
    const { call, requests, tokens } = caller((_, count) =>
      count === 1 ? problem('connect_token_expired', 401) : json({ connectors: [] }),
    )
    assert.deepEqual(await listConnectors(call), [])
    assert.deepEqual(tokens, [undefined, 'first'])
    assert.equal(new Headers(requests[1]?.init.headers).get('authorization'), 'Bearer second')
  })

  test('does not ask a third time', async () => {
    const { call, requests } = caller(() => problem('connect_token_invalid', 401))
    assert.equal((await rejection(listConnectors(call))).reason, 'connect_token_invalid')
    assert.equal(requests.length, 2)
  })

  test('turns a problem into the error of its class', async () => {
    const { call } = caller(() => problem('needs_reconnect', 409))
    const error = await rejection(readCredentials(call, 'demo', {}))
    assert.equal(error.name, 'AuthenticationError')
    assert.deepEqual(
      [error.reason, error.message, error.requestId, error.statusCode],
      ['needs_reconnect', 'said: needs_reconnect', 'req_1', 409],
    )
  })

  test('names a page of HTML a protocol mismatch, and never quotes it', async () => {
    const { call } = caller(() => new Response('<!doctype html>secret', { status: 200 }))
    const error = await rejection(listConnectors(call))
    assert.deepEqual([error.code, error.reason, error.retryable], ['INVALID_RESPONSE', 'protocol_mismatch', false])
    assert.doesNotMatch(JSON.stringify(error) + String(error) + String(error.cause), /secret/)
  })

  test('names a 404 without a problem a protocol mismatch: the base URL is wrong', async () => {
    const { call } = caller(() => new Response('not here', { status: 404 }))
    assert.equal((await rejection(listConnectors(call))).reason, 'protocol_mismatch')
  })

  test('names what a gateway says for a dead backend as unreachable', async () => {
    const { call } = caller(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }))
    const error = await rejection(listConnectors(call))
    assert.deepEqual([error.reason, error.retryable, error.statusCode], ['backend_unreachable', true, 502])
  })

  test('names a network failure as unreachable', async () => {
    const { call } = caller(() => Promise.reject(new TypeError('fetch failed')))
    const error = await rejection(listConnectors(call))
    assert.deepEqual([error.code, error.reason, error.retryable], ['NETWORK_ERROR', 'backend_unreachable', true])
  })

  test('rejects with the reason of the signal that ended it', async () => {
    const life = new AbortController()
    const call = createCall({
      baseUrl: 'http://backend.test',
      fetch: (_, init) =>
        new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))),
      getToken: () => 'token',
      signal: life.signal,
    })
    const listing = rejection(listConnectors(call))
    await Promise.resolve()
    const reason = new Error('over')
    life.abort(reason)
    assert.equal(await listing, reason)
  })
})
