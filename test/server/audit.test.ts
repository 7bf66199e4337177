import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteStore } from '../../src/server/index.ts'
import { appOrigin, startHarness } from '../support/backend.ts'

test('tokens, keys and refusals are recorded with their request and who sent it', async (t) => {
  const harness = await startHarness(t)
  const made = await harness.host('POST', '/api/v1/api-keys', { name: 'one' })
  const minted = await harness.host('POST', '/api/v1/connect-tokens', { subject: 'ana', tenant: 'acme' })
  const { token } = minted.body
  const tag = token.slice(4, 36)
  const asPage = { origin: appOrigin, authorization: `Bearer ${token}` }
  const refused = await harness.call('GET', '/api/v1/api-keys', { headers: asPage })
  const mismatch = await harness.call('GET', '/api/v1/connections?subject=ben', { headers: asPage })
  const ended = await harness.call('DELETE', '/api/v1/connect-tokens/current', { headers: asPage })
  const again = await harness.call('GET', '/api/v1/connections', { headers: asPage })
  const nobody = await harness.call('GET', '/api/v1/connections')
  const revoked = await harness.host('POST', '/api/v1/connect-tokens/revoke', { subject: 'ana', tenant: 'acme' })
  const removed = await harness.host('DELETE', `/api/v1/api-keys/${made.body.id}`)
  const { events } = (await harness.host('GET', '/api/v1/audit')).body

  const key = { kind: 'api_key', id: 'configured-1' }
  const page = { kind: 'connect_token', id: tag }
  const unknown = { kind: 'unknown', id: '' }
  const ana = ['community', 'acme', 'ana']
  const expected = [
    ['api_key.created', made, key, made.body.id, '', ['', '', '']],
    ['connect_token.minted', minted, key, tag, '', ana],
    // What the page may not do is not even looked at, so nobody knows who it was.
    ['access.refused', refused, unknown, '', 'credential_not_accepted', ['', '', '']],
    ['access.refused', mismatch, page, '', 'owner_mismatch', ['', '', '']],
    ['connect_token.revoked', ended, page, tag, '', ana],
    ['access.refused', again, page, '', 'connect_token_invalid', ['', '', '']],
    ['access.refused', nobody, unknown, '', 'credential_missing', ['', '', '']],
    ['connect_token.revoked', revoked, key, '', '', ana],
    ['api_key.revoked', removed, key, made.body.id, '', ['', '', '']],
  ] as const
  assert.deepEqual(
    events.map((one: Record<string, unknown>) => [
      one['event'],
      one['requestId'],
      one['actor'],
      one['target'],
      one['reason'],
      [one['org'], one['tenant'], one['subject']],
    ]),
    expected.map(([event, answer, ...rest]) => [event, answer.headers.get('x-request-id'), ...rest]),
  )
  for (const one of events) assert.equal(one.result, one.event === 'access.refused' ? 'failure' : 'success')
})

test('what the host does in the same process is done by the system', async (t) => {
  const harness = await startHarness(t)
  await harness.backend.mintConnectToken({ subject: 'ana' })
  const [event] = (await harness.host('GET', '/api/v1/audit')).body.events
  assert.deepEqual(
    [event.event, event.actor, event.requestId],
    ['connect_token.minted', { kind: 'system', id: '' }, ''],
  )
})

test('the audit is read in pages and by person, oldest first, and two in one millisecond stay in order', async (t) => {
  const frozen = Date.now()
  const harness = await startHarness(t, { backend: { now: () => frozen } })
  for (let count = 0; count < 7; count++) await harness.backend.mintConnectToken({ subject: `p${count}` })
  const subjects: string[] = []
  let after: string | null = null
  do {
    const { body } = await harness.host('GET', `/api/v1/audit?limit=3${after === null ? '' : `&after=${after}`}`)
    assert.ok(body.events.length <= 3)
    subjects.push(...body.events.map((one: { subject: string }) => one.subject))
    after = body.next
  } while (after !== null)
  assert.deepEqual(subjects, ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6'])
  const { events } = (await harness.host('GET', '/api/v1/audit?subject=p3')).body
  assert.equal(events.length, 1)
  assert.equal(events[0].at, new Date(frozen).toISOString())
  assert.deepEqual((await harness.host('GET', '/api/v1/audit?connectorId=fake')).body.events, [])
  // Attack 48.
  for (const query of [
    'limit=0',
    'limit=1001',
    'limit=-1',
    'after=x',
    "after=au_' OR 1=1",
    'order=at',
    'subject=a&subject=b',
  ])
    assert.equal((await harness.host('GET', `/api/v1/audit?${query}`)).body.reason, 'invalid_request', query)
})

test('a change whose record cannot be written is not made', async (t) => {
  const store = sqliteStore(':memory:')
  const harness = await startHarness(t, { backend: { store } })
  await store.db.schema.dropTable('audit').execute()
  assert.equal((await harness.host('POST', '/api/v1/api-keys', { name: 'one' })).body.reason, 'storage_unavailable')
  assert.deepEqual(await store.db.selectFrom('api_key').selectAll().execute(), [])
  // A refusal stands, recorded or not.
  assert.equal((await harness.call('GET', '/api/v1/api-keys')).status, 401)
})

test('no code changes or deletes a record', () => {
  const root = join(import.meta.dirname, '../../src/server')
  const files = globSync('**/*.ts', { cwd: root })
  assert.ok(files.includes('audit.ts'))
  for (const file of files)
    assert.doesNotMatch(readFileSync(join(root, file), 'utf8'), /(updateTable|deleteFrom)\('audit'\)/, file)
})
