/** Functions of a host that throw what nobody expects, whenever they like. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { CustomScheme, CustomTokens } from '../../../src/server/index.ts'
import { described, startService } from '../../support/service.ts'

const good = async (): Promise<CustomTokens> => ({ accessToken: 'at', refreshToken: 'rt', expiresInSeconds: 3_600 })

const start = (t: TestContext, scheme: CustomScheme) =>
  startService(t, (origin) => ({ ...described, method: 'custom', inputs: [], apiOrigins: [origin] }), {
    custom: { service: scheme },
    limits: { tokenEndpointSeconds: 1, leaseSeconds: 2, graceSeconds: 1 },
  })

/** Rejections that nobody awaited: each would end the process. */
function strays(t: TestContext): readonly unknown[] {
  const seen: unknown[] = []
  const onStray = (reason: unknown) => void seen.push(reason)
  process.on('unhandledRejection', onStray).on('uncaughtException', onStray)
  t.after(() => process.off('unhandledRejection', onStray).off('uncaughtException', onStray))
  return seen
}

const refuse = (): never => {
  throw new Error('do not touch')
}
/** Every look at it throws. */
const untouchable = () => new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse })

function circular(): Error {
  const error = new Error('round')
  error.cause = error
  return error
}

const thrown: Readonly<Record<string, () => unknown>> = {
  'a text': () => 'text',
  null: () => null,
  undefined: () => undefined,
  'a number': () => 42,
  'a symbol': () => Symbol('s'),
  'a function': () => refuse,
  'an object without a prototype': () => Object.create(null),
  'an error that is its own cause': circular,
  'an error whose message throws': () => Object.defineProperty(new Error('x'), 'message', { get: refuse }),
  'what cannot be looked at': untouchable,
  'what says that it can be tried again': () => ({ retryable: true, reason: 'needs_reconnect', status: 200 }),
}

type Way = (value: unknown) => CustomScheme['authenticate']
const ways: Readonly<Record<string, Way>> = {
  'at once': (value) => () => {
    throw value
  },
  'as a rejection': (value) => () => Promise.reject(value),
  'as its answer': (value) => async () => value as CustomTokens,
}

for (const [way, make] of Object.entries(ways))
  for (const [name, value] of Object.entries(thrown))
    test(`a host's function that throws or answers oddly is a refused request and no more: ${name} ${way}`, async (t) => {
      const seen = strays(t)
      let odd = false
      const turned = () => (odd ? make(value())({ values: {}, scopes: [] }) : good())
      const { enter, read, connections, host, call } = await start(t, {
        authenticate: turned,
        refresh: turned,
        revoke: async () => void (await turned()),
      })
      odd = true
      const refused = [await enter({})]
      odd = false
      assert.equal((await enter({})).status, 201)
      odd = true
      refused.push(await read({ forceRefresh: true }))
      for (const { status, body, headers } of refused) {
        assert.ok(status === 500 || status === 502, `${status}`)
        assert.match(body.requestId, /^req_/)
        assert.equal(headers.get('x-request-id'), body.requestId)
      }
      assert.equal((await connections())[0].status, 'active')
      assert.equal((await read()).body.accessToken, 'at')
      const ended = await host('POST', '/api/v1/connections/service/disconnect', { subject: 'ana' })
      assert.equal(ended.status, 200)
      assert.equal((await call('GET', '/healthz')).status, 200)
      await wait(5)
      assert.deepEqual(seen, [])
    })

test('a function that rejects long after it was given up disturbs nobody', async (t) => {
  const seen = strays(t)
  let late = false
  const turned = async (): Promise<CustomTokens> => {
    if (!late) return good()
    await wait(1_300)
    throw new Error('too late')
  }
  const { enter, read, call } = await start(t, { authenticate: good, refresh: turned })
  await enter({})
  late = true
  assert.equal((await read({ forceRefresh: true })).status, 504)
  await wait(600)
  assert.deepEqual(seen, [])
  assert.equal((await call('GET', '/healthz')).status, 200)
  assert.equal((await read()).body.accessToken, 'at')
})
