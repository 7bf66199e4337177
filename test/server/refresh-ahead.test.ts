import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SignJWT, generateKeyPair } from 'jose'
import { type Harness, startHarness } from '../support/backend.ts'
import { startReplicas } from '../support/replicas.ts'
import { newDatabase } from '../support/store.ts'

const read = '/api/v1/connections/fake/credentials'
const force = { forceRefresh: true }
const refreshes = ({ fake }: Harness) =>
  fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length

test('a token that will do for now is served at once and renewed behind, each connection at another moment', async (t) => {
  let now = Date.now()
  const database = await newDatabase()
  const harness = await startHarness(t, { backend: { store: database.open(), now: () => now } })
  const people = Array.from({ length: 24 }, (_, index) => `person-${index}`)
  for (const person of people) await (await harness.page(person)).connect()
  // An hour's token: the margin is 30 s, the head start up to 5 min before it.
  const moments: number[] = []
  for (let left = 360; left > 30; left -= 30) {
    now = Date.now() + (3_600 - left) * 1_000
    const before = refreshes(harness)
    for (const person of people) {
      const asked = performance.now()
      if (before === 0 && moments.length === 0) harness.fake.script({ kind: 'delay', ms: 400 })
      assert.equal((await (await harness.page(person)).post(read)).status, 200)
      assert.ok(performance.now() - asked < 350, 'nobody waits')
    }
    await untilQuiet(harness)
    if (refreshes(harness) > before) moments.push(left)
  }
  assert.ok(moments.length >= 4, `spread over ${moments.join(', ')}`)
  assert.ok(refreshes(harness) > people.length / 2 && refreshes(harness) <= people.length, 'each once at most')
  assert.equal(harness.fake.grants.reuses, 0)
})

async function untilQuiet(harness: Harness): Promise<void> {
  for (let seen = -1; seen !== refreshes(harness); ) {
    seen = refreshes(harness)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a token that lives shorter than the margin is not renewed at each read', async (t) => {
  let now = Date.now()
  const harness = await startHarness(t, { fake: { expiresInSeconds: 20 }, backend: { now: () => now } })
  const page = await harness.page()
  await page.connect()
  for (let round = 0; round < 5; round += 1) await page.post(read)
  assert.equal(refreshes(harness), 0)
  now += 11_000
  await page.post(read)
  assert.equal(refreshes(harness), 1, 'in the second half of its life')
})

const named = (id: string) => JSON.stringify({ access_token: `at-${id}`, refresh_token: `rt-${id}`, account: { id } })

test('a refresh that answers for another account is refused: nobody gets its tokens, and they are revoked', async (t) => {
  const identity = { from: 'token_response', id: 'account.id', name: 'account.id' } as const
  const harness = await startHarness(t, { record: () => ({ identity }) })
  const { fake } = harness
  const page = await harness.page()
  fake.script({ kind: 'answer', status: 200, body: named('ana') })
  await page.connect()
  fake.script({ kind: 'answer', status: 200, body: named('mallory') })
  const refused = await page.post(read, force)
  assert.deepEqual([refused.status, refused.body.reason], [409, 'needs_reconnect'])
  assert.doesNotMatch(JSON.stringify(refused.body), /mallory/)
  const { status, reason, account } = (await page.get('/api/v1/connections')).body.connections[0]
  assert.deepEqual([status, reason, account.id], ['needs_reconnect', 'account_mismatch', 'ana'])
  assert.equal((await page.post(read)).body.accessToken, undefined)
  const revoked = fake.requests.filter(({ path }) => path === '/revoke').map(({ fields }) => fields['token'])
  assert.deepEqual(revoked, ['rt-mallory'])
})

test('the account of a refreshed ID Token must be the same; one that does not say changes nothing', async (t) => {
  const identity = { from: 'id_token', id: 'sub', name: 'sub' } as const
  const harness = await startHarness(t, { record: () => ({ identity }) })
  const { fake } = harness
  const page = await harness.page()
  const { privateKey } = await generateKeyPair('RS256')
  const idToken = (sub: string, nonce?: string) =>
    new SignJWT({ sub, ...(nonce === undefined ? {} : { nonce }) })
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(fake.issuer)
      .setAudience(fake.clientId)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey)
  const begun = await page.begin()
  const nonce = fake.requests.at(-1)?.fields['nonce']
  const first = { access_token: 'at', refresh_token: 'rt', id_token: await idToken('ana', nonce) }
  fake.script({ kind: 'answer', status: 200, body: JSON.stringify(first) })
  const connected = await page.post(`/api/v1/auth-sessions/${begun.id}/redeem`, begun.redeem)
  assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
  for (const more of [{}, { id_token: 'no jwt' }, { id_token: 7 }, { id_token: await idToken('ana') }]) {
    fake.script({ kind: 'answer', status: 200, body: JSON.stringify({ access_token: 'at-2', ...more }) })
    assert.equal((await page.post(read, force)).status, 200, JSON.stringify(more))
  }
  const foreign = { access_token: 'at-3', id_token: await idToken('mallory') }
  fake.script({ kind: 'answer', status: 200, body: JSON.stringify(foreign) })
  assert.equal((await page.post(read, force)).body.reason, 'needs_reconnect')
})

const secrets = { clientId: 'app', clientSecret: 'the-old-one' }

test('while a client secret is replaced, both are tried, and all connections live on', async (t) => {
  // The host has the new secret already, the authorization server takes the old one still.
  const clients = { fake: { clientId: 'app', clientSecret: 'not-yet', previousClientSecret: 'the-old-one' } }
  const harness = await startHarness(t, { fake: secrets, backend: { clients } })
  const page = await harness.page()
  assert.equal((await page.connect()).body.status, 'ACTIVE')
  assert.equal((await page.post(read, force)).status, 200)
  assert.equal((await page.post('/api/v1/connections/fake/disconnect')).status, 200)
  const tried = harness.fake.requests.filter(({ path }) => path === '/token').map(({ headers }) => headers)
  assert.equal(new Set(tried.map(({ authorization }) => authorization)).size, 2)
  assert.equal(tried.length, 4, 'the new one first, each time')
})

test('where neither secret is known, the registration is told to be wrong and the connection stands', async (t) => {
  const replicas = await startReplicas(t, (await newDatabase()).open)
  const { fake } = replicas
  const right = await (await replicas.start()).page()
  await right.connect()
  const registration = { clientId: fake.clientId, clientSecret: 'wrong', previousClientSecret: 'too' }
  const wrong = await (await replicas.start({ clients: { fake: registration } })).page()
  assert.equal((await wrong.post(read, force)).body.reason, 'client_registration_refused')
  assert.equal((await wrong.get('/api/v1/connections')).body.connections[0].status, 'active')
  assert.equal((await right.post(read, force)).status, 200, 'mended')
  assert.equal(fake.grants.reuses, 0)
})
