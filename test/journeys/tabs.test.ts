import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Page } from 'playwright-core'
import { type Journey, type JourneyOptions, consent, ending, startJourney } from './journey.ts'

const tabs = 20

/** A person with a connection whose token ends in a few seconds. */
async function connected(t: TestContext, options: JourneyOptions = {}): Promise<Journey> {
  const journey = await startJourney(t, options)
  journey.demo.authorizationServer.control.setAccessTokenSeconds(4)
  await journey.signIn('ana')
  await journey.open()
  await consent(await journey.openPopup())
  assert.deepEqual(await ending(journey), ['connected'])
  journey.demo.authorizationServer.control.setAccessTokenSeconds(600)
  return journey
}

/** Opens tabs beside the first one. */
function openTabs({ context, demo }: Journey, count: number): Promise<Page[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const page = await context.newPage()
      await page.goto(`${demo.url}/`)
      await page.getByRole('button', { name: 'Disconnect' }).waitFor()
      return page
    }),
  )
}

/** Calls a method of the element at a time that all tabs share. */
const ask = (page: Page, method: string, options: object = {}, at = 0) =>
  page.evaluate(
    async ([name, parameter, time]) => {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())))
      const target = document.querySelector('connector-auth') as unknown as Record<
        string,
        (parameter: object) => Promise<unknown>
      >
      return target[name]?.(parameter).catch((error: { reason?: string }) => `error: ${error.reason}`)
    },
    [method, options, at] as const,
  )

const refreshes = ({ demo }: Journey) =>
  demo.authorizationServer.calls.filter(({ grantType }) => grantType === 'refresh_token')

const works = async ({ demo }: Journey, token: unknown) =>
  (await fetch(`${demo.authorizationServer.url}/api/me`, { headers: { authorization: `Bearer ${String(token)}` } })).ok

for (const locks of [true, false]) {
  test(`twenty tabs with one expired token cause one refresh, ${locks ? 'with' : 'without'} Web Locks`, async (t) => {
    const journey = await connected(t)
    const { context, demo } = journey
    if (!locks)
      await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }))
    const pages = await openTabs(journey, tabs)
    assert.equal(await pages[0]?.evaluate(() => 'locks' in navigator && !!navigator.locks), locks)
    let reads = 0
    context.on('request', (request) => void (request.url().endsWith('/credentials') && reads++))
    await journey.page.waitForTimeout(4_000)
    const before = refreshes(journey).length
    const at = Date.now() + 1_000
    const tokens = await Promise.all(pages.map((page) => ask(page, 'getAccessToken', {}, at)))
    t.diagnostic(`${reads} reads at the backend`)
    assert.deepEqual(
      refreshes(journey)
        .slice(before)
        .map(({ outcome }) => outcome),
      ['ok'],
    )
    assert.equal(new Set(tokens).size, 1, String([...new Set(tokens)]))
    assert.ok(await works(journey, tokens[0]))
    assert.equal(demo.authorizationServer.reuse, 0)
    if (locks) assert.equal(reads, 1)
  })
}

test('a token that one tab has refreshed is the token of the others, and one that it has ended is nobody’s', async (t) => {
  const journey = await connected(t)
  const [one, two] = await openTabs(journey, 2)
  assert.ok(one && two)
  const old = await ask(one, 'getAccessToken')
  assert.equal(await ask(two, 'getAccessToken'), old)
  const fresh = await ask(one, 'getAccessToken', { forceRefresh: true })
  assert.notEqual(fresh, old)
  await journey.page.waitForTimeout(300)
  assert.equal(await ask(two, 'getAccessToken'), fresh)
  await ask(two, 'disconnect')
  await journey.page.waitForTimeout(300)
  assert.equal(await ask(one, 'getAccessToken'), 'error: not_connected')
  assert.equal(await ask(one, 'getCredentials'), null)
})

test('a person who signs out in one tab is signed out of the others', async (t) => {
  const journey = await connected(t)
  const [one, two] = await openTabs(journey, 2)
  assert.ok(one && two)
  await ask(one, 'getAccessToken')
  await ask(two, 'getAccessToken')
  await journey.signIn('ben')
  await ask(one, 'signOut')
  await two.getByRole('button', { name: 'Connect Acme Cloud', exact: true }).waitFor()
  assert.equal(await ask(two, 'getAccessToken'), 'error: not_connected')
  const kept = await one.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('connector-auth')
      request.onsuccess = () => resolve(request.result)
    })
    return new Promise((resolve) => {
      const request = database.transaction('records').objectStore('records').getAllKeys()
      request.onsuccess = () => resolve(request.result)
    })
  })
  assert.deepEqual(kept, ['key'])
})

test('a page that comes back from the back-forward cache after a sign-out serves no token of who was there', async (t) => {
  const journey = await connected(t, { backForwardCache: true })
  const { page, demo } = journey
  const token = await ask(page, 'getAccessToken')
  await page.evaluate(() =>
    addEventListener('pageshow', ({ persisted }) => Reflect.set(globalThis, 'restored', persisted)),
  )
  await page.goto(`${demo.url}/session`)
  await journey.signIn('ben')
  await page.goBack({ waitUntil: 'commit' })
  await page.waitForFunction(() => Reflect.get(globalThis, 'restored') === true)
  assert.equal(await ask(page, 'getAccessToken'), 'error: not_connected')
  await journey.signIn('ana')
  await page.goto(`${demo.url}/session`)
  await page.goBack({ waitUntil: 'commit' })
  await page.waitForFunction(() => Reflect.get(globalThis, 'restored') === true)
  assert.ok(await works(journey, token))
  assert.ok(await works(journey, await ask(page, 'getAccessToken')))
})
