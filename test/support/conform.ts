/** Holds a backend against the fake of a record's service: connect, read, call, refresh, disconnect, and no fault on the way. */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type FakeService, type ServiceOptions, asTyped, inputsOf, startFakeService } from '../../src/fakes/index.ts'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { type Answer, type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'

/** A backend and the fake service that it is configured for. */
export interface Conformance extends Omit<Harness, 'fake'> {
  readonly record: ConnectorRecord
  readonly service: FakeService
}

const subject = 'ana'

/** Starts the fake of a record's service and a backend for it. */
export async function startConformance(
  t: TestContext,
  record: ConnectorRecord,
  options: ServiceOptions = {},
  more: Partial<BackendOptions> = {},
): Promise<Conformance> {
  const redirectUri = `${appOrigin}/connector-auth/callback/default/${record.id}`
  const service = await startFakeService(record, { redirectUri, deviceIntervalSeconds: 1, ...options })
  t.after(() => service.close())
  const backend = createBackend({
    publicUrl: `${appOrigin}/connector-auth`,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [service.record],
    clients: ownClient(service) ? { [record.id]: service.client } : {},
    egress: { allow: service.origins },
    ...more,
  })
  await backend.ready()
  t.after(() => backend.close())
  return { backend, record, service, ...callsOf(backend, service) }
}

/** Whether the host has a registration at the service; where the person types it, or there is none, it has not. */
function ownClient({ record }: FakeService): boolean {
  if (record.method === 'oauth2') return true
  return record.method === 'client_credentials' && !inputsOf(record).some(({ name }) => name === 'clientId')
}

/** Runs the whole life of a connection; `service.faults` must stay empty. */
export async function conform(t: TestContext, record: ConnectorRecord, options: ServiceOptions = {}): Promise<void> {
  const harness = await startConformance(t, record, options)
  const { service } = harness
  await refuseWrongValues(harness)
  const connected = await connect(harness)
  assert.equal(connected.body.status, 'ACTIVE', JSON.stringify(connected.body))
  assert.deepEqual(connected.body.account, service.accountAsTold ?? null)
  checkScopes(harness, connected, options)
  await checkRead(harness)
  await checkProxy(harness)
  await checkRefresh(harness)
  await checkDisconnect(harness)
  assert.deepEqual(service.faults, [])
}

/** Connects as a page would: by consent, or with what is typed. */
export async function connect({ page, record, service }: Conformance): Promise<Answer> {
  const typed = asTyped(inputsOf(service.record), service.values)
  const calls = await page(subject)
  if (record.method !== 'oauth2') return calls.post(`/api/v1/connections/${record.id}`, { values: typed })
  const inputs = record.inputs ? { inputs: typed } : {}
  const force = record.authorize.force ? { force: true } : {}
  return calls.connect({ connectorId: record.id, ...inputs, ...force })
}

/** A secret that is not right is refused in the service's own words, and nothing is kept. */
async function refuseWrongValues({ page, host, record, service }: Conformance): Promise<void> {
  const tried = record.method === 'two_step' || ('verify' in record && record.verify !== undefined)
  const secret = inputsOf(service.record).find((one) => one.secret && service.values[one.name] !== undefined)
  if (!tried || !secret) return
  const right = service.values[secret.name] ?? ''
  // Another last character: the form stays right.
  const values = {
    ...asTyped(inputsOf(service.record), service.values),
    [secret.name]: `${right.slice(0, -1)}${other(right)}`,
  }
  const calls = await page(subject)
  const answer = await calls.post(`/api/v1/connections/${record.id}`, { values })
  assert.equal(answer.body.reason, 'credentials_rejected', JSON.stringify(answer.body))
  if (record.method !== 'client_credentials' && messageIsTold(record))
    assert.match(answer.body.detail, /These credentials are not right/)
  assert.equal((await read({ host, record })).status, 404)
}

/** A last character of the same kind. */
function other(text: string): string {
  const last = text.at(-1) ?? ''
  if (/\d/.test(last)) return last === '1' ? '2' : '1'
  const letter = last.toLowerCase() === 'a' ? 'b' : 'a'
  return last === last.toUpperCase() && /[A-Z]/.test(last) ? letter.toUpperCase() : letter
}

function messageIsTold(record: ConnectorRecord): boolean {
  return record.method !== 'two_step' && 'verify' in record && record.verify?.message !== undefined
}

function checkScopes({ record }: Conformance, { body }: Answer, { grant }: ServiceOptions): void {
  if (record.method !== 'oauth2') return
  const rules = record.authorize.scope
  const asked = [...new Set([...(rules?.required ?? []), ...(rules?.default ?? [])])]
  const granted = asked.filter((scope) => !grant || grant.includes(scope) || rules?.untold?.includes(scope))
  const contained = granted.flatMap((scope) => rules?.implies?.[scope] ?? [])
  const missing = asked.filter((scope) => !granted.includes(scope) && !contained.includes(scope))
  assert.deepEqual(new Set(body.scopes.missing), new Set(missing))
}

async function read(
  { host, record }: Pick<Conformance, 'host' | 'record'>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  return host('POST', `/api/v1/connections/${record.id}/credentials`, { subject, ...more })
}

/** Whether the tokens are bound to a key that stays in the backend. */
const isBound = (record: ConnectorRecord) => record.method === 'oauth2' && record.dpop === true

/** Whether what is read is what was typed. */
const isEntered = (record: ConnectorRecord) => ['api_key', 'basic', 'bearer'].includes(record.method)

async function checkRead(harness: Conformance): Promise<void> {
  const { record, service } = harness
  if (isBound(record)) return
  const { status, body } = await read(harness)
  assert.equal(status, 200, JSON.stringify(body))
  if (isEntered(record)) await checkEntered(harness, body)
  else {
    assert.ok(service.families.living(body.accessToken), 'the access token is not a living one')
    checkLifetime(harness, body)
  }
  if (record.capture) assert.deepEqual(body.extra, service.captured)
}

/** What is read is what was typed, and a request with it is taken by the service. */
async function checkEntered({ record, service }: Conformance, body: Answer['body']): Promise<void> {
  if (record.method === 'bearer' && body.accessToken !== undefined) {
    assert.equal(body.accessToken, service.values['token'])
    return
  }
  for (const [name, value] of Object.entries(service.values)) assert.equal(body.values[name], value)
  const host = service.record.proxy?.['api']
  if (!host) return
  const url = new URL(`${host.origin}/${service.apiPath('api', 'echo')}?${new URLSearchParams(body.query)}`)
  const answer = await fetch(url, { method: host.methods?.[0] ?? 'GET', headers: { ...host.headers, ...body.headers } })
  assert.equal(answer.status, 200, await answer.text())
}

/** However the service says it, the lifetime is the same. */
function checkLifetime({ record, service }: Conformance, body: Answer['body']): void {
  const rules = 'refresh' in record ? record.refresh : undefined
  const told = 'token' in record && record.token.map?.expiry !== undefined
  const wanted = told ? undefined : rules?.assumedLifetimeSeconds
  const seconds = wanted ?? service.expiresInSeconds
  assert.ok(Math.abs(body.expiresInSeconds - seconds) <= 5, `lives ${body.expiresInSeconds} s, not ${seconds} s`)
}

/** Calls each proxied host; the fake checks credential, host, path and headers. */
async function checkProxy({ call, record, service }: Conformance): Promise<void> {
  for (const [alias, { methods }] of Object.entries(service.record.proxy ?? {})) {
    const method = methods?.[0] ?? 'GET'
    const path = service.apiPath(alias, 'echo')
    const headers = { authorization: `Bearer ${apiKey}`, 'connector-auth-subject': subject, cookie: 'host=1' }
    const { status, body } = await call(method, `/api/v1/proxy/${record.id}/${alias}/${path}?page=2`, { headers })
    assert.equal(status, 200, JSON.stringify(body))
    assert.equal(body.path, `/${path}`)
    assert.equal(body.query.page, '2')
  }
}

/** How tokens of a record are renewed: by a refresh, by the same credentials once more, or not at all. */
function renewal(record: ConnectorRecord): 'refresh' | 'again' | 'none' {
  if (record.method === 'client_credentials' || record.method === 'two_step') return 'again'
  return record.method === 'oauth2' && record.refresh?.rotation !== 'none' ? 'refresh' : 'none'
}

/** Several refreshes in a row: a rotation that is handled wrongly shows at the second or third. */
async function checkRefresh(harness: Conformance): Promise<void> {
  const { record, service } = harness
  if (renewal(record) === 'none') return
  const seen = new Set<string>()
  for (let round = 0; round < 4; round += 1) {
    const { status, body } = await read(harness, { forceRefresh: true })
    if (isBound(record)) break
    assert.equal(status, 200, JSON.stringify(body))
    assert.ok(!seen.has(body.accessToken), 'a refresh brought no new token')
    assert.ok(service.families.living(body.accessToken), 'a refresh brought a dead token')
    seen.add(body.accessToken)
  }
  // A token that ended early is renewed by the 401 of the service.
  service.expireAccessTokens()
  await checkProxy(harness)
  assert.equal(service.families.reuses, 0)
}

async function checkDisconnect(harness: Conformance): Promise<void> {
  const { host, record, service } = harness
  const { status, body } = await host('POST', `/api/v1/connections/${record.id}/disconnect`, { subject })
  assert.equal(status, 200, JSON.stringify(body))
  const revocable = record.method === 'oauth2' && (record.revoke !== undefined || record.discovery !== undefined)
  assert.equal(body.revocation, revocable ? 'revoked' : 'unsupported')
  if (revocable) assert.equal(service.families.anyLiving, false)
  assert.equal((await read(harness)).status, 404)
}
