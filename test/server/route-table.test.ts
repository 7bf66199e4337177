import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Route } from '../../src/protocol/routes.ts'
import { type CompatRouteName, compatRoutes } from '../../src/server/compat/routes.ts'
import { type JwtOptions, sqliteStore } from '../../src/server/index.ts'
import { type Harness, type Page, apiKey, appOrigin, startHarness } from '../support/backend.ts'
import { accepts, everySystem, guarded, methodOf, sampleBody, samplePath } from '../support/callers.ts'
import { audience, startKeyServer } from '../support/jwks.ts'

const metricsToken = 'metrics-token-of-this-test'

/** A backend that accepts every kind of credential. */
async function start(t: TestContext) {
  const host = await startKeyServer(t)
  const jwt: JwtOptions = { jwksUrl: host.jwksUrl, issuer: host.issuer, audience, claims: { subject: 'sub' } }
  const store = sqliteStore(':memory:')
  let now = Date.now()
  const harness = await startHarness(t, {
    backend: {
      store,
      jwt,
      metricsToken,
      compat: everySystem,
      egress: { allow: [host.issuer] },
      rateLimits: { perCredential: false },
      now: () => now,
    },
  })
  const ask = async (route: Route, headers: Record<string, string>) => {
    const answer = await harness.call(methodOf(route), samplePath(route), { headers, body: sampleBody(route) })
    return [answer.status, answer.body.reason]
  }
  return { host, store, harness, ask, later: (ms: number) => (now += ms) }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const fromPage = (token: string) => ({ origin: appOrigin, ...bearer(token) })

test('the table has routes for each kind of credential: the walks below are not empty', () => {
  for (const kind of ['api_key', 'connect_token', 'host_jwt', 'metrics_token'] as const)
    assert.ok(
      guarded.some((route) => accepts(route, kind)),
      kind,
    )
})

for (const route of guarded) {
  test(`${route.name} refuses who has no credential, a wrong one, two, or one of a kind that it does not take`, async (t) => {
    const { harness, ask, host } = await start(t)
    const page = await harness.page()
    const takesToken = accepts(route, 'connect_token')
    const takesMetrics = accepts(route, 'metrics_token')

    assert.deepEqual(await ask(route, { origin: appOrigin }), [401, 'credential_missing'])
    assert.deepEqual(await ask(route, { authorization: 'Basic YTpi' }), [401, 'credential_missing'])
    assert.deepEqual(await ask(route, { authorization: `Bearer ${page.token}, Bearer ${apiKey}` }), [
      400,
      'credential_ambiguous',
    ])
    assert.deepEqual(
      await ask(route, fromPage(`cct_${'0'.repeat(32)}_${'0'.repeat(64)}`)),
      takesToken ? [401, 'connect_token_invalid'] : [403, 'credential_not_accepted'],
    )
    assert.deepEqual(await ask(route, bearer(`cak_${'0'.repeat(64)}`)), [401, 'api_key_invalid'])
    assert.deepEqual(await ask(route, fromPage(apiKey)), [403, 'api_key_in_browser'])
    if (!accepts(route, 'api_key')) assert.deepEqual(await ask(route, bearer(apiKey)), [403, 'credential_not_accepted'])
    if (!takesToken) assert.deepEqual(await ask(route, fromPage(page.token)), [403, 'credential_not_accepted'])
    const elsewhere = takesToken ? [401, 'connect_token_invalid'] : [403, 'credential_not_accepted']
    const unknown = takesMetrics ? [401, 'metrics_token_invalid'] : elsewhere
    if (!accepts(route, 'host_jwt')) assert.deepEqual(await ask(route, fromPage(await host.sign())), unknown)
    if (!takesMetrics) assert.deepEqual(await ask(route, fromPage(metricsToken)), elsewhere)
    assert.deepEqual(await ask(route, fromPage('dev-user')), unknown, 'nobody is somebody by default')
  })

  test(`${route.name} refuses a revoked key, an expired or ended token, and a token of another space`, async (t) => {
    const { harness, ask, store, later } = await start(t)
    const { id, key } = (await harness.host('POST', '/api/v1/api-keys', { name: 'one' })).body
    await harness.host('DELETE', `/api/v1/api-keys/${id}`)
    assert.deepEqual(await ask(route, bearer(key)), [401, 'api_key_invalid'])
    if (!accepts(route, 'connect_token')) return
    const ended = await harness.page()
    await ended.remove('/api/v1/connect-tokens/current')
    assert.deepEqual(await ask(route, fromPage(ended.token)), [401, 'connect_token_invalid'])
    const foreign = await harness.page()
    await store.db.updateTable('connect_token').set({ space: 'other' }).execute()
    assert.deepEqual(await ask(route, fromPage(foreign.token)), [401, 'connect_token_invalid'])
    const expired = await harness.page()
    later(901_000)
    assert.deepEqual(await ask(route, fromPage(expired.token)), [401, 'connect_token_expired'])
  })

  if (accepts(route, 'connect_token'))
    test(`${route.name} takes a connect token only from an allowed origin`, async (t) => {
      const { harness, ask } = await start(t)
      const page = await harness.page()
      for (const origin of [undefined, 'null', 'https://evil.test', 'https://app.test.evil.test', 'http://app.test']) {
        const headers = { ...bearer(page.token), ...(origin === undefined ? {} : { origin }) }
        assert.deepEqual(await ask(route, headers), [403, 'origin_not_allowed'], String(origin))
      }
      if (route.action === undefined) return
      const powerless = await harness.page('ana', { actions: [] })
      assert.deepEqual(await ask(route, fromPage(powerless.token)), [403, 'action_not_allowed'])
    })
}

/** What one person sees of another's things must be what everybody sees of nothing. */
async function assertAlike(what: string, foreign: Promise<Seen>, unknown: Promise<Seen>): Promise<void> {
  const [one, other] = await Promise.all([foreign, unknown])
  assert.ok(one.status >= 400, what)
  assert.deepEqual(plainly(one), plainly(other), what)
}
/** An id that was asked for may be told back. */
function plainly({ status, body }: Seen) {
  const { requestId: _, ...rest } = Array.isArray(body) ? { list: body } : body
  return { status, body: JSON.parse(JSON.stringify(rest).replaceAll(/[0-9a-f]{32}/g, 'ID')) }
}
interface Seen {
  readonly status: number
  readonly body: Record<string, unknown>
}

const strangers: readonly [string, Parameters<Harness['page']>][] = [
  ['another subject', ['ben', { tenant: 'acme', org: 'one' }]],
  ['another tenant', ['ana', { tenant: 'other', org: 'one' }]],
  ['another org', ['ana', { tenant: 'acme', org: 'two' }]],
  ['another owner kind', ['ana', { tenant: 'acme', org: 'one', owner: 'shared' }]],
]
for (const [name, [subject, who]] of strangers) {
  test(`for ${name}, what exists answers exactly like what does not`, async (t) => {
    const { harness } = await start(t)
    const ana = await harness.page('ana', { tenant: 'acme', org: 'one' })
    const session = (await ana.begin()).id
    await ana.connect()
    harness.fake.grants.account = { id: 'account-2', name: 'second@fake.example' }
    const { connectionId } = (await ana.connect({ connection: { new: true } })).body
    const stranger = await harness.page(subject, who)
    assert.notEqual(connectionId, 'default')
    const none = { session: `as_${'0'.repeat(32)}`, connection: '0'.repeat(32) }
    const redeem = { verifier: 'v'.repeat(43), redirectUri: 'https://app.test/', callback: 'state=x' }
    await assertAlike(
      'an auth session',
      stranger.get(`/api/v1/auth-sessions/${session}`),
      stranger.get(`/api/v1/auth-sessions/${none.session}`),
    )
    await assertAlike(
      'its redemption',
      stranger.post(`/api/v1/auth-sessions/${session}/redeem`, redeem),
      stranger.post(`/api/v1/auth-sessions/${none.session}/redeem`, redeem),
    )
    for (const act of ['credentials', 'disconnect'])
      await assertAlike(
        act,
        stranger.post(`/api/v1/connections/fake/${act}`, { connectionId }),
        stranger.post(`/api/v1/connections/fake/${act}`, { connectionId: none.connection }),
      )
    const begin = (id: string) =>
      stranger.post('/api/v1/auth-sessions', {
        connectorId: 'fake',
        codeChallenge: 'x'.repeat(43),
        connection: { id },
      })
    await assertAlike('a reconnect', begin(connectionId), begin(none.connection))
    assert.deepEqual((await stranger.get('/api/v1/connections')).body.connections, [])
    assert.equal((await ana.get('/api/v1/connections')).body.connections.length, 2, 'and nothing was changed')
    assert.equal((await ana.get(`/api/v1/auth-sessions/${session}`)).body.status, 'INACTIVE')
  })
}

/** Every route of the reference systems that names an attempt, a connection or an owner, as a stranger asks it. */
function compatAsks(harness: Harness, stranger: Page, [subject, who = {}]: Parameters<Harness['page']>) {
  const { org = '', tenant, owner } = who
  const fastn = { org_id: org, tenant_id: tenant, ...(owner === 'shared' ? {} : { subject }) }
  const app = `/api/v1/apps/${org}`
  const standing = (id: string) => ({ connector: 'fake', connection_id: id })
  return (session: string, id: string): readonly (readonly [CompatRouteName, () => Promise<Seen>])[] => [
    [
      'fastnCredentials',
      () => stranger.post('/api/ucl/connectorAuth', { input: { connectorId: 'fake', connectionId: id } }),
    ],
    ['fastnShortCredentials', () => stranger.post('/ucl/connectorAuth', { input: { connectorId: 'fake' } })],
    ['fastnStatus', () => stranger.post('/api/connections/status', { connection_id: session })],
    ['fastnStatus', () => stranger.post('/api/connections/status', standing(id))],
    ['fastnInitiate', () => harness.host('POST', '/api/connections/initiate', { ...fastn, ...standing(id) })],
    ['fiberwiseConnections', () => stranger.get('/api/v1/credentials/oauth/connections')],
    ['fiberwiseServiceProviders', () => stranger.get(`${app}/service-providers`)],
    ['fiberwiseDisconnect', () => stranger.remove('/api/v1/credentials/oauth/connections/fake')],
    ['fiberwiseRevoke', () => stranger.post(`${app}/oauth/revoke/${id}`)],
    ['fiberwiseRevoke', () => stranger.post(`${app}/oauth/revoke/fake`)],
    [
      'fiberwiseComplete',
      () => harness.host('POST', '/api/v1/credentials/auth/complete', { session, completion: '0'.repeat(64), subject }),
    ],
  ]
}

for (const [name, who] of strangers) {
  test(`for ${name}, the routes of the reference systems tell nothing of what exists`, async (t) => {
    const { harness } = await start(t)
    const asks = compatAsks(harness, await harness.page(...who), who)
    const answers = async (session: string, id: string) => {
      const told: [string, unknown][] = []
      for (const [route, ask] of asks(session, id)) told.push([route, plainly(await ask())])
      return told
    }
    const nothing = await answers(`as_${'0'.repeat(32)}`, '0'.repeat(32))
    const pages = new Set(nothing.map(([route]) => route))
    for (const route of compatRoutes.filter((one) => accepts(one, 'connect_token')))
      assert.ok(pages.has(route.name), `${route.name} is not walked`)
    const ana = await harness.page('ana', { tenant: 'acme', org: 'one' })
    const session = (await ana.begin()).id
    await ana.connect()
    harness.fake.grants.account = { id: 'account-2', name: 'second@fake.example' }
    const { connectionId } = (await ana.connect({ connection: { new: true } })).body
    assert.deepEqual(await answers(session, connectionId), nothing)
    assert.equal((await ana.get('/api/v1/connections')).body.connections.length, 2, 'and nothing was changed')
    assert.equal((await ana.get(`/api/v1/auth-sessions/${session}`)).body.status, 'INACTIVE')
    const statuses = []
    for (const [, ask] of compatAsks(harness, ana, ['ana', { tenant: 'acme', org: 'one' }])(session, connectionId))
      statuses.push((await ask()).status)
    assert.ok(statuses.filter((status) => status === 200).length >= 8, `she is told: ${statuses.join()}`)
  })
}

test('for another space on the same store, nothing exists', async (t) => {
  const { harness, store } = await start(t)
  const ana = await harness.page('ana')
  const { connectionId } = (await ana.connect()).body
  for (const table of ['connection', 'api_key', 'audit', 'auth_session'] as const)
    await store.db.updateTable(table).set({ space: 'other' }).execute()
  assert.deepEqual((await ana.get('/api/v1/connections')).body.connections, [])
  assert.equal((await ana.post('/api/v1/connections/fake/credentials', { connectionId })).body.reason, 'not_connected')
  const audit = await harness.host('GET', '/api/v1/audit?subject=ana')
  assert.deepEqual(audit.body.events, [])
})

test('a body, query or header of a browser never says who it is', async (t) => {
  const { harness } = await start(t)
  await (await harness.page('ana')).connect()
  const ben = await harness.page('ben')
  for (const owner of [{ subject: 'ana' }, { tenant: 'x' }, { org: 'x' }, { owner: 'shared' }])
    for (const act of ['credentials', 'disconnect'])
      assert.equal((await ben.post(`/api/v1/connections/fake/${act}`, owner)).body.reason, 'owner_mismatch')
  for (const field of ['user_id', 'userId', 'tenant_id', 'subject_id'])
    assert.equal(
      (await ben.post('/api/v1/connections/fake/credentials', { [field]: 'ana' })).body.reason,
      'invalid_request',
    )
  const headers = { 'x-user-id': 'ana', 'x-subject': 'ana', x_forwarded_user: 'ana', 'x-forwarded-user': 'ana' }
  assert.deepEqual((await ben.get('/api/v1/connections', headers)).body.connections, [])
})

test('every route with a body refuses fields that it does not know', async (t) => {
  const { harness } = await start(t)
  const page = await harness.page()
  for (const route of guarded.filter(({ body }) => body))
    for (const field of ['status', 'generation', 'encrypted_token', 'created_by', 'expires_at', 'space', 'isAdmin']) {
      const init = accepts(route, 'api_key') ? bearer(apiKey) : fromPage(page.token)
      const answer = await harness.call(methodOf(route), samplePath(route), { headers: init, body: { [field]: 'x' } })
      assert.deepEqual([answer.status, answer.body.reason], [400, 'invalid_request'], `${route.name} ${field}`)
    }
})
