/** An attempt outlives the page that began it: a reload, another page, another tab, the back-forward cache, a framework's whims. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Journey, consent, ending, startJourney } from './journey.ts'
import { eventsOf, openApp, openBrowser, popupOf, say, shows, startSites } from './sites.ts'

const waiting = 'Continue in the new window.'

async function begin(t: Parameters<typeof startJourney>[0], options?: Parameters<typeof startJourney>[1]) {
  const journey = await startJourney(t, options)
  await journey.signIn('ana')
  await journey.open()
  const popup = await journey.openPopup()
  await popup.getByTestId('login-alice').waitFor()
  // The record is written beside the window; a person is never as quick as this test.
  await journey.page.waitForTimeout(300)
  return { journey, popup }
}

const element = (attributes = '') => `<script type="module" src="/connector-auth.min.js"></script>
<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme" ${attributes}></connector-auth>`

for (const storage of ['indexeddb', 'memory'])
  test(`a page that is loaded again goes on, and ends once (${storage})`, async (t) => {
    const { journey, popup } = await begin(t, { body: element(`storage="${storage}"`) })
    await journey.page.reload()
    await journey.element.getByText(waiting).waitFor()
    await journey.page.waitForFunction(() => Reflect.get(globalThis, 'seen').includes('connector-auth-ready'))
    await consent(popup)
    await journey.element.getByText('Connected as alice@example.com').waitFor()
    assert.deepEqual(await ending(journey), ['connected'])
    await journey.page.reload()
    await journey.element.getByText('Connected as alice@example.com').waitFor()
    assert.deepEqual(
      (await journey.events()).filter((name) => /opened|returned|connected$/.test(name)),
      [],
    )
  })

test('a list that is loaded again shows the card of its attempt, which goes on and ends once', async (t) => {
  const list = element().replace('connector-id="acme"', '')
  const { journey, popup } = await begin(t, { body: list })
  await journey.page.reload()
  await journey.element.getByText(waiting).waitFor()
  assert.equal(await journey.element.locator('connector-auth').count(), 1, 'one card, the others are rows')
  await consent(popup)
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
})

test('an answer that comes while the page is away waits for it', async (t) => {
  const { journey, popup } = await begin(t)
  await journey.page.goto('about:blank')
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-allow').click()
  await popup.getByText('Return to the app.').waitFor()
  await journey.open()
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
  assert.equal(popup.isClosed(), true)
})

test('another tab of the same person takes part, and both are told', async (t) => {
  const { journey, popup } = await begin(t)
  const other = await journey.context.newPage()
  await other.goto(journey.demo.url)
  await other.getByText(waiting).waitFor()
  await consent(popup)
  for (const page of [journey.page, other]) await page.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
})

test("another person's tab takes no part", async (t) => {
  const { journey, popup } = await begin(t)
  await journey.signIn('ben')
  await journey.page.reload()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-allow').click()
  await popup.getByText('Return to the app.').waitFor()
  assert.equal(await journey.ask('getCredentials'), null)
})

test('an element that is taken out mid-attempt is followed by a new one, once', async (t) => {
  const { journey, popup } = await begin(t)
  await journey.page.evaluate(async () => {
    const old = document.querySelector('connector-auth')
    const fresh = old?.cloneNode() as HTMLElement
    old?.remove()
    await new Promise((resolve) => setTimeout(resolve, 100))
    document.body.append(fresh)
  })
  await journey.element.getByText(waiting).waitFor()
  await consent(popup)
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
})

test('a second element takes up no attempt that another one runs', async (t) => {
  const { journey, popup } = await begin(t)
  await journey.page.evaluate(() => {
    const second = document.querySelector('connector-auth')?.cloneNode() as HTMLElement
    second.id = 'second'
    document.body.append(second)
  })
  await journey.page.locator('#second').getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  await consent(popup)
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
})

test('what is granted after Cancel is offered: keep it or disconnect', async (t) => {
  const { journey, popup } = await begin(t)
  await journey.element.getByRole('button', { name: 'Cancel' }).click()
  assert.deepEqual(await ending(journey), ['cancelled'])
  await consent(popup)
  await journey.element.getByText('It was granted after you had cancelled.').waitFor()
  await journey.element.getByRole('button', { name: 'Disconnect' }).waitFor()
  await journey.element.getByRole('button', { name: 'Keep' }).click()
  await journey.element.getByText('Connected as alice@example.com', { exact: true }).waitFor()
  assert.equal(await journey.element.getByRole('button', { name: 'Keep' }).count(), 0)
  assert.deepEqual(await ending(journey), ['cancelled'])
})

test('over the bridge a page that is loaded again goes on', async (t) => {
  const sites = await startSites(t)
  const { page, app } = await openApp(sites)
  const popup = await popupOf(page, app, 'Connect Acme Cloud')
  await popup.getByTestId('login-alice').waitFor()
  await page.waitForTimeout(300)
  await page.reload()
  await page.getByText(waiting).waitFor()
  const other = await page.context().newPage()
  await other.goto(sites.appUrl)
  await other.getByText(waiting).waitFor()
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  for (const one of [page, other]) await shows(one.mainFrame(), 'connected')
  assert.ok((await eventsOf(page.mainFrame())).includes('connector-auth-connected'))
})

test('over the bridge an answer after Cancel is offered too', async (t) => {
  const sites = await startSites(t)
  const { page, app } = await openApp(sites)
  const popup = await popupOf(page, app, 'Connect Acme Cloud')
  await popup.getByTestId('login-alice').waitFor()
  await app.getByRole('button', { name: 'Cancel' }).click()
  await say(popup)
  await app.getByText('It was granted after you had cancelled.').waitFor()
  assert.deepEqual(
    (await eventsOf(app)).filter((name) => /-(connected|cancelled|failed|denied|expired)$/.test(name)),
    ['connector-auth-cancelled'],
  )
})

test('in a browser inside another app the way out is this page, and the tab is used instead of a window', async (t) => {
  const sites = await startSites(t)
  const context = await openBrowser(sites, {
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0',
    permissions: ['clipboard-write', 'clipboard-read'],
  })
  const { page, app } = await openApp(sites, 'top', context)
  await app.getByRole('button', { name: 'Copy link' }).click()
  await app.getByText('Copied').waitFor()
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${sites.appUrl}/`)
  await app.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await say(page)
  await shows(page.mainFrame(), 'connected')
  assert.equal(context.pages().length, 1)
})

/** Whether the page was put away and shown again as it was; else why not. */
const restored = ({ page }: Journey) =>
  page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation')
    return Reflect.get(globalThis, 'restored') ?? JSON.stringify(entry && Reflect.get(entry, 'notRestoredReasons'))
  })

const noteRestoring = ({ page }: Journey) =>
  page.evaluate(() => addEventListener('pageshow', ({ persisted }) => Reflect.set(globalThis, 'restored', persisted)))

test('a page that comes back from the back-forward cache goes on', async (t) => {
  // A window that a policy has cut off does not keep the page out of that cache.
  const pageHeaders = { 'cross-origin-opener-policy': 'same-origin' }
  const { journey, popup } = await begin(t, { backForwardCache: true, demo: { pageHeaders } })
  await noteRestoring(journey)
  await journey.page.goto('about:blank')
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-allow').click()
  await popup.getByText('Return to the app.').waitFor()
  await journey.page.goBack({ waitUntil: 'commit' })
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.equal(await restored(journey), true)
  assert.deepEqual(await ending(journey), ['connected'])
})

test('a tab that was left and comes back from that cache can go on or cancel', async (t) => {
  const journey = await startJourney(t, { backForwardCache: true, body: element('mode="redirect"') })
  await journey.signIn('ana')
  await journey.open()
  await noteRestoring(journey)
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await journey.page.getByTestId('login-alice').waitFor()
  await journey.page.goBack({ waitUntil: 'commit' })
  await journey.element.getByText('Not finished yet').waitFor()
  assert.equal(await restored(journey), true)
  await journey.element.getByRole('button', { name: 'Cancel' }).click()
  assert.deepEqual(await ending(journey), ['cancelled'])
})

test('over the bridge too, and no poll keeps a page out of that cache', async (t) => {
  const sites = await startSites(t, { backForwardCache: true, attributes: 'mode="redirect"' })
  const { page } = await openApp(sites)
  await page.evaluate(() =>
    addEventListener('pageshow', ({ persisted }) => Reflect.set(globalThis, 'restored', persisted)),
  )
  await page.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await page.getByTestId('login-alice').waitFor()
  await page.goBack({ waitUntil: 'commit' })
  await page.getByText('Not finished yet').waitFor()
  assert.equal(await page.evaluate(() => Reflect.get(globalThis, 'restored')), true)
  await page.getByRole('button', { name: 'Continue' }).click()
  await say(page)
  await shows(page.mainFrame(), 'connected')
})
