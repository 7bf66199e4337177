import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBackend, sqliteStore } from '../../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey } from '../../support/backend.ts'
import { type Roads, returnUrl, startRoads } from '../../support/roads.ts'

const one = { clientId: 'client-one', clientSecret: 'secret-of-one:+/%20=' }
const two = { clientId: 'client-two', clientSecret: 'secret-of-two' }
const moreClients = { [one.clientId]: one.clientSecret, [two.clientId]: two.clientSecret }

type Calls = Pick<Roads, 'host' | 'call' | 'fake'>

/** Connects on the host callback; a client of its own where one is given. */
async function connect({ host, call, fake }: Calls, subject: string, client?: object) {
  const { status, body } = await host('POST', '/api/v1/auth-sessions', {
    connectorId: 'fake',
    subject,
    returnUrl,
    ...(client ? { client } : {}),
  })
  if (status !== 201) return body
  fake.grants.account = { id: `account-of-${subject}`, name: subject }
  const callback = await fake.authorize(body.redirectUrl)
  const { headers } = await call('GET', `/callback/default/fake${callback.search}`)
  const completionCode = new URL(headers.get('location') ?? '').searchParams.get('completion')
  return (await host('POST', `/api/v1/auth-sessions/${body.id}/complete`, { subject, completionCode })).body
}

const refresh = ({ host }: Calls, subject: string) =>
  host('POST', '/api/v1/connections/fake/credentials', { subject, forceRefresh: true })

/** The client ids of the token requests so far, in order. */
const clientsAt = ({ fake }: Calls, at: string) =>
  fake.requests
    .filter(({ path }) => path === at)
    .map(({ headers }) => Buffer.from((headers['authorization'] ?? '').slice(6), 'base64').toString())
    .map((text) => decodeURIComponent(text.split(':')[0] ?? ''))

test('two clients at one connector: each is redeemed, refreshed and revoked with its own secret', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients } })
  assert.equal((await connect(roads, 'ana', one)).status, 'ACTIVE')
  assert.equal((await connect(roads, 'ben', two)).status, 'ACTIVE')
  assert.equal((await connect(roads, 'cleo')).status, 'ACTIVE')
  for (const subject of ['ben', 'ana', 'cleo', 'ana'])
    assert.equal((await refresh(roads, subject)).status, 200, subject)
  const own = roads.fake.clientId
  assert.deepEqual(clientsAt(roads, '/token'), [
    'client-one',
    'client-two',
    own,
    'client-two',
    'client-one',
    own,
    'client-one',
  ])
  for (const subject of ['ana', 'ben', 'cleo'])
    assert.equal(
      (await roads.host('POST', '/api/v1/connections/fake/disconnect', { subject })).body.revocation,
      'revoked',
    )
  assert.deepEqual(clientsAt(roads, '/revoke'), ['client-one', 'client-two', own])
})

test("the authorization request names the call's own client", async (t) => {
  const roads = await startRoads(t, { fake: { moreClients } })
  const request = { connectorId: 'fake', subject: 'ana', returnUrl, client: one }
  const { body } = await roads.host('POST', '/api/v1/auth-sessions', request)
  assert.equal(new URL(body.redirectUrl).searchParams.get('client_id'), 'client-one')
  assert.equal(JSON.stringify(body).includes(one.clientSecret), false)
})

test('a connector without a client of its own is connected with the one of the call', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients }, backend: { clients: {} } })
  assert.equal((await connect(roads, 'ana')).reason, 'connector_not_configured')
  assert.equal((await connect(roads, 'ana', one)).status, 'ACTIVE')
  assert.equal((await refresh(roads, 'ana')).status, 200)
})

test('the same client id again brings the new secret, for the connections that stand too', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients } })
  assert.equal((await connect(roads, 'ana', one)).status, 'ACTIVE')
  const wrong = { ...one, clientSecret: 'no longer right' }
  assert.equal((await connect(roads, 'ben', wrong)).reason, 'client_registration_refused')
  assert.equal((await refresh(roads, 'ana')).body.reason, 'client_registration_refused')
  assert.equal((await connect(roads, 'ben', one)).status, 'ACTIVE')
  assert.equal((await refresh(roads, 'ana')).status, 200, 'and nothing was lost meanwhile')
})

test('secrets are sealed in the database, and told to nobody', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients } })
  await connect(roads, 'ana', one)
  await roads.host('PUT', '/api/v1/connectors/fake', { client: two })
  const rows = await roads.store.db.selectFrom('client_registration').selectAll().execute()
  assert.deepEqual(rows.map(({ client_id }) => client_id).sort(), ['client-one', 'client-two'])
  const page = await roads.page()
  const seen = [
    ...rows,
    (await roads.host('GET', '/api/v1/connectors')).body,
    (await page.get('/api/v1/connectors')).body,
    (await roads.host('GET', '/api/v1/connections?subject=ana')).body,
    (await roads.host('GET', '/api/v1/audit')).body,
  ]
  for (const { clientSecret } of [one, two]) assert.equal(JSON.stringify(seen).includes(clientSecret), false)
  assert.equal(rows.length, 2)
})

test('a registration belongs to its connector and its space', async (t) => {
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { fake: { moreClients }, backend: { store } })
  await connect(roads, 'ana', one)
  await roads.host('PUT', '/api/v1/connectors/fake', { client: two })
  const elsewhere = await startRoads(t, { backend: { store, space: 'other', clients: {} } })
  const refused = await elsewhere.host('POST', '/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana' })
  assert.equal(refused.body.reason, 'connector_not_configured')
  assert.deepEqual((await elsewhere.host('GET', '/api/v1/connectors')).body.connectors, [])
})

test('a client that is added over the API is for what begins then: what stands goes on with the configured one', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients } })
  const own = roads.fake.clientId
  await connect(roads, 'ana')
  const underWay = await (await roads.page('cleo')).begin()
  await roads.host('PUT', '/api/v1/connectors/fake', { client: two })
  assert.equal((await refresh(roads, 'ana')).status, 200)
  const page = await roads.page('cleo')
  assert.equal((await page.post(`/api/v1/auth-sessions/${underWay.id}/redeem`, underWay.redeem)).body.status, 'ACTIVE')
  await connect(roads, 'ben')
  await refresh(roads, 'ben')
  assert.deepEqual(clientsAt(roads, '/token'), [own, own, own, 'client-two', 'client-two'])
  await connect(roads, 'ana')
  await refresh(roads, 'ana')
  assert.deepEqual(clientsAt(roads, '/token').slice(5), ['client-two', 'client-two'], 'until it is connected again')
  await roads.host('POST', '/api/v1/connections/fake/disconnect', { subject: 'cleo' })
  assert.deepEqual(clientsAt(roads, '/revoke'), [own])
})

test("the configured client's id with another secret, added over the API, is a new secret for everybody", async (t) => {
  const roads = await startRoads(t)
  const { clientId, clientSecret } = roads.fake
  await connect(roads, 'ana')
  await roads.host('PUT', '/api/v1/connectors/fake', { client: { clientId, clientSecret: 'not right' } })
  assert.equal((await refresh(roads, 'ana')).body.reason, 'client_registration_refused')
  await roads.host('PUT', '/api/v1/connectors/fake', { client: { clientId, clientSecret } })
  assert.equal((await refresh(roads, 'ana')).status, 200)
})

test('when the configured client is gone, what it began goes on with the one that took its place', async (t) => {
  const store = sqliteStore(':memory:')
  const roads = await startRoads(t, { fake: { moreClients }, backend: { store } })
  await connect(roads, 'ana')
  const { clientId, clientSecret } = roads.fake
  await roads.host('PUT', '/api/v1/connectors/fake', { client: { clientId, clientSecret } })
  const without = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [roads.fake.record()],
    clients: {},
    egress: { allow: [roads.fake.issuer] },
  })
  assert.equal((await refresh({ ...roads, ...callsOf(without, roads.fake) }, 'ana')).status, 200)
})
