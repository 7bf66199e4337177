// Whoever starts an attempt wants somebody else's consent in it, or their own in somebody else's (attacks 1 to 4,
// cross-user fixation). Beside each attack its positive control: the same steps by the one who started.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quirks } from '../../../src/fakes/index.ts'
import { startConformance } from '../../support/conform.ts'
import { appOrigin } from '../../support/backend.ts'
import { type Roads, evilOrigin, goesTo, hostOrigin, startRoads } from '../../support/roads.ts'
import { type Person, walkedRoads } from '../../support/walks.ts'

const person = (roads: Roads, subject: string): Person => ({ subject, browser: roads.browser() })

/** Signs in at the service as this person, and says yes. @returns the callback's URL. */
function consent(roads: Roads, { subject }: Person, url: string): Promise<URL> {
  roads.fake.grants.account = { id: `account-of-${subject}`, name: `${subject}@fake.example` }
  return roads.fake.authorize(url)
}

async function people(t: Parameters<typeof startRoads>[0]) {
  const roads = await startRoads(t)
  return { roads, mallory: person(roads, 'mallory'), ana: person(roads, 'ana') }
}

async function nothingCollected(roads: Roads): Promise<void> {
  assert.equal(await roads.connections(), 0, 'there is a connection')
  const tokens = roads.fake.requests.filter(({ path, fields }) => path === '/token' && fields['code'] !== 'guessed')
  assert.deepEqual(tokens, [], 'the code was sent to the token endpoint')
}

for (const road of walkedRoads) {
  test(`${road.name}, control: who starts, consents and comes back in one browser is connected`, async (t) => {
    const { roads, ana } = await people(t)
    const walk = await road.start(roads, ana)
    const callback = await consent(roads, ana, await walk.open(ana.browser))
    const { body } = await walk.finish(await walk.land(ana.browser, callback))
    assert.deepEqual([body.status, body.account.id], ['ACTIVE', 'account-of-ana'])
  })

  test(`${road.name}, attack 1: a link into the attacker's attempt, opened by a victim, brings the attacker nothing`, async (t) => {
    const { roads, mallory, ana } = await people(t)
    const walk = await road.start(roads, mallory)
    const link = await walk.open(mallory.browser)
    await walk.land(ana.browser, await consent(roads, ana, link))
    const { body } = await walk.finish('')
    assert.notEqual(body.status, 'ACTIVE')
    await nothingCollected(roads)
  })

  test(`${road.name}, attack 2: what the link left in the victim's browser finishes nothing under the victim's name`, async (t) => {
    const { roads, mallory, ana } = await people(t)
    const walk = await road.start(roads, mallory)
    const landed = await walk.land(ana.browser, await consent(roads, ana, await walk.open(mallory.browser)))
    const { status, body } = await walk.finishAs('ana', landed)
    assert.deepEqual([status, body.reason], [404, 'not_found'], 'as for an unknown id')
    await nothingCollected(roads)
  })

  test(`${road.name}, attack 3: no page but the one that started prepares a victim's browser for the attempt`, async (t) => {
    const { roads, mallory, ana } = await people(t)
    const walk = await road.start(roads, mallory)
    const link = await walk.open(mallory.browser)
    const [secret = 'x'.repeat(43)] = mallory.browser.cookies.values()
    for (const origin of [evilOrigin, 'null', appOrigin, undefined]) {
      const headers: Record<string, string> = origin === undefined ? {} : { origin }
      assert.equal((await ana.browser.submit('/bridge', { session: walk.id, secret }, headers)).status, 403)
      assert.equal((await ana.browser.submit('/bridge/confirm', { session: walk.id }, headers)).status, 403)
    }
    const start = `${appOrigin}/connector-auth/bridge?session=${walk.id}&secret=${secret}`
    assert.equal((await ana.browser.visit(start)).status, 405, 'no link starts anything')
    assert.equal(ana.browser.cookies.size, 0)
    await walk.land(ana.browser, await consent(roads, ana, link))
    assert.notEqual((await walk.finish('')).body.status, 'ACTIVE')
    await nothingCollected(roads)
  })

  test(`${road.name}, attack 4: the attacker's answer in the victim's browser connects the victim with nothing`, async (t) => {
    const { roads, mallory, ana } = await people(t)
    const theirs = await road.start(roads, mallory)
    const planted = await consent(roads, mallory, await theirs.open(mallory.browser))
    const own = await road.start(roads, ana)
    const link = await own.open(ana.browser)
    const landed = await own.land(ana.browser, planted)
    assert.notEqual((await own.finish(landed || 'x')).body.status, 'ACTIVE')
    await nothingCollected(roads)
    // The victim's own attempt is not hurt by it.
    const { body } = await own.finish(await own.land(ana.browser, await consent(roads, ana, link)))
    assert.deepEqual([body.status, body.account.id], ['ACTIVE', 'account-of-ana'])
  })

  test(`${road.name}, attack 4 with a leaked state: the attacker's code in the victim's attempt is refused by PKCE`, async (t) => {
    const { roads, mallory, ana } = await people(t)
    const theirs = await road.start(roads, mallory)
    const planted = await consent(roads, mallory, await theirs.open(mallory.browser))
    const own = await road.start(roads, ana)
    const link = await own.open(ana.browser)
    planted.searchParams.set('state', new URL(link).searchParams.get('state') ?? '')
    const { body } = await own.finish(await own.land(ana.browser, planted))
    assert.deepEqual([body.status, body.reason], ['FAILED', 'redemption_rejected'])
    assert.equal(await roads.connections(), 0)
  })
}

test('bridge, attack 3, known limit: a form on the host’s own origin enters, unless its page sends no referrer', async (t) => {
  const { roads, mallory, ana } = await people(t)
  const attempt = await roads.bridge(await roads.bridgePage(mallory.subject))
  // An injected form without script, on a host with `Referrer-Policy: no-referrer` or `same-origin`.
  assert.equal((await attempt.enter(ana.browser, { origin: 'null' })).status, 403)
  // On any other host it is the host's form as far as anybody can tell.
  assert.equal((await attempt.enter(ana.browser, { origin: hostOrigin })).status, 200)
})

test('bridge, attack 3: the confirmation page names the attacker before the victim goes on', async (t) => {
  const roads = await startRoads(t, { backend: { tenantOrigins: true } })
  const [mallory, ana] = [person(roads, 'mallory'), person(roads, 'ana')]
  const attempt = await roads.bridge(await roads.bridgePage(mallory.subject))
  const entered = await attempt.enter(ana.browser)
  assert.match(entered.body, /for mallory\? If this is not you, close this window/)
  assert.equal(goesTo(entered), '')
  // Nobody but the victim presses the button: neither the attacker's page nor a fetch.
  const session = { session: attempt.id }
  assert.equal((await ana.browser.submit('/bridge/confirm', session, { origin: hostOrigin })).status, 403)
})

test('typed code, known limit: a victim who reads the shown code out to the attacker connects the attacker', async (t) => {
  const { roads, mallory, ana } = await people(t)
  const typed = walkedRoads.find(({ name }) => name === 'typed code')
  const walk = await typed?.start(roads, mallory)
  assert.ok(walk)
  const readOut = await walk.land(ana.browser, await consent(roads, ana, await walk.open(mallory.browser)))
  const { body } = await walk.finish(readOut)
  assert.deepEqual([body.status, body.account.id], ['ACTIVE', 'account-of-ana'])
})

/** Device: no browser comes back; the person enters a code at the service. */
async function device(t: Parameters<typeof startRoads>[0]) {
  const record = quirks.get('device')?.record
  assert.ok(record)
  const harness = await startConformance(t, record, { deviceIntervalSeconds: 0 }, { deviceConnectors: ['device'] })
  const { host, service } = harness
  async function start(subject: string) {
    const { body } = await host('POST', '/api/v1/auth-sessions', { connectorId: 'device', subject, road: 'device' })
    const ask = (by = subject) => host('POST', `/api/v1/auth-sessions/${body.id}/redeem`, { subject: by })
    return { userCode: String(body.userCode), ask }
  }
  const connected = async (subject: string) =>
    (await host('GET', `/api/v1/connections?subject=${subject}`)).body.connections.length
  return { ...harness, start, connected, service }
}

test('device, control: who starts and enters the code is connected', async (t) => {
  const { start, service, connected } = await device(t)
  const { ask, userCode } = await start('ana')
  service.approveDevice(userCode)
  assert.equal((await ask()).body.status, 'ACTIVE')
  assert.equal(await connected('ana'), 1)
})

test('device, attacks 1 to 3: as long as nobody enters the code, asking brings the attacker nothing', async (t) => {
  const { start, connected } = await device(t)
  const { ask } = await start('mallory')
  for (let round = 0; round < 5; round += 1) assert.equal((await ask()).body.status, 'INACTIVE')
  assert.equal(await connected('mallory'), 0)
})

test("device, attacks 2 and 79: a victim's approval belongs to the victim's own attempt", async (t) => {
  const { start, service, connected } = await device(t)
  const theirs = await start('mallory')
  const own = await start('ana')
  service.approveDevice(own.userCode)
  assert.equal((await theirs.ask()).body.status, 'INACTIVE')
  assert.equal((await theirs.ask('ana')).status, 404, "another subject's attempt is not there")
  assert.equal((await own.ask('mallory')).status, 404)
  assert.equal((await own.ask()).body.status, 'ACTIVE')
  assert.deepEqual([await connected('mallory'), await connected('ana')], [0, 1])
})

test("device, attack 4: the attacker's approval of their own code does not reach the victim", async (t) => {
  const { start, service, connected } = await device(t)
  const theirs = await start('mallory')
  const own = await start('ana')
  service.approveDevice(theirs.userCode)
  assert.equal((await own.ask()).body.status, 'INACTIVE')
  assert.equal(await connected('ana'), 0)
})

test('device, known limit: a victim who enters the attacker’s user code connects the attacker', async (t) => {
  const { start, service, connected } = await device(t)
  const { ask, userCode } = await start('mallory')
  // At the service, which shows whom it asks for, and not here.
  service.approveDevice(userCode)
  assert.equal((await ask()).body.status, 'ACTIVE')
  assert.deepEqual([await connected('mallory'), await connected('ana')], [1, 0])
})
