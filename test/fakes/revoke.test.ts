import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeService, QuirkName } from '../../src/fakes/index.ts'
import { type Reply, basic, call, oauthOf, post, reasons, startQuirk, tokensOf } from './drive.ts'

type Tokens = Reply['body']
type Way = (service: FakeService, url: string, tokens: Tokens) => Promise<Reply>

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const plain: Way = (service, url, { refresh_token: token }) => post(url, { token }, basic(service))

/** The right way of each service; each refuses the way of RFC 7009, and the ordinary one refuses theirs. */
const ways: readonly (readonly [QuirkName, Way])[] = [
  [
    'revoke_get',
    (service, url, { refresh_token: token }) =>
      call(`${url}?${new URLSearchParams({ token })}`, { headers: basic(service) }),
  ],
  [
    'revoke_json_delete',
    (service, url, { access_token }) =>
      call(url.replace('{clientId}', encodeURIComponent(service.client.clientId)), {
        method: 'DELETE',
        headers: { ...basic(service), 'content-type': 'application/json' },
        body: JSON.stringify({ access_token }),
      }),
  ],
  [
    'revoke_post_query',
    (service, url, { refresh_token: token }) =>
      call(`${url}?${new URLSearchParams({ token })}`, { method: 'POST', headers: basic(service) }),
  ],
  ['revoke_bearer', (_, url, { access_token }) => call(url, { method: 'POST', headers: bearer(access_token) })],
  [
    'revoke_bearer_with_params',
    (_, url, { access_token: token }) => post(url, { token, test: 'false' }, bearer(token)),
  ],
  ['revoke_access_token', (service, url, { access_token: token }) => post(url, { token }, basic(service))],
  [
    'revoke_secret_in_body',
    ({ client }, url, { refresh_token: token }) =>
      post(url, { token, client_id: client.clientId, client_secret: client.clientSecret ?? '' }),
  ],
  ['revoke_public', ({ client }, url, { refresh_token }) => post(url, { refresh_token, client_id: client.clientId })],
  [
    'revoke_headers',
    (service, url, { refresh_token: token }) => post(url, { token }, { ...basic(service), 'x-version': '2026-01-01' }),
  ],
]

const urlOf = (service: FakeService) => oauthOf(service).revoke?.url ?? ''

test('the way of RFC 7009 ends a grant', async (t) => {
  const service = await startQuirk(t, 'plain')
  const tokens = await tokensOf(service)
  assert.equal((await plain(service, urlOf(service), tokens)).status, 200)
  assert.equal(service.families.anyLiving, false)
  assert.deepEqual(service.faults, [])
})

test('a token that nobody knows is as good as revoked', async (t) => {
  const service = await startQuirk(t, 'plain')
  assert.equal((await post(urlOf(service), { token: 'unknown' }, basic(service))).status, 200)
})

for (const [name, way] of ways) {
  test(`${name} ends a grant`, async (t) => {
    const service = await startQuirk(t, name)
    assert.equal((await way(service, urlOf(service), await tokensOf(service))).status, 200, reasons(service))
    assert.equal(service.families.anyLiving, false)
    assert.deepEqual(service.faults, [])
  })

  test(`${name} refuses the way of RFC 7009, which refuses this one`, async (t) => {
    const service = await startQuirk(t, name)
    assert.ok((await plain(service, urlOf(service), await tokensOf(service))).status >= 400)
    assert.equal(service.families.anyLiving, true)
    if (name === 'revoke_headers') return
    const ordinary = await startQuirk(t, 'plain')
    assert.ok((await way(ordinary, urlOf(ordinary), await tokensOf(ordinary))).status >= 400)
    assert.equal(ordinary.families.anyLiving, true)
    assert.notEqual(ordinary.faults.length, 0)
  })
}

test('the token is taken under its own name only', async (t) => {
  const service = await startQuirk(t, 'revoke_public')
  const { refresh_token: token } = await tokensOf(service)
  assert.equal((await post(urlOf(service), { token, client_id: service.client.clientId })).status, 400)
  assert.match(reasons(service), /token is called refresh_token here/)
})

test('two endpoints may share an address and differ in the method', async (t) => {
  const service = await startQuirk(t, 'revoke_at_token_endpoint')
  const { access_token } = await tokensOf(service)
  assert.equal(urlOf(service), oauthOf(service).token.url)
  assert.equal((await call(urlOf(service), { method: 'DELETE', headers: bearer(access_token) })).status, 200)
  assert.equal(service.families.anyLiving, false)
})
