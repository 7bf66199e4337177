import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OAuthConnector } from '../../src/server/index.ts'
import { agentOf } from '../support/agent.ts'
import { startHarness } from '../support/backend.ts'
import { startUpstream } from '../support/upstream.ts'

/** Connects where the token endpoint answers in a service's own way, and the record says how that is read. */
async function redeemed(t: TestContext, token: Partial<OAuthConnector['token']>, body: string, status = 200) {
  const harness = await startHarness(t, {
    record: (fake) => ({ token: { url: `${fake.issuer}/token`, ...token } }),
  })
  harness.fake.script({ kind: 'answer', status, body })
  const answer = await (await harness.page('ana')).connect()
  return { body: answer.body, agent: agentOf(harness.backend), harness }
}

/** What requests-oauthlib mends in code per provider is a field of the record here. */
const answers = {
  'facebook: a form as text, with `expires`': {
    token: { map: { expiry: 'expires' } },
    body: 'access_token=AT&expires=5183999',
    lifetime: 5_183_999,
  },
  'mailchimp: a scope that is null and a lifetime of 0 that means "never"': {
    token: { map: { expiry: 'never' } },
    body: '{"access_token":"AT","expires_in":0,"scope":null}',
    lifetime: null,
  },
  'weibo and douban: no token type': { token: {}, body: '{"access_token":"AT","expires_in":60}', lifetime: 60 },
  'plentymarkets: names in camelCase': {
    token: { map: { access: 'accessToken', refresh: 'refreshToken', type: 'tokenType', expiry: 'expiresIn' } },
    body: '{"accessToken":"AT","tokenType":"Bearer","expiresIn":86400,"refreshToken":"RT"}',
    lifetime: 86_400,
  },
  'ebay: a token type in words': {
    token: { map: { type: 'none' } },
    body: '{"access_token":"AT","token_type":"User Access Token","expires_in":7200}',
    lifetime: 7_200,
  },
} as const

for (const [name, { token, body, lifetime }] of Object.entries(answers)) {
  test(name, async (t) => {
    const { agent, body: told } = await redeemed(t, token, body)
    assert.equal(told.status, 'ACTIVE', JSON.stringify(told))
    const credentials = await agent.getCredentials('fake')
    assert.ok(credentials && 'accessToken' in credentials)
    assert.deepEqual([credentials.accessToken, credentials.tokenType], ['AT', 'Bearer'])
    const { expiresInSeconds } = credentials
    const near = lifetime === null ? expiresInSeconds === null : Math.abs((expiresInSeconds ?? 0) - lifetime) <= 5
    assert.ok(near, String(expiresInSeconds))
  })
}

test('fitbit: errors in a list of its own', async (t) => {
  const body = '{"success":false,"errors":[{"errorType":"invalid_grant","message":"no"}]}'
  const { body: told } = await redeemed(t, { error: ['errors.0.errorType'] }, body, 400)
  assert.deepEqual([told.status, told.reason], ['FAILED', 'redemption_rejected'])
})

test('slack, instagram, weibo: the token stands in the query, under the name that the service has for it', async (t) => {
  for (const name of ['token', 'access_token']) {
    const api = await startUpstream(t)
    const { agent } = await startHarness(t, {
      record: () => ({
        reach: 'proxy',
        proxy: { api: { origin: api.origin } },
        apiOrigins: [api.origin],
        inject: { query: { [name]: '{accessToken}' } },
      }),
      backend: { egress: { allow: [api.origin] } },
    }).then(async (harness) => {
      await (await harness.page('ana')).connect()
      return { agent: agentOf(harness.backend) }
    })
    // A parameter of the caller's own gives way: the token is not theirs to choose.
    await agent.connectorFetch('fake', `/list?x=1&${name}=mine`)
    const [received] = api.received
    const search = new URLSearchParams(received?.target.split('?')[1])
    assert.match(search.get(name) ?? '', /^fake-at-/)
    assert.deepEqual([search.getAll(name).length, received?.headers.authorization], [1, undefined])
  }
})

test('the expiry table: numbers and numbers as text are lifetimes, everything else is "not told"', async (t) => {
  const table: readonly (readonly [unknown, number | null])[] = [
    [3600, 3600],
    [3600.9, 3600],
    ['3600', 3600],
    ['3600.5', 3600],
    ['soon', null],
    ['', null],
    [null, null],
    [true, null],
    [[3600], null],
    [1e300, null],
  ]
  for (const [expires_in, expected] of table) {
    const { agent } = await redeemed(t, {}, JSON.stringify({ access_token: 'AT', expires_in }))
    const credentials = await agent.getCredentials('fake')
    assert.ok(credentials && 'accessToken' in credentials)
    const seconds = credentials.expiresInSeconds
    const near = expected === null ? seconds === null : Math.abs((seconds ?? 0) - expected) <= 5
    assert.ok(near, `${JSON.stringify(expires_in)} gave ${seconds}`)
  }
})

test('a point in time is read as one, in seconds, milliseconds or as a date', async (t) => {
  const inAnHour = Date.now() + 3_600_000
  const table = [
    [{ path: 'at', absolute: true }, Math.round(inAnHour / 1_000)],
    [{ path: 'at', absolute: true }, String(Math.round(inAnHour / 1_000))],
    [{ path: 'at', absolute: true, unit: 'milliseconds' }, inAnHour],
    [{ path: 'at', absolute: true }, new Date(inAnHour).toISOString()],
  ] as const
  for (const [expiry, at] of table) {
    const { agent } = await redeemed(t, { map: { expiry } }, JSON.stringify({ access_token: 'AT', at }))
    const credentials = await agent.getCredentials('fake')
    assert.ok(credentials && 'accessToken' in credentials)
    assert.ok(Math.abs((credentials.expiresInSeconds ?? 0) - 3_600) <= 5, String(credentials.expiresInSeconds))
  }
})

test('scopes that differ from what was asked for are reported, not raised; an empty list is a list', async (t) => {
  const cases = [
    ['{"access_token":"AT","scope":"read"}', ['read'], []],
    ['{"access_token":"AT"}', ['read'], []],
    ['{"access_token":"AT","scope":""}', [], ['read']],
    ['{"access_token":"AT","scope":"other more"}', ['other', 'more'], ['read']],
  ] as const
  for (const [body, granted, missing] of cases) {
    const { body: told } = await redeemed(t, {}, body)
    assert.deepEqual(told.scopes, { requested: ['read'], granted, missing }, body)
  }
})
