import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appOrigin } from '../../support/backend.ts'
import { type Roads, evilOrigin, goesTo, hostOrigin, startRoads } from '../../support/roads.ts'

const ours = { origin: appOrigin }

async function asked(roads: Roads, subject = 'ana', who = {}) {
  const attempt = await roads.bridge(await roads.bridgePage(subject, who))
  const browser = roads.browser()
  const entered = await attempt.enter(browser)
  const confirm = (headers: Record<string, string> = ours, session = attempt.id) =>
    browser.submit('/bridge/confirm', { session }, headers)
  return { attempt, browser, entered, confirm }
}

test('with confirmBridge a page asks first, and only Continue goes on to the service', async (t) => {
  const roads = await startRoads(t, { backend: { confirmBridge: true, appName: 'Notes' } })
  const { attempt, browser, entered, confirm } = await asked(roads, 'ana', { label: 'Ana Ruiz' })
  assert.equal(entered.status, 200)
  assert.match(entered.body, /Connect your Fake service account to Notes for Ana Ruiz\?/)
  assert.equal(entered.body.includes(roads.fake.issuer), false, 'no authorization URL before the answer')
  assert.equal(/<script/.test(entered.body), false)
  assert.match(entered.body, new RegExp(`<form method="post" action="/connector-auth/bridge/confirm">.*${attempt.id}`))
  // Without it the form's own POST would carry `Origin: null`.
  assert.equal(entered.headers.get('referrer-policy'), 'same-origin')
  assert.match(entered.headers.get('content-security-policy') ?? '', /form-action 'self'; frame-ancestors 'none'/)
  const going = await confirm()
  assert.equal(new URL(goesTo(going)).origin, roads.fake.issuer)
  const pending = entered.headers.get('set-cookie') ?? ''
  assert.match(pending, /^__Host-cap_as_/, 'entering alone binds no browser')
  assert.match(going.headers.get('set-cookie') ?? '', /^__Host-ca_as_/)
  await browser.visit(await roads.consent(going))
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('where tenants choose origins the page is asked for, whatever confirmBridge says', async (t) => {
  for (const [options, asks] of [
    [{ tenantOrigins: true }, true],
    [{ tenantOrigins: true, confirmBridge: false }, true],
    [{ confirmBridge: true }, true],
    [{ tenantOrigins: false }, false],
    [{}, false],
  ] as const) {
    const roads = await startRoads(t, { backend: options })
    const { entered } = await asked(roads)
    assert.equal(/<form/.test(entered.body), asks, JSON.stringify(options))
  }
})

test('the page names the subject where there is no label, and writes every name as text', async (t) => {
  const nasty = `<img src=x onerror="alert(1)">'&`
  const written = '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;'
  const roads = await startRoads(t, {
    backend: { confirmBridge: true, appName: nasty },
    record: () => ({ name: nasty }),
  })
  const byLabel = (await asked(roads, 'ana', { label: nasty })).entered.body
  const bySubject = (await asked(roads, nasty)).entered.body
  for (const html of [byLabel, bySubject]) {
    assert.equal(html.includes('<img'), false)
    assert.ok(html.includes(`Connect your ${written} account to ${written} for ${written}?`))
  }
})

test('only the bound browser, from our own page, says Continue', async (t) => {
  const roads = await startRoads(t, { backend: { confirmBridge: true } })
  const { attempt, browser, confirm } = await asked(roads)
  const other = await asked(roads, 'ben')
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const refused: Record<string, Record<string, string>> = {
    "the host's page": { origin: hostOrigin },
    'another page': { origin: evilOrigin },
    'the origin null': { origin: 'null' },
    'no origin': {},
    'a fetch of our own page': { ...ours, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' },
    'a frame': { ...ours, 'sec-fetch-dest': 'iframe' },
  }
  for (const [name, headers] of Object.entries(refused)) {
    // With the cookie in any case: Lax is not all there is.
    const answer = await roads.browser().submit('/bridge/confirm', { session: attempt.id }, { ...headers, cookie })
    assert.equal(answer.status, 403, name)
    assert.equal(answer.body.includes(roads.fake.issuer), false)
  }
  const unbound = await roads.browser().submit('/bridge/confirm', { session: attempt.id }, ours)
  assert.equal(unbound.status, 403, 'a browser without the cookie')
  assert.equal((await other.confirm(ours, attempt.id)).status, 403, "a browser with another attempt's cookie")
  assert.equal((await roads.call('GET', `/bridge/confirm?session=${attempt.id}`, { headers: { cookie } })).status, 405)
  assert.equal((await confirm()).status, 200, 'the positive control')
})

test('who makes somebody enter, and says Continue himself, has gained nothing', async (t) => {
  const roads = await startRoads(t, { backend: { tenantOrigins: true } })
  // The victim's browser enters by the attacker's page; its person does not press Continue.
  const { attempt, browser: victim, confirm } = await asked(roads, 'mallory')
  // The attacker enters and confirms with a browser of his own, and sends the victim where that leads.
  const own = roads.browser()
  await attempt.enter(own)
  const going = await own.submit('/bridge/confirm', { session: attempt.id }, ours)
  const landed = await victim.visit(await roads.consent(going))
  assert.equal(landed.status, 400)
  assert.equal((await attempt.redeem()).body.reason, 'answer_not_there')
  // The control: the same browser, once its person has said Continue.
  await victim.visit(await roads.consent(await confirm()))
  assert.equal((await attempt.redeem()).body.status, 'ACTIVE')
})

test('Continue comes too late once an answer is there, or the time is up', async (t) => {
  let now = Date.now()
  const roads = await startRoads(t, { backend: { confirmBridge: true, now: () => now } })
  const { browser, confirm, attempt } = await asked(roads)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const going = await confirm()
  await browser.visit(await roads.consent(going))
  const late = await roads.browser().submit('/bridge/confirm', { session: attempt.id }, { ...ours, cookie })
  assert.equal(late.status, 403)
  const slow = await asked(roads, 'ben')
  now += 600_000
  assert.equal((await slow.confirm()).status, 403)
})
