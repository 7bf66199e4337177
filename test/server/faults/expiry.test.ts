/** Every way in which services spell how long a token lives. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OAuthConnector } from '../../../src/protocol/connector.ts'
import { asHost } from '../../support/proxy.ts'
import { startTokenEndpoint } from '../../support/token-endpoint.ts'

type Map = NonNullable<OAuthConnector['token']['map']>

const now = Date.UTC(2026, 10, 21, 12)
const inAnHour = now + 3_600_000

interface Spelling {
  readonly map?: Map
  readonly body: object
  /** null: nobody knows; it is used until the service refuses it. */
  readonly seconds: number | null
}

const lifetime = (expires_in: unknown, seconds: number | null): Spelling => ({ body: { expires_in }, seconds })
const moment = (value: unknown, seconds: number | null, unit?: 'seconds' | 'milliseconds'): Spelling => ({
  map: { expiry: { path: 'expires', absolute: true, ...(unit ? { unit } : {}) } },
  body: { expires: value },
  seconds,
})

const spellings: Readonly<Record<string, Spelling>> = {
  'a number': lifetime(3_600, 3_600),
  'a number as text': lifetime('3600', 3_600),
  'a fraction': lifetime(3_599.9, 3_599),
  'a fraction as text': lifetime('3599.9', 3_599),
  nothing: { body: {}, seconds: null },
  null: lifetime(null, null),
  'an empty text': lifetime('', null),
  'a word': lifetime('never', null),
  'a list': lifetime([3_600], null),
  'an object': lifetime({ seconds: 3_600 }, null),
  true: lifetime(true, null),
  'a number with an exponent, as text': lifetime('1e3', null),
  'a hexadecimal number as text': lifetime('0x10', null),
  'a billion seconds': lifetime(1e9, 1e9),
  '1e12 seconds': lifetime(1e12, null),
  '1e300 seconds': lifetime(1e300, null),
  milliseconds: { map: { expiry: { path: 'ms', unit: 'milliseconds' } }, body: { ms: 3_600_000 }, seconds: 3_600 },
  'a lifetime inside an object': {
    map: { access: 'user.access_token', expiry: 'user.expires_in' },
    body: { user: { access_token: 'at', expires_in: 3_600 } },
    seconds: 3_600,
  },
  'a point in time in seconds': moment(inAnHour / 1_000, 3_600),
  'a point in time as text': moment(String(inAnHour / 1_000), 3_600),
  'a point in time in milliseconds': moment(inAnHour, 3_600, 'milliseconds'),
  'a date': moment('2026-11-21T13:00:00Z', 3_600),
  'a date of another time zone': moment('2026-11-21T22:00:00+09:00', 3_600),
  'a date in words': moment('Sat, 21 Nov 2026 13:00:00 GMT', 3_600),
  'a point in time that is none': moment('soon', null),
}

for (const [name, { map, body, seconds }] of Object.entries(spellings))
  test(`a lifetime is read as it is meant: ${name}`, async (t) => {
    const { connect, read, tell, sent } = await startTokenEndpoint(t, {
      record: map ? { token: { map } } : {},
      backend: { now: () => now },
    })
    tell({ access_token: 'at', refresh_token: 'rt', ...body })
    const connected = await connect()
    assert.deepEqual([connected.body.status, connected.body.credentials.expiresInSeconds], ['ACTIVE', seconds])
    for (let round = 0; round < 3; round += 1) assert.equal((await read()).body.expiresInSeconds, seconds)
    assert.deepEqual(sent(), [], 'it is not refreshed before its time')
    // Told at a refresh it means the same.
    assert.equal((await read({ forceRefresh: true })).body.expiresInSeconds, seconds)
  })

const ended: Readonly<Record<string, Spelling>> = {
  '0': lifetime(0, 0),
  '0 as text': lifetime('0', 0),
  '-1': lifetime(-1, 0),
  '-1 as text': lifetime('-1', 0),
  'a point in time that is past': moment(now / 1_000 - 5, 0),
}

for (const [name, { map, body }] of Object.entries(ended))
  test(`a token that has ended when it comes is renewed once a read, and nothing runs in circles: ${name}`, async (t) => {
    const { connect, read, tell, sent } = await startTokenEndpoint(t, {
      record: map ? { token: { map } } : {},
      backend: { now: () => now },
    })
    tell({ access_token: 'at', refresh_token: 'rt', ...body })
    assert.equal((await connect()).body.status, 'ACTIVE')
    const before = sent().length
    for (let round = 1; round <= 3; round += 1) {
      assert.equal((await read()).status, 200)
      assert.equal(sent().length, before + round)
    }
  })

test("a lifetime that nobody told is the record's, where it knows one", async (t) => {
  const { connect, read, tell } = await startTokenEndpoint(t, {
    record: { refresh: { rotation: 'sometimes', assumedLifetimeSeconds: 1_800 } },
    backend: { now: () => now },
  })
  tell({ access_token: 'at', refresh_token: 'rt' })
  await connect()
  assert.equal((await read()).body.expiresInSeconds, 1_800)
})

test('a token whose end nobody knows is used until the service refuses it, then refreshed once', async (t) => {
  const { connect, tell, sent, upstream, call } = await startTokenEndpoint(t, {
    record: (origin) => ({ proxy: { api: { origin } }, apiOrigins: [origin] }),
  })
  let good = 'at-1'
  const api = async () => (await call('GET', '/api/v1/proxy/fake/api/x', { headers: asHost })).status
  const grant = (accessToken: string) => {
    tell({ access_token: accessToken, refresh_token: 'rt' })
    const token = upstream.answer
    upstream.answer = (request, response) => {
      if (request.target === '/token') return token(request, response)
      return void response.writeHead(request.headers['authorization'] === `Bearer ${good}` ? 200 : 401).end()
    }
  }
  grant('at-1')
  await connect()
  assert.deepEqual([await api(), await api(), sent().length], [200, 200, 0])
  grant('at-2')
  good = 'at-2'
  assert.deepEqual([await api(), await api(), sent().length], [200, 200, 1])
})
