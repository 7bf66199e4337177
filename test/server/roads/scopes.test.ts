import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QuirkName, type ServiceOptions, quirks } from '../../../src/fakes/index.ts'
import { connect, startConformance } from '../../support/conform.ts'
import { startRoads } from '../../support/roads.ts'

async function connected(t: Parameters<typeof startRoads>[0], name: QuirkName, options: ServiceOptions = {}) {
  const quirk = quirks.get(name)
  assert.ok(quirk)
  const harness = await startConformance(t, quirk.record, { ...quirk.options, ...options })
  const { body } = await connect(harness)
  assert.equal(body.status, 'ACTIVE', JSON.stringify(body))
  const listed = (await harness.host('GET', '/api/v1/connections?subject=ana')).body.connections
  assert.deepEqual(listed[0].scopes, body.scopes, 'the list tells the same')
  return { ...harness, scopes: body.scopes, id: quirk.record.id }
}

const scopeRules = {
  default: ['read'],
  required: ['openid'],
  optional: ['write', 'admin'],
  implies: { admin: ['write'] },
}

const withRules = (t: Parameters<typeof startRoads>[0]) =>
  startRoads(t, { record: ({ issuer }) => ({ authorize: { url: `${issuer}/authorize`, scope: scopeRules } }) })

const askedFor = (created: { body: { redirectUrl: string } }) =>
  new URL(created.body.redirectUrl).searchParams.get('scope')?.split(' ').sort()

test('what the person did not grant is missing, and a call that needs it is told so', async (t) => {
  const { scopes, host, id } = await connected(t, 'scope_partly_granted')
  assert.deepEqual(scopes, { requested: ['read', 'profile'], granted: ['read'], missing: ['profile'] })
  const read = (wanted: string[]) =>
    host('POST', `/api/v1/connections/${id}/credentials`, { subject: 'ana', scopes: wanted })
  assert.equal((await read(['read'])).status, 200)
  const refused = await read(['read', 'profile'])
  assert.deepEqual([refused.status, refused.body.reason], [409, 'scope_not_granted'])
  assert.match(refused.body.detail, /profile/)
})

test('a scope that contains another stands for it', async (t) => {
  const { scopes, host, id } = await connected(t, 'scope_implies')
  assert.deepEqual([scopes.granted, scopes.missing], [['write'], []])
  const body = { subject: 'ana', scopes: ['read'] }
  assert.equal((await host('POST', `/api/v1/connections/${id}/credentials`, body)).status, 200)
})

test('a scope that is granted and never told is not missing', async (t) => {
  const { scopes } = await connected(t, 'scope_untold')
  assert.deepEqual(scopes.missing, [])
  assert.ok(scopes.granted.includes('offline_access'))
})

test('where the answer tells no scopes, what was asked for is taken as granted (RFC 6749 §5.1)', async (t) => {
  const roads = await startRoads(t)
  roads.fake.script({ kind: 'answer', status: 200, body: '{"access_token":"x","token_type":"Bearer"}' })
  const { body } = await (await roads.page()).connect({ scopes: ['write'] })
  assert.deepEqual(body.scopes, { requested: ['read', 'write'], granted: ['read', 'write'], missing: [] })
})

test('usual and required scopes are always asked for, optional ones when somebody asks, others never', async (t) => {
  const roads = await withRules(t)
  const page = await roads.page()
  assert.deepEqual(askedFor((await page.begin()).created), ['openid', 'read'])
  assert.deepEqual(askedFor((await page.begin({ scopes: ['write'] })).created), ['openid', 'read', 'write'])
  assert.deepEqual(askedFor((await page.begin({ scopes: ['read', 'openid', 'read'] })).created), ['openid', 'read'])
  const { status, body } = (await page.begin({ scopes: ['write', 'delete'] })).created
  assert.deepEqual([status, body.reason], [400, 'scope_not_allowed'])
  assert.match(body.detail, /does not offer delete/)
})

test('a connect token narrows what is asked for, but not what the connector cannot do without', async (t) => {
  const roads = await withRules(t)
  const narrow = await roads.page('ana', { scopes: { fake: ['write'] } })
  assert.deepEqual(askedFor((await narrow.begin()).created), ['openid'])
  assert.deepEqual(askedFor((await narrow.begin({ scopes: ['write'] })).created), ['openid', 'write'])
  for (const scope of ['read', 'admin']) {
    const { body } = (await narrow.begin({ scopes: [scope] })).created
    assert.equal(body.reason, 'scope_not_allowed', scope)
    assert.match(body.detail, new RegExp(`connect token does not allow ${scope}`))
  }
  const none = await roads.page('ana', { scopes: { fake: [] } })
  assert.deepEqual(askedFor((await none.begin()).created), ['openid'])
  const elsewhere = await roads.page('ana', { scopes: { other: ['write'] } })
  assert.deepEqual(askedFor((await elsewhere.begin({ scopes: ['admin'] })).created), ['admin', 'openid', 'read'])
})

test('a limited connect token neither redeems into nor reads a token with more than it allows', async (t) => {
  const roads = await withRules(t)
  await (await roads.page('ana')).connect({ scopes: ['admin'] })
  const limited = await roads.page('ana', { scopes: { fake: ['read'] } })
  const refused = await limited.post('/api/v1/connections/fake/credentials')
  assert.deepEqual([refused.status, refused.body.reason], [403, 'scope_beyond_token'])
  // A new consent for less is its own to read.
  const { body } = await limited.connect()
  assert.deepEqual([body.status, body.scopes.granted], ['ACTIVE', ['read', 'openid']])
  assert.ok(body.credentials.accessToken)
  assert.equal((await limited.post('/api/v1/connections/fake/credentials')).status, 200)
})

test('asking for more later keeps the connection and its id', async (t) => {
  const roads = await withRules(t)
  const page = await roads.page()
  const first = await page.connect()
  const before = (await page.get('/api/v1/connections')).body.connections
  const more = await page.connect({ scopes: ['admin'] })
  assert.deepEqual(
    [more.body.status, more.body.connectionId, more.body.existing],
    ['ACTIVE', first.body.connectionId, true],
  )
  const after = (await page.get('/api/v1/connections')).body.connections
  assert.deepEqual([before.length, after.length], [1, 1])
  assert.equal(after[0].createdAt, before[0].createdAt)
  assert.deepEqual(before[0].scopes.granted, ['read', 'openid'])
  assert.deepEqual(after[0].scopes, {
    requested: ['read', 'openid', 'admin'],
    granted: ['read', 'openid', 'admin'],
    missing: [],
  })
  const read = await page.post('/api/v1/connections/fake/credentials', { scopes: ['admin', 'write'] })
  assert.equal(read.status, 200, 'admin contains write')
  const byId = await page.connect({ scopes: ['write'], connection: { id: first.body.connectionId } })
  assert.equal(byId.body.connectionId, first.body.connectionId)
})

test('a no to more scopes leaves the connection as it was', async (t) => {
  const roads = await withRules(t)
  const page = await roads.page()
  const first = await page.connect()
  const { id, redeem, created } = await page.begin({ scopes: ['admin'] })
  const no = { state: created.body.stateKey, error: 'access_denied', iss: roads.fake.issuer }
  const callback = new URLSearchParams(no).toString()
  assert.equal((await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback })).body.status, 'FAILED')
  const read = await page.post('/api/v1/connections/fake/credentials')
  assert.equal(read.body.accessToken, first.body.credentials.accessToken)
})
