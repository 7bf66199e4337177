import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type TestContext, test } from 'node:test'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { parse } from '../../src/protocol/parse.ts'
import { anything, object } from '../../src/protocol/schema.ts'
import { createBackend, sqliteStore } from '../../src/server/index.ts'
import { type Answer, type Harness, apiKey, appOrigin, callsOf, sealingKey } from '../support/backend.ts'
import { asHost, keyedRecord } from '../support/proxy.ts'
import { startUpstream } from '../support/upstream.ts'

type Calls = Pick<Harness, 'page' | 'host' | 'call'>

/** One way out of the backend: a record that has an address at it, and what makes the backend call there. */
interface Way {
  record(fake: FakeAuthorizationServer, url: string): ConnectorRecord
  go(calls: Calls): Promise<Answer>
}

const consent = async ({ page }: Calls) => (await page()).connect()
const enter = async ({ page }: Calls) => (await page()).post('/api/v1/connections/keyed', { values: { apiKey: 'k' } })

const ways: Readonly<Record<string, Way>> = {
  discovery: {
    record: (fake, url) => fake.record({ discovery: 'oauth', issuer: url }),
    go: consent,
  },
  'pushed request': { record: (fake, url) => fake.record({ par: { url } }), go: consent },
  'token endpoint': { record: (fake, url) => fake.record({ token: { url } }), go: consent },
  'refresh endpoint': {
    record: (fake, url) => fake.record({ refresh: { rotation: 'always', url } }),
    go: async (calls) => {
      assert.equal((await consent(calls)).body.status, 'ACTIVE')
      return calls.host('POST', '/api/v1/connections/fake/credentials', { subject: 'ana', forceRefresh: true })
    },
  },
  capture: {
    record: (fake, url) => fake.record({ capture: { region: { from: 'request', url, path: 'region' } } }),
    go: consent,
  },
  identity: {
    record: (fake, url) => fake.record({ identity: { from: 'userinfo', url, id: 'sub', name: 'email' } }),
    go: consent,
  },
  revocation: {
    record: (fake, url) => fake.record({ revoke: { url } }),
    go: async (calls) => {
      assert.equal((await consent(calls)).body.status, 'ACTIVE')
      return calls.host('POST', '/api/v1/connections/fake/disconnect', { subject: 'ana' })
    },
  },
  verification: { record: (_, url) => keyedRecord('https://api.example', { verify: { url } }), go: enter },
  proxy: {
    record: (_, url) => keyedRecord(new URL(url).origin),
    go: async (calls) => {
      await enter(calls)
      return calls.call('GET', '/api/v1/proxy/keyed/api/x', { headers: asHost })
    },
  },
}

async function start(t: TestContext, fake: FakeAuthorizationServer, way: Way, url: string, allow: readonly string[]) {
  const record = way.record(fake, url)
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [record],
    clients: record.method === 'oauth2' ? { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } } : {},
    egress: { allow: [fake.issuer, ...allow] },
  })
  await backend.ready()
  t.after(() => backend.close())
  return callsOf(backend, fake)
}

/** Ports of every connection that the process opens. */
function attempts(t: TestContext): string[] {
  const seen: string[] = []
  const note = (message: unknown) => {
    const { connectParams } = parse(object({ connectParams: anything }), message, 'drop')
    const { host } = parse(object({ host: anything }), connectParams, 'drop')
    seen.push(String(host))
  }
  subscribe('undici:client:beforeConnect', note)
  t.after(() => unsubscribe('undici:client:beforeConnect', note))
  return seen
}

/** Nothing may be connected there, nor may an answer tell what is there. */
const forms = [
  '127.0.0.1',
  '0x7f.1',
  '169.254.169.254',
  '[::ffff:a9fe:a9fe]',
  '[fd00:ec2::254]',
  '10.0.0.1',
  'localhost.',
]

for (const [name, way] of Object.entries(ways))
  test(`no address that is not public is called: ${name}`, async (t) => {
    const fake = await startFakeAuthorizationServer()
    t.after(() => fake.close())
    const tried = attempts(t)
    for (const form of forms) {
      const { status, body } = await way.go(await start(t, fake, way, `https://${form}`, []))
      const reason = body.reason ?? body.revocation ?? body.account
      // A connection stands without its account, and a revocation waits for better times; all else fails.
      const expected = { identity: null, revocation: 'failed_will_retry' }[name]
      assert.equal(reason, expected === undefined ? 'endpoint_not_allowed' : expected, `${form} ${status}`)
    }
    const { host } = new URL(fake.issuer)
    assert.deepEqual(
      tried.filter((other) => other !== host),
      [],
    )
  })

for (const [name, way] of Object.entries(ways))
  test(`a redirect is not followed: ${name}`, async (t) => {
    const fake = await startFakeAuthorizationServer()
    t.after(() => fake.close())
    const inside = await startUpstream(t)
    const outside = await startUpstream(t, (_, response) => {
      response.writeHead(302, { location: `${inside.origin}/latest/meta-data/` }).end()
    })
    const calls = await start(t, fake, way, outside.origin, [inside.origin, outside.origin])
    const { body, headers } = await way.go(calls)
    assert.equal(outside.received.length, 1, 'the control: an allowed address is called')
    assert.deepEqual(inside.received, [])
    assert.equal(JSON.stringify([body, [...headers]]).includes(inside.origin), name === 'proxy')
  })
