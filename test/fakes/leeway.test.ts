import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type FakeAnswer, type Leeway, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { challengeOf } from '../support/pkce.ts'
import { type Fields, type Reply, basic, oauthOf, post, redirectUri, startQuirk, tokensOf } from './drive.ts'

/** Either fake, seen from its token endpoint, with one grant. */
interface Rotating {
  readonly url: string
  readonly first: Reply['body']
  /** How often the family was ended by a reuse, and how often leeway saved it. */
  readonly counts: { readonly reuses: number; readonly forgiven: number }
  script(...answers: readonly FakeAnswer[]): void
  refresh(token: string): Promise<Reply>
  lives(accessToken: string): boolean
}

async function scriptable(t: TestContext, leeway: Leeway): Promise<Rotating> {
  const fake = await startFakeAuthorizationServer({ leeway })
  t.after(() => fake.close())
  const url = `${fake.issuer}/token`
  const verifier = 'v'.repeat(43)
  const send = (fields: Fields) => post(url, { client_id: fake.clientId, client_secret: fake.clientSecret, ...fields })
  const asked = new URLSearchParams({ redirect_uri: redirectUri, code_challenge: challengeOf(verifier) })
  const code = (await fake.authorize(`${fake.issuer}/authorize?${asked}`)).searchParams.get('code') ?? ''
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  return {
    url,
    first: (await send(fields)).body,
    counts: fake.grants,
    script: (...answers) => fake.script(...answers),
    refresh: (token) => send({ grant_type: 'refresh_token', refresh_token: token }),
    lives: (accessToken) => fake.grants.accountOf(accessToken) !== undefined,
  }
}

async function described(t: TestContext, leeway: Leeway): Promise<Rotating> {
  const service = await startQuirk(t, 'plain', { leeway })
  const url = oauthOf(service).token.url ?? ''
  return {
    url,
    first: await tokensOf(service),
    counts: service.families,
    script: (...answers) => service.script(...answers),
    refresh: (token) => post(url, { grant_type: 'refresh_token', refresh_token: token }, basic(service)),
    lives: (accessToken) => service.families.living(accessToken) !== undefined,
  }
}

for (const [name, start] of [
  ['the authorization server', scriptable],
  ["a service's fake", described],
] as const) {
  test(`${name} without leeway: the token before the newest ends the family`, async (t) => {
    const { first, counts, refresh, lives } = await start(t, 'none')
    const second = (await refresh(first.refresh_token)).body
    assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant')
    assert.equal((await refresh(second.refresh_token)).body.error, 'invalid_grant')
    assert.equal(lives(second.access_token), false)
    assert.deepEqual([counts.reuses > 0, counts.forgiven], [true, 0])
  })

  test(`${name} with leeway for one use: an answer that was lost is told again, once, with the newest token`, async (t) => {
    const { first, counts, refresh, lives, script } = await start(t, 'once')
    script({ kind: 'cut' })
    await assert.rejects(refresh(first.refresh_token), 'the answer is lost')
    const again = (await refresh(first.refresh_token)).body
    assert.notEqual(again.refresh_token, first.refresh_token)
    assert.ok(lives(again.access_token))
    assert.deepEqual([counts.reuses, counts.forgiven], [0, 1])
    const third = (await refresh(again.refresh_token)).body
    assert.ok(lives(third.access_token))
    assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant', 'two before the newest')
    assert.equal((await refresh(third.refresh_token)).body.error, 'invalid_grant')
  })

  test(`${name} with leeway for one use takes no second one`, async (t) => {
    const { first, counts, refresh } = await start(t, 'once')
    const second = (await refresh(first.refresh_token)).body
    assert.equal((await refresh(first.refresh_token)).body.refresh_token, second.refresh_token)
    assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant')
    assert.deepEqual([counts.reuses, counts.forgiven], [1, 1])
  })

  test(`${name} with leeway for a time takes any number of uses, until it is over`, async (t) => {
    const { first, counts, refresh } = await start(t, { seconds: 0.5 })
    const second = (await refresh(first.refresh_token)).body
    for (let count = 0; count < 3; count += 1)
      assert.equal((await refresh(first.refresh_token)).body.refresh_token, second.refresh_token)
    await new Promise((resolve) => setTimeout(resolve, 550))
    assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant')
    assert.deepEqual([counts.reuses, counts.forgiven], [1, 3])
  })

  test(`${name} fails in every way that a script names`, async (t) => {
    const { first, url, refresh, script } = await start(t, 'once')
    const newest = async () => {
      const { refresh_token: token } = (await refresh(first.refresh_token)).body
      return token as string
    }
    // Lost before the work: the token is still the newest. Lost after it: leeway tells the next one.
    script({ kind: 'lose' }, { kind: 'cut' })
    await assert.rejects(refresh(first.refresh_token), isReset)
    await assert.rejects(refresh(first.refresh_token), isReset)
    let token = await newest()
    const started = performance.now()
    script({ kind: 'delay', ms: 100 }, { kind: 'drip', ms: 1 })
    for (let count = 0; count < 2; count += 1) {
      token = (await refresh(token)).body.refresh_token
      assert.match(token, /^fake-rt-/)
      assert.ok(performance.now() - started >= 95)
    }
    for (const [status, body, contentType, headers] of [
      [500, '', 'text/plain', {}],
      [503, '<html>down</html>', 'text/html', {}],
      [429, '{}', 'application/json', { 'retry-after': '7' }],
      [200, '{"ok":false,"error":"ratelimited"}', 'application/json', {}],
      [400, '', 'text/plain', {}],
    ] as const) {
      script({ kind: 'answer', status, body, contentType, headers })
      const answer = await fetch(url, { method: 'POST' })
      assert.deepEqual([answer.status, await answer.text()], [status, body])
      assert.equal(answer.headers.get('content-type'), contentType)
      assert.equal(answer.headers.get('retry-after'), status === 429 ? '7' : null)
    }
    script({ kind: 'garbage' })
    await assert.rejects(refresh(token), SyntaxError)
    script({ kind: 'endless', ms: 1 })
    const limit = AbortSignal.timeout(300)
    await assert.rejects(fetch(url, { method: 'POST', signal: limit }), { name: 'TimeoutError' })
  })
}

function isReset(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET'
}
