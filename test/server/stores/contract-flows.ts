/** The backend's own flows over a store that several backends share: run by each store's own tests. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { startReplicas } from '../../support/replicas.ts'
import type { NewDatabase } from './contract.ts'

const read = '/api/v1/connections/fake/credentials'

/** Declares what two replicas on one database promise. */
export function flowContract(newDatabase: NewDatabase): void {
  test('two replicas that start at once on an empty database agree on its keys', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const [one, other] = await Promise.all([replicas.start(), replicas.start()])
    const tags = await Promise.all([one, other].map(async (replica) => (await replica.page()).token.slice(4, 36)))
    assert.equal(tags[0], tags[1])
    await (await one.page()).connect()
    assert.equal((await (await other.page()).post(read)).status, 200)
  })

  test('an attempt that begins at one replica ends at the other; tokens, keys and their end are seen at once', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const [one, other] = [await replicas.start(), await replicas.start()]
    const page = await one.page()
    const { id, redeem } = await page.begin()
    const there = async (method: string, path: string, body?: unknown) =>
      other.call(method, path, { headers: { authorization: `Bearer ${page.token}`, origin: 'https://app.test' }, body })
    assert.equal((await there('POST', `/api/v1/auth-sessions/${id}/redeem`, redeem)).body.status, 'ACTIVE')
    assert.equal((await page.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)).body.status, 'ACTIVE')
    assert.equal((await page.get('/api/v1/connections')).body.connections.length, 1)
    assert.equal((await page.remove('/api/v1/connect-tokens/current')).status, 204)
    assert.equal((await there('GET', '/api/v1/connections')).body.reason, 'connect_token_invalid')
    const { key, id: keyId } = (await one.host('POST', '/api/v1/api-keys', { name: 'worker' })).body
    const withKey = () => other.call('GET', '/api/v1/api-keys', { headers: { authorization: `Bearer ${key}` } })
    assert.equal((await withKey()).status, 200)
    await one.host('DELETE', `/api/v1/api-keys/${keyId}`)
    assert.equal((await withKey()).status, 401)
  })

  test('two replicas with many callers refresh once an expiry, and never present an old token', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const [one, other] = [await replicas.start(), await replicas.start()]
    const pages = [await one.page(), await other.page()]
    await pages[0]?.connect()
    for (let round = 0; round < 5; round += 1) {
      replicas.fake.script({ kind: 'delay', ms: 100 })
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => pages[index % 2]?.post(read, { forceRefresh: true })),
      )
      assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200])
      assert.equal(new Set(answers.map((answer) => answer?.body.accessToken)).size, 1, `round ${round}`)
    }
    assert.equal(replicas.fake.grants.reuses, 0)
  })

  test('disconnecting at one replica while the other refreshes leaves no living refresh token', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const [one, other] = [await replicas.start(), await replicas.start()]
    for (let round = 0; round < 10; round += 1) {
      replicas.fake.grants.account = { id: `account-${round}`, name: 'x' }
      const [here, there] = [await one.page(`person-${round}`), await other.page(`person-${round}`)]
      await here.connect()
      const reading = there.post(read, { forceRefresh: true })
      await wait(Math.random() * 10)
      assert.equal((await here.post('/api/v1/connections/fake/disconnect')).status, 200)
      await reading
      assert.equal(replicas.fake.grants.lives(replicas.fake.grants.lastRefreshToken), false, `round ${round}`)
      assert.deepEqual((await there.get('/api/v1/connections')).body.connections, [])
    }
  })

  test('one account that is connected at both replicas at once is one connection', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const [one, other] = [await replicas.start(), await replicas.start()]
    const pages = [await one.page(), await other.page()]
    const begun = await Promise.all(pages.map((page) => page.begin()))
    const ended = await Promise.all(
      begun.map(async ({ id, redeem }, index) => pages[index]?.post(`/api/v1/auth-sessions/${id}/redeem`, redeem)),
    )
    assert.deepEqual([...new Set(ended.map((answer) => answer?.body.status))], ['ACTIVE'])
    assert.equal((await pages[0]?.get('/api/v1/connections'))?.body.connections.length, 1)
  })

  test('replicas are restarted one after the other under load, and no attempt or connection is lost', async (t) => {
    const database = await newDatabase()
    const replicas = await startReplicas(t, () => database.open())
    const live = [await replicas.start(), await replicas.start()]
    const any = () => live[Math.floor(Math.random() * live.length)] ?? assert.fail('no replica')
    let rolling = true
    const load = Array.from({ length: 6 }, async (_, person) => {
      let attempts = 0
      while (rolling || attempts === 0) {
        const subject = `person-${person}-${attempts}`
        // Which replica answers is another one at each step.
        const { id, redeem } = await (await any().page(subject)).begin()
        const ended = await (await any().page(subject)).post(`/api/v1/auth-sessions/${id}/redeem`, redeem)
        assert.equal(ended.body.status, 'ACTIVE', JSON.stringify(ended.body))
        assert.equal((await (await any().page(subject)).post(read, { forceRefresh: true })).status, 200)
        attempts += 1
      }
      return attempts
    })
    for (let round = 0; round < 4; round += 1) {
      const next = await replicas.start()
      const old = live.shift()
      live.push(next)
      await wait(100)
      old?.backend.drain()
      // A load balancer stops sending here first; what is under way ends.
      await wait(200)
      await old?.backend.close()
    }
    rolling = false
    const attempts = (await Promise.all(load)).reduce((sum, one) => sum + one, 0)
    assert.ok(attempts >= 6)
    assert.equal(replicas.fake.grants.reuses, 0)
  })
}
