import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { type QuirkName, quirks } from '../../src/fakes/index.ts'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { apiKey, appOrigin, callsOf, sealingKey } from '../support/backend.ts'
import { type Conformance, connect, conform, startConformance } from '../support/conform.ts'
import { described, startService } from '../support/service.ts'

function recordOf(name: QuirkName): ConnectorRecord {
  const record = quirks.get(name)?.record
  assert.ok(record)
  return record
}

interface Ready extends Conformance {
  read(more?: Readonly<Record<string, unknown>>): ReturnType<Conformance['host']>
  status(): Promise<string>
  /** How often a token was asked for. */
  mints(): number
}

async function start(t: TestContext, name: QuirkName, more: Partial<BackendOptions> = {}): Promise<Ready> {
  const harness = await startConformance(t, recordOf(name), {}, more)
  const connected = await connect(harness)
  assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
  const { host, service } = harness
  return {
    ...harness,
    read: (body) => host('POST', `/api/v1/connections/${name}/credentials`, { subject: 'ana', ...body }),
    status: async () => (await host('GET', '/api/v1/connections?subject=ana')).body.connections[0].status,
    mints: () => service.requests.filter(({ endpoint }) => endpoint === 'token').length,
  }
}

const methods = ['client_credentials_host', 'client_credentials_typed', 'two_step'] as const

for (const name of methods)
  test(`a token that is had for credentials is in memory alone, and had anew after a restart: ${name}`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
    const file = join(folder, 'store.sqlite')
    const { read, mints, service, backend } = await start(t, name, { store: sqliteStore(file) })
    const first = (await read()).body.accessToken
    assert.ok(service.families.living(first))
    assert.equal((await read()).body.accessToken, first)
    const before = mints()
    const forced = (await read({ forceRefresh: true })).body.accessToken
    assert.deepEqual([mints(), forced === first], [before + 1, false])
    for (const stored of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, stored))
      for (const secret of [first, forced, 'fake-access', service.values['clientSecret'], service.values['password']])
        if (secret !== undefined) assert.equal(bytes.includes(secret), false, `${stored} holds ${secret.slice(0, 11)}`)
    }
    // What is no secret is there: the check looks at the right bytes.
    assert.ok(readdirSync(folder).some((stored) => readFileSync(join(folder, stored)).includes(name)))
    await backend.close()
    const again = createBackend({
      publicUrl: `${appOrigin}/connector-auth`,
      store: sqliteStore(file),
      sealingKeys: [sealingKey],
      apiKeys: [apiKey],
      connectors: [service.record],
      clients: name === 'client_credentials_host' ? { [name]: service.client } : {},
      egress: { allow: service.origins },
    })
    await again.ready()
    t.after(() => again.close())
    const calls = callsOf(again, service)
    const readAgain = () => calls.host('POST', `/api/v1/connections/${name}/credentials`, { subject: 'ana' })
    const restarted = mints()
    const answers = await Promise.all(Array.from({ length: 20 }, readAgain))
    const tokens = new Set(answers.map(({ body }) => body.accessToken))
    assert.equal(tokens.size, 1, 'concurrent readers share one call')
    assert.ok(service.families.living([...tokens][0]))
    assert.equal(mints(), restarted + 1)
    assert.deepEqual(service.faults, [])
  })

for (const name of methods)
  test(`a token is had anew shortly before it ends, by however many readers: ${name}`, async (t) => {
    let later = 0
    const { read, mints } = await start(t, name, { now: () => Date.now() + later })
    const first = (await read()).body
    assert.ok(first.expiresInSeconds > 3_500 && first.expiresInSeconds <= 3_600)
    later = (3_600 - 31) * 1_000
    assert.equal((await read()).body.accessToken, first.accessToken, 'with more than the margin left it serves')
    later = (3_600 - 29) * 1_000
    const before = mints()
    const answers = await Promise.all(Array.from({ length: 20 }, () => read()))
    assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
    assert.notEqual(answers[0]?.body.accessToken, first.accessToken)
    assert.equal(mints(), before + 1)
  })

test('twenty who force a new token at once get one', async (t) => {
  const { read, mints } = await start(t, 'client_credentials_typed')
  await read()
  const before = mints()
  const answers = await Promise.all(Array.from({ length: 20 }, () => read({ forceRefresh: true })))
  assert.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 1)
  assert.equal(mints(), before + 1)
})

test('a service that cannot answer ends nothing; credentials that it does not take any more need the person', async (t) => {
  for (const name of ['client_credentials_typed', 'two_step'] as const) {
    const { read, service, status } = await start(t, name)
    for (const [code, body] of [
      [503, '{}'],
      [500, '<html>'],
      [200, '<html>'],
      [403, '<html>blocked by the firewall'],
    ] as const) {
      service.script({ kind: 'answer', status: code, body })
      assert.notEqual((await read({ forceRefresh: true })).status, 200, String(code))
      assert.equal(await status(), 'active', `${name} ${code}`)
    }
    service.script({ kind: 'lose' })
    assert.equal((await read({ forceRefresh: true })).body.reason, 'authorization_server_unavailable')
    assert.equal((await read()).status, 200)
    service.script({ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' })
    assert.equal((await read({ forceRefresh: true })).body.reason, 'needs_reconnect', name)
    assert.equal(await status(), 'needs_reconnect')
    assert.equal((await read()).body.reason, 'needs_reconnect')
  }
})

test("the host's own registration that is refused is the host's to mend: the connection stands", async (t) => {
  const { read, service, status } = await start(t, 'client_credentials_host')
  service.script({ kind: 'answer', status: 401, body: '{"error":"invalid_client"}' })
  assert.equal((await read({ forceRefresh: true })).body.reason, 'client_registration_refused')
  assert.equal(await status(), 'active')
  assert.equal((await read()).status, 200)
})

test('new credentials get a new token at once, and keep the id', async (t) => {
  const harness = await start(t, 'two_step')
  const first = (await harness.read()).body
  const again = await connect(harness)
  assert.equal(again.body.existing, true)
  const second = (await harness.read()).body
  assert.equal(second.connectionId, first.connectionId)
  assert.notEqual(second.accessToken, first.accessToken)
})

test("a login that is refused is refused in the service's words, without what was typed", async (t) => {
  const { enter, upstream, connections } = await startService(t, (origin) => ({
    ...described,
    method: 'two_step',
    inputs: [
      { name: 'username', label: 'Name' },
      { name: 'password', label: 'Password', secret: true },
    ],
    token: { url: `${origin}/login`, body: 'json', params: { u: '{username}', p: '{password}' } },
    apiOrigins: [origin],
  }))
  for (const body of [
    { message: 'hunter2-secret is wrong' },
    { error: 'hunter2-secret is wrong' },
    { error: 'invalid_grant', message: 'no' },
    { error: { code: 'hunter2-secret' } },
  ]) {
    upstream.answer = (_, response) => void response.writeHead(403).end(JSON.stringify(body))
    const answer = await enter({ username: 'ana', password: 'hunter2-secret' })
    assert.equal(answer.body.reason, 'credentials_rejected')
    assert.equal(answer.body.detail.includes('hunter2'), false, answer.body.detail)
  }
  assert.deepEqual(await connections(), [])
})

test('what no header can carry is said of the field, not found out by a crash', async (t) => {
  const { enter, upstream } = await startService(t, (origin) => ({
    ...described,
    method: 'two_step',
    inputs: [{ name: 'password', label: 'Password', secret: true }],
    token: { url: `${origin}/login`, headers: { 'x-password': '{password}' } },
    apiOrigins: [origin],
  }))
  const { status, body } = await enter({ password: 'пароль' })
  assert.deepEqual([status, body.reason], [400, 'invalid_input'])
  assert.deepEqual(upstream.received, [])
})

test('a host that a login tells is the host that the proxy calls', (t) =>
  conform(t, {
    ...described,
    method: 'two_step',
    inputs: [
      { name: 'username', label: 'Name' },
      { name: 'password', label: 'Password', secret: true },
    ],
    token: { url: 'https://login.example/login', params: { u: '{username}', p: '{password}' } },
    capture: { pod: { from: 'token_response', path: 'server.pod', pattern: '[a-z0-9-]+' } },
    apiOrigins: ['https://{pod}.example'],
    proxy: { api: { origin: 'https://{pod}.example' } },
  }))

/** A service account whose client proves itself with a key. */
const keyed: ConnectorRecord = {
  ...described,
  id: 'keyed_account',
  method: 'client_credentials',
  issuer: 'https://issuer.example/tenant',
  inputs: [],
  token: { url: 'https://login.example/token', auth: 'private_key_jwt' },
  apiOrigins: ['https://api.example'],
  proxy: { api: { origin: 'https://api.example' } },
}

for (const record of [keyed, recordOf('private_key_jwt'), recordOf('revoke_private_key_jwt')])
  test(`an assertion is for its issuer alone, for a minute, for one use: ${record.id}`, async (t) => {
    const harness = await startConformance(t, record)
    const { host, service } = harness
    assert.equal((await connect(harness)).body.status, 'ACTIVE')
    const body = { subject: 'ana', forceRefresh: true }
    assert.equal((await host('POST', `/api/v1/connections/${record.id}/credentials`, body)).status, 200)
    await host('POST', `/api/v1/connections/${record.id}/disconnect`, { subject: 'ana' })
    checkAssertions(service.requests, 'issuer' in service.record ? service.record.issuer : null)
    assert.deepEqual(service.faults, [])
  })

function checkAssertions(requests: Conformance['service']['requests'], issuer: string | null): void {
  const seen = new Set<unknown>()
  const assertions = requests.flatMap(({ fields }) => fields['client_assertion'] ?? [])
  assert.ok(assertions.length > 0)
  for (const assertion of assertions) {
    const { aud, iss, sub, exp = 0, iat = 0, jti } = decodeJwt(assertion)
    assert.equal(aud, issuer)
    assert.equal(iss, sub)
    assert.ok(exp - iat > 0 && exp - iat <= 60)
    assert.ok(!seen.has(jti))
    seen.add(jti)
    assert.equal(decodeProtectedHeader(assertion).alg, 'ES256')
  }
}
