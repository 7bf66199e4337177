/** Four replica processes behind a balancer that sends every request to the next one: they are one backend. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startFakeAuthorizationServer } from '../../../src/fakes/index.ts'
import { appOrigin } from '../../support/backend.ts'
import { type Balancer, startBalancer } from '../../support/balancer.ts'
import { callsTo, replicaProcesses } from '../../support/replica-processes.ts'
import { beginBridge, browserOf, goesTo, hostOrigin, returnUrl } from '../../support/roads.ts'

const read = '/api/v1/connections/fake/credentials'
const metricsToken = 'metrics-token-of-this-test'

async function startFour(t: TestContext) {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const { clientId, clientSecret, issuer } = fake
  const replicas = await replicaProcesses(t, {
    connector: fake.record(),
    client: { clientId, clientSecret },
    issuer,
    config: {
      allowedOrigins: [appOrigin, hostOrigin],
      returnUrls: [returnUrl],
      metricsTokenEnv: 'METRICS_TOKEN',
      databaseConnections: 5,
    },
    environment: { METRICS_TOKEN: metricsToken },
  })
  const four = await Promise.all(Array.from({ length: 4 }, () => replicas.start()))
  const balancer = await startBalancer(
    t,
    four.map(({ url }) => url),
  )
  const each = four.map(({ url }) => callsTo(url, fake))
  return { fake, balancer, each, store: replicas.store, ...callsTo(balancer.url, fake) }
}

/** Each request went to another replica than the one before. */
function assertAllDiffer({ passed }: Balancer, from: number): void {
  const targets = passed.slice(from).map(({ target }) => target)
  for (const [index, target] of targets.entries()) assert.notEqual(target, targets[index + 1])
}

test('four replicas behind a balancer are one backend', async (t) => {
  const { each, fake, page, call, host, balancer } = await startFour(t)

  await t.test('metrics and audit of all replicas add up to what was done', async () => {
    const people = 12
    await Promise.all(
      Array.from({ length: people }, async (_, index) => {
        const one = await page(`person-${index}`)
        assert.equal((await one.connect()).body.status, 'ACTIVE')
        assert.equal((await one.post(read, { forceRefresh: true })).status, 200)
      }),
    )
    const counted = await Promise.all(
      each.map(async ({ call }) => {
        const { body } = await call('GET', '/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })
        return (line: string) => Number(new RegExp(`^${line} (\\d+)$`, 'm').exec(body)?.[1] ?? 0)
      }),
    )
    const sum = (line: string) => counted.reduce((total, of) => total + of(line), 0)
    const requests = (route: string) =>
      sum(`connector_auth_requests_total\\{route="${route}",method="POST",status="2xx"\\}`)
    assert.deepEqual(
      ['createConnectToken', 'createAuthSession', 'redeemAuthSession', 'readCredentials'].map(requests),
      [people, people, people, people],
    )
    assert.equal(balancer.passed.length, 4 * people)
    assert.equal(sum('connector_auth_refreshes_total\\{connector="fake",outcome="refreshed"\\}'), people)
    assert.equal(fake.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length, people)

    const { events, next } = (await host('GET', '/api/v1/audit?limit=1000')).body
    assert.equal(next, null)
    const named = events.map(({ event }: { event: string }) => event)
    const countOf = (event: string) => named.filter((one: string) => one === event).length
    assert.deepEqual(
      ['connect_token.minted', 'auth_session.created', 'connection.connected', 'connection.refreshed'].map(countOf),
      [people, people, people, people],
    )
    assert.equal(events.length, 4 * people)
    assert.equal(new Set(events.map(({ id }: { id: string }) => id)).size, events.length)
  })

  await t.test(
    'an attempt on the app’s own callback is created, redeemed and used at four replicas, its token minted at another',
    async () => {
      const from = balancer.passed.length
      const ana = await page()
      const { id, redeem } = await ana.begin()
      const redeemed = await ana.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
      assert.equal(redeemed.body.status, 'ACTIVE')
      // The answer may be lost: the same question at another replica has the same answer.
      const again = await ana.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
      assert.deepEqual([again.body.status, again.body.connectionId], ['ACTIVE', redeemed.body.connectionId])
      assert.equal((await ana.get(`/api/v1/auth-sessions/${id}`)).body.status, 'ACTIVE')
      assert.equal((await ana.post(read)).body.accessToken, redeemed.body.credentials.accessToken)
      assertAllDiffer(balancer, from)
    },
  )

  await t.test(
    'an attempt on the bridge is created, entered, returned and redeemed at different replicas, its page told by another',
    async () => {
      const ana = await page('ana', {}, hostOrigin)
      const bridge = await beginBridge(ana)
      const polls = balancer.passed.length
      const starting = bridge.progress('pending')
      const browser = browserOf(call)
      const entered = await bridge.enter(browser)
      assert.equal(entered.status, 200)
      assert.equal((await starting).body.progress, 'started')
      const returning = bridge.progress('started')
      const visited = await browser.visit(await fake.authorize(goesTo(entered)))
      assert.equal(visited.status, 200)
      assert.equal((await returning).body.progress, 'returned')
      assert.equal((await bridge.redeem()).body.status, 'ACTIVE')
      assert.equal((await bridge.progress()).body.progress, 'ended')
      assert.equal((await ana.post(read)).status, 200)
      assertAllDiffer(balancer, polls)
    },
  )

  await t.test(
    'a host callback comes back to another replica than created it, and is completed by a third',
    async () => {
      const from = balancer.passed.length
      const created = await host('POST', '/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana', returnUrl })
      const visited = await browserOf(call).visit(await fake.authorize(created.body.redirectUrl))
      const completionCode = new URL(visited.headers.get('location') ?? '').searchParams.get('completion')
      const completed = await host('POST', `/api/v1/auth-sessions/${created.body.id}/complete`, {
        subject: 'ana',
        completionCode,
      })
      assert.equal(completed.body.status, 'ACTIVE')
      assert.match((await host('POST', read, { subject: 'ana' })).body.accessToken, /^fake-at-/)
      assertAllDiffer(balancer, from)
    },
  )

  await t.test('what one replica has ended is refused by all at the next request', async () => {
    const statuses = (authorization: string, method: string, path: string, body?: unknown) =>
      Promise.all(
        each.map(async ({ call }) => {
          const answer = await call(method, path, { headers: { authorization, origin: appOrigin }, body })
          return [answer.status, answer.body.reason]
        }),
      )
    const all = (status: number, reason?: string) => each.map(() => [status, reason])

    const ana = await page()
    await ana.connect()
    const bearer = `Bearer ${ana.token}`
    assert.deepEqual(await statuses(bearer, 'POST', read, {}), all(200))
    assert.equal((await ana.post('/api/v1/connections/fake/disconnect')).status, 200)
    assert.deepEqual(await statuses(bearer, 'POST', read, {}), all(404, 'not_connected'))
    assert.equal((await ana.remove('/api/v1/connect-tokens/current')).status, 204)
    assert.deepEqual(await statuses(bearer, 'GET', '/api/v1/connections'), all(401, 'connect_token_invalid'))

    const bea = `Bearer ${(await page('bea')).token}`
    assert.deepEqual(await statuses(bea, 'GET', '/api/v1/connections'), all(200))
    assert.equal((await host('POST', '/api/v1/connect-tokens/revoke', { subject: 'bea' })).status, 200)
    assert.deepEqual(await statuses(bea, 'GET', '/api/v1/connections'), all(401, 'connect_token_invalid'))

    const { key, id } = (await host('POST', '/api/v1/api-keys', { name: 'worker' })).body
    const withKey = () =>
      Promise.all(
        each.map(async ({ call }) => {
          const { status, body } = await call('GET', '/api/v1/api-keys', {
            headers: { authorization: `Bearer ${key}` },
          })
          return [status, body.reason]
        }),
      )
    assert.deepEqual(await withKey(), all(200))
    await host('DELETE', `/api/v1/api-keys/${id}`)
    assert.deepEqual(await withKey(), all(401, 'api_key_invalid'))
  })
})
