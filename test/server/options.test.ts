import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { type BackendOptions, catalogue, createBackend, lintConnector, sqliteStore } from '../../src/server/index.ts'
import { sealingKey } from '../support/backend.ts'

const good = (): BackendOptions => ({
  publicUrl: 'https://app.test',
  store: sqliteStore(':memory:'),
  sealingKeys: [sealingKey],
  connectors: [catalogue.google],
  clients: { google: { clientId: 'id', clientSecret: 'secret' } },
})

test('every fault of the options is listed at once', () => {
  const faulty = {
    ...good(),
    publicUrl: 'http://app.test?x=1',
    sealingKeys: [],
    space: 'No Space',
    apiKeys: ['short'],
    allowedOrigins: ['https://app.test/'],
    clients: { nope: { clientId: '' } },
  }
  assert.throws(
    () => createBackend(faulty),
    (error: Error & { reason?: string }) => {
      assert.equal(error.reason, 'invalid_configuration')
      for (const field of ['publicUrl', 'sealingKeys', 'space', 'apiKeys[0]', 'allowedOrigins', 'clients.nope'])
        assert.ok(error.message.includes(field), field)
      return true
    },
  )
})

const refused: [string, Partial<BackendOptions>, RegExp][] = [
  ['dev mode on a public URL', { dev: true }, /dev: only/],
  ['a store without a key outside dev mode', { sealingKeys: [] }, /sealingKeys/],
  ['a key that is too short', { sealingKeys: ['k1:abc'] }, /32 bytes/],
  ['two keys with one id', { sealingKeys: [sealingKey, sealingKey] }, /same id/],
  [
    'a callback page on another origin',
    { callbacks: { 'https://app.test': 'https://other.test/{connector}.html' } },
    /must be on this origin/,
  ],
  [
    'a callback page without the connector in its path',
    { callbacks: { 'https://app.test': 'https://app.test/callback.html' } },
    /\{connector\}/,
  ],
  ['a lease shorter than a call', { limits: { leaseSeconds: 5 } }, /leaseSeconds/],
  ['a missing client secret', { clients: { google: { clientId: 'id' } } }, /clientSecret/],
]
for (const [name, changes, message] of refused) {
  test(`refuses to start with ${name}`, () => {
    assert.throws(() => createBackend({ ...good(), ...changes }), message)
  })
}

test('the records of the catalogue have no faults', () => {
  for (const record of Object.values(catalogue)) {
    assert.deepEqual(
      lintConnector(record).findings.filter(({ level }) => level === 'fault'),
      [],
      record.id,
    )
  }
})

const faults: [string, object, string][] = [
  ['an unknown field', { colour: 'red' }, 'colour'],
  ['a bad id', { id: '../x' }, 'id'],
  ['an authorization URL with a script', { authorize: { url: 'javascript:alert(1)' } }, 'authorize.url'],
  ['a token endpoint over plain http', { token: { url: 'http://service.example/token' } }, 'token.url'],
  ['a user name in a URL', { token: { url: 'https://user@service.example/token' } }, 'token.url'],
  [
    'a parameter that belongs to the request',
    { authorize: { url: 'https://a.example', params: { redirect_uri: 'https://evil.example' } } },
    'authorize.params.redirect_uri',
  ],
  ['an icon with more than paths', { icon: { viewBox: '0 0 1 1', paths: [{ d: 'M0 0"/><script>' }] } }, 'icon'],
  ['iss required without an issuer', { issuer: null, issuerRequired: true }, 'issuerRequired'],
]
for (const [name, change, field] of faults) {
  test(`the linter names the field of ${name}`, () => {
    const { findings } = lintConnector({ ...catalogue.google, ...change } as ConnectorRecord)
    assert.ok(
      findings.some((finding) => finding.level === 'fault' && finding.field.startsWith(field)),
      JSON.stringify(findings),
    )
  })
}
