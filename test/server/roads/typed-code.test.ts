import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Roads, startRoads } from '../../support/roads.ts'

/** A person opens the printed URL, consents and reads the code. */
async function shown(roads: Roads, request: Record<string, unknown> = {}) {
  const created = await roads.host('POST', '/api/v1/auth-sessions', { connectorId: 'fake', subject: 'ana', ...request })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const callback = await roads.fake.authorize(created.body.redirectUrl)
  const page = await roads.browser().visit(callback)
  const [, code = ''] = /<strong>([^<]*)<\/strong>/.exec(page.body) ?? []
  const complete = (completionCode: string, subject = 'ana') =>
    roads.host('POST', `/api/v1/auth-sessions/${created.body.id}/complete`, { subject, completionCode })
  return { created, callback, page, code, complete }
}

test('the return page shows a code of eight characters, and says what it is worth', async (t) => {
  const roads = await startRoads(t)
  const { created, callback, page, code, complete } = await shown(roads)
  assert.equal(created.body.road, 'typed_code')
  assert.equal(page.status, 200)
  assert.match(code, /^[A-HJKMNP-TV-Z0-9]{4}-[A-HJKMNP-TV-Z0-9]{4}$/, 'no letter that is taken for another')
  assert.match(page.body, /Nobody else may ask you for it/)
  assert.equal(page.body.includes(callback.searchParams.get('code') ?? ''), false)
  assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'nonce-/)
  assert.equal(page.headers.get('cache-control'), 'no-store')
  assert.equal(/<script/.test(page.body), false)
  assert.equal(roads.tokenCalls(), 0)
  const { status, body } = await complete(code)
  assert.deepEqual([status, body.status], [200, 'ACTIVE'])
})

test('naming the road is the same as naming none', async (t) => {
  const roads = await startRoads(t)
  const { created, code, complete } = await shown(roads, { road: 'typed_code' })
  assert.equal(created.body.road, 'typed_code')
  assert.equal((await complete(code)).body.status, 'ACTIVE')
})

test('the code is read in any case, with or without its dash, with spaces around and inside', async (t) => {
  const roads = await startRoads(t)
  const ways: ((code: string) => string)[] = [
    (code) => code.toLowerCase(),
    (code) => code.replace('-', ''),
    (code) => code.toLowerCase().replace('-', ' '),
    (code) => ` ${code.replace('-', '')} `,
    (code) => code.replaceAll(/(.)/g, '$1 '),
    (code) => code.replace('-', '--'),
  ]
  for (const [index, write] of ways.entries()) {
    const subject = `person-${index}`
    const { code, complete } = await shown(roads, { subject })
    assert.equal((await complete(write(code), subject)).body.status, 'ACTIVE', JSON.stringify(write(code)))
  }
})

test('two attempts have two codes, and neither opens the other', async (t) => {
  const roads = await startRoads(t)
  const one = await shown(roads)
  const two = await shown(roads, { subject: 'ben' })
  assert.notEqual(one.code, two.code)
  assert.equal((await one.complete(two.code)).body.reason, 'completion_code_wrong')
  assert.equal((await two.complete(one.code, 'ben')).body.reason, 'completion_code_wrong')
  assert.equal((await two.complete(two.code, 'ben')).body.status, 'ACTIVE')
})

test('after five wrong codes the right one is worth nothing', async (t) => {
  const roads = await startRoads(t)
  const { code, complete } = await shown(roads)
  const wrong = ['AAAA-AAAA', '', ' ', code.slice(0, -1), `${code}0`, code.split('').reverse().join('')]
  const tried = wrong.filter((one) => one.trim() !== '')
  assert.equal((await complete('')).body.reason, 'invalid_request')
  for (const one of [...tried, '0000-0000'].slice(0, 5))
    assert.equal((await complete(one)).body.reason, 'completion_code_wrong', one)
  assert.equal((await complete(code)).status, 409)
  assert.equal(roads.tokenCalls(), 0)
})

test('60 right codes at once are one redemption, and used once the code makes no second one', async (t) => {
  const roads = await startRoads(t)
  const { code, complete } = await shown(roads)
  const answers = await Promise.all(Array.from({ length: 60 }, () => complete(code)))
  assert.deepEqual([...new Set(answers.map(({ body }) => body.status))], ['ACTIVE'])
  await complete(code.toLowerCase())
  assert.equal(roads.tokenCalls(), 1)
  assert.equal(await roads.connections(), 1)
})

test('the code is good for 300 s, and for its own subject', async (t) => {
  let now = Date.now()
  const roads = await startRoads(t, { backend: { now: () => now } })
  const one = await shown(roads)
  assert.equal((await one.complete(one.code, 'ben')).status, 404)
  now += 299_000
  assert.equal((await one.complete(one.code)).body.status, 'ACTIVE')
  const two = await shown(roads, { subject: 'ben' })
  now += 300_000
  assert.equal((await two.complete(two.code, 'ben')).body.reason, 'answer_not_there')
})

test('opening the callback again shows no second code', async (t) => {
  const roads = await startRoads(t)
  const { callback, code, complete } = await shown(roads)
  const again = await roads.browser().visit(callback)
  assert.equal(again.status, 400)
  assert.equal(again.body.includes(code), false)
  assert.equal((await complete(code)).body.status, 'ACTIVE')
})

test('neither the code nor what it stands for is in the database', async (t) => {
  const roads = await startRoads(t)
  const { callback, code } = await shown(roads)
  const rows = JSON.stringify(await roads.store.db.selectFrom('auth_session').selectAll().execute())
  const plain = [
    code,
    code.replace('-', ''),
    callback.searchParams.get('code') ?? '',
    callback.searchParams.get('state') ?? '',
  ]
  for (const secret of plain) assert.equal(rows.includes(secret), false)
})
