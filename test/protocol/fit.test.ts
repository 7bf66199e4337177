import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authSessionCreated, authSessionStatus, redeemed } from '../../src/protocol/auth-session.ts'
import { channelMessage } from '../../src/protocol/channel.ts'
import { connections } from '../../src/protocol/connection.ts'
import { credentials } from '../../src/protocol/credentials.ts'
import { fit } from '../../src/protocol/fit.ts'
import { parse } from '../../src/protocol/parse.ts'
import { problem } from '../../src/protocol/problem.ts'
import { connectors } from '../../src/protocol/public-connector.ts'
import type { Schema } from '../../src/protocol/schema.ts'

const scopes = { requested: ['a'], granted: ['a'], missing: [] }
const account = { id: '1', name: 'Ada' }
const token = {
  connectionId: 'default',
  accessToken: 'x',
  tokenType: 'Bearer',
  expiresInSeconds: null,
  scopes: [],
  extra: { deep: [{ a: 1 }] },
}
const samples: readonly (readonly [Schema<unknown>, unknown])[] = [
  [credentials, token],
  [redeemed, { status: 'ACTIVE', connectionId: 'default', scopes, account, existing: false, credentials: token }],
  [redeemed, { status: 'FAILED', reason: 'x', message: 'y', error: 'z', requestId: 'q' }],
  [redeemed, { status: 'FAILED', reason: 'x', message: 'y' }],
  [authSessionStatus, { status: 'INACTIVE', expiresInSeconds: 0 }],
  [channelMessage, { type: 'callback', query: 'a=b', uri: 'https://app.test/callback' }],
  [
    problem,
    { type: 't', title: 't', status: 400, detail: 'd', code: 'TIMEOUT', reason: 'r', requestId: 'q', retryable: true },
  ],
  [
    connections,
    {
      connections: [
        {
          connectorId: 'a',
          connectionId: 'default',
          status: 'active',
          reason: null,
          owner: 'user',
          account: null,
          scopes,
          createdAt: 'c',
          updatedAt: 'u',
        },
      ],
    },
  ],
  [
    connectors,
    {
      connectors: [
        {
          id: 'a',
          name: 'A',
          category: 'c',
          method: 'oauth2',
          reach: 'direct',
          apiOrigins: [],
          scopes: { default: [], required: [], optional: [] },
          icon: { viewBox: '0 0 1 1', paths: [{ d: 'M0 0' }] },
        },
      ],
    },
  ],
  [
    authSessionCreated,
    {
      id: `as_${'0'.repeat(32)}`,
      stateKey: 'A'.repeat(43),
      road: 'app_callback',
      redirectUrl: 'https://a',
      redirectUri: 'https://b',
      clientId: 'c',
      issuer: null,
      issuerRequired: false,
      expiresInSeconds: 600,
    },
  ],
]
const odd: readonly unknown[] = [
  undefined,
  null,
  0,
  -1,
  1.5,
  Infinity,
  '',
  'x',
  'x'.repeat(20_000),
  true,
  [],
  ['a'],
  {},
  { type: 'x' },
  JSON.parse('{"__proto__":{"a":1}}'),
]

const attempt = (read: () => unknown) => {
  try {
    return { value: read() }
  } catch {
    return 'refused'
  }
}

/** The value and every value that differs from it in one place. */
function* variants(value: unknown): Generator<unknown> {
  yield value
  yield* odd
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) {
    yield { ...value, unknown: 1 }
    yield JSON.parse(`{"__proto__":1,${JSON.stringify(value).slice(1)}`)
  }
  for (const [name, field] of Object.entries(value)) {
    for (const variant of variants(field)) {
      if (Array.isArray(value)) yield value.with(Number(name), variant)
      else yield { ...value, [name]: variant }
    }
    if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
  }
}

describe('fit', () => {
  test('accepts what parse accepts and copies it alike, over every sample with one thing changed', () => {
    let accepted = 0
    let refused = 0
    for (const [schema, sample] of samples) {
      assert.deepEqual(fit(schema, sample), sample)
      for (const value of variants(sample)) {
        const wanted = attempt(() => parse(schema, value, 'drop'))
        assert.deepEqual(
          attempt(() => fit(schema, value)),
          wanted,
          JSON.stringify(value),
        )
        if (wanted === 'refused') refused++
        else accepted++
      }
    }
    assert.ok(accepted > 100 && refused > 500, `${accepted} accepted, ${refused} refused`)
  })
})
