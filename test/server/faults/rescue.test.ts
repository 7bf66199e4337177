/** An authorization server rotates, and its answer is odd: the new refresh token is the only one that lives. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OAuthConnector } from '../../../src/protocol/connector.ts'
import { startTokenEndpoint } from '../../support/token-endpoint.ts'

interface Spelling {
  readonly body: string
  readonly status?: number
  readonly type?: string
  readonly record?: Partial<OAuthConnector>
  /** Whether the access token beside it can be used. */
  readonly usable?: boolean
}

const token = { access_token: 'at-2', refresh_token: 'rt-2', token_type: 'Bearer', expires_in: 3_600 }
const told = (changes: object): Spelling => ({ body: JSON.stringify({ ...token, ...changes }) })
const useless = (changes: object): Spelling => ({ ...told(changes), usable: false })
const form = new URLSearchParams({ access_token: 'at-2', refresh_token: 'rt-2', expires_in: '' })
const slack = { token: { map: { access: 'user.access_token', refresh: 'user.refresh_token' } } }

const spellings: Readonly<Record<string, Spelling>> = {
  'expires_in null': told({ expires_in: null }),
  'expires_in -1': told({ expires_in: -1 }),
  'expires_in 0': told({ expires_in: 0 }),
  'expires_in of a word': told({ expires_in: 'never' }),
  'expires_in of a list': told({ expires_in: [3_600] }),
  'expires_in beyond all years': told({ expires_in: 1e300 }),
  'no expires_in': told({ expires_in: undefined }),
  'no token_type': told({ token_type: undefined }),
  'token_type null': told({ token_type: null }),
  'token_type of a number': told({ token_type: 7 }),
  'a token_type that nobody knows': told({ token_type: 'bot' }),
  'scope null': told({ scope: null }),
  'scope of an object': told({ scope: { read: true } }),
  'an id_token that is none': told({ id_token: 'x.y.z' }),
  'an error that is null': told({ error: null }),
  'names that poison': { body: `{"__proto__":{"access_token":"x"},${JSON.stringify(token).slice(1)}` },
  'a name twice': { body: `{"refresh_token":"rt-0",${JSON.stringify(token).slice(1)}` },
  '201': { ...told({}), status: 201 },
  '299': { ...told({}), status: 299 },
  'text/plain': { ...told({}), type: 'text/plain' },
  'text/html': { ...told({}), type: 'text/html; charset=windows-1252' },
  'a byte order mark': { body: `\uFEFF${JSON.stringify(token)}` },
  'a form': { body: form.toString(), type: 'application/x-www-form-urlencoded' },
  'a form that says JSON': { body: form.toString() },
  'a captured value that does not fit': {
    ...told({ region: 'no region at all' }),
    record: { capture: { region: { from: 'token_response', path: 'region', pattern: '[a-z]{2}', optional: true } } },
  },
  'tokens inside an object': {
    body: JSON.stringify({ ok: true, user: { access_token: 'at-2', refresh_token: 'rt-2' } }),
    record: slack,
  },
  'an access token with a line break': useless({ access_token: 'at-2\r\nX-Admin: 1' }),
  'no access token': useless({ access_token: undefined }),
  'access_token null': useless({ access_token: null }),
  'access_token of an object': useless({ access_token: { value: 'at-2' } }),
  'a token that needs a proof': useless({ token_type: 'mac' }),
  'a form without an access token': { body: 'refresh_token=rt-2&access_token=', usable: false },
  'a body that is a form in a 201': { body: 'refresh_token=rt-2', status: 201, type: 'text/plain', usable: false },
}

for (const [name, { body, status, type, record = {}, usable = true }] of Object.entries(spellings))
  test(`the rotated refresh token is kept, and the next refresh sends it: ${name}`, async (t) => {
    const { connect, read, answer, tell, sent, host } = await startTokenEndpoint(t, { record })
    const first = { access_token: 'at-1', refresh_token: 'rt-1', region: 'eu' }
    tell({ ...first, user: first })
    assert.equal((await connect()).body.status, 'ACTIVE')
    answer(body, status, type)
    const refreshed = await read({ forceRefresh: true })
    if (usable) assert.deepEqual([refreshed.status, refreshed.body.accessToken], [200, 'at-2'])
    else {
      assert.deepEqual([refreshed.status, refreshed.body.reason], [502, 'invalid_token_response'])
      const { connections } = (await host('GET', '/api/v1/connections?subject=ana')).body
      assert.equal(connections[0].status, 'active')
    }
    const last = { access_token: 'at-3', expires_in: 3_600 }
    tell({ ...last, user: last })
    assert.equal((await read({ forceRefresh: true })).body.accessToken, 'at-3')
    assert.deepEqual(sent(), ['rt-1', 'rt-2'])
  })
