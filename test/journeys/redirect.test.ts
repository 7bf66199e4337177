/** Without a popup: this tab goes to the authorization server and comes back, on both roads of a browser. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Journey, ending, startJourney } from './journey.ts'
import { eventsOf, openApp, openBrowser, say, shows, startSites, strictHeaders } from './sites.ts'

const body = (attributes = 'mode="redirect"', more = '') =>
  `${more}<script type="module" src="/connector-auth.min.js"></script>
<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme" ${attributes}></connector-auth>`

/** Clicks Connect, which leaves the page. */
async function leave({ page, element }: Journey, name = 'Connect Acme Cloud'): Promise<Page> {
  await element.getByRole('button', { name }).click()
  await page.getByTestId('login-alice').waitFor()
  return page
}

for (const storage of ['indexeddb', 'memory'])
  test(`a tab that was left comes back connected, with its own address and nothing else (${storage})`, async (t) => {
    const journey = await startJourney(t, { body: body(`mode="redirect" storage="${storage}"`) })
    await journey.signIn('ana')
    await journey.open('/?a=1&b=%20x#part')
    await say(await leave(journey))
    await journey.element.getByText('Connected as alice@example.com').waitFor()
    assert.equal(journey.page.url(), `${journey.demo.url}/?a=1&b=%20x#part`)
    assert.deepEqual(await ending(journey), ['connected'])
    assert.match(await journey.ask('getAccessToken'), /\w/)
    const left = await journey.page.evaluate(() => Object.keys(sessionStorage).join(' '))
    assert.equal(left, '', 'nothing of the attempt stays')
    assert.equal(journey.context.pages().length, 1)
    assert.deepEqual(journey.complaints, [])
  })

test('a person who declines comes back to that', async (t) => {
  const journey = await startJourney(t, { body: body() })
  await journey.signIn('ana')
  await journey.open()
  await say(await leave(journey), 'deny')
  await journey.element.getByText('You declined').waitFor()
  assert.deepEqual(await ending(journey), ['denied'])
  assert.equal(journey.page.url(), `${journey.demo.url}/`)
})

test('a person who goes back can go on, and can cancel', async (t) => {
  const journey = await startJourney(t, { body: body() })
  await journey.signIn('ana')
  await journey.open()
  await leave(journey)
  await journey.page.goBack()
  await journey.element.getByText('Not finished yet').waitFor()
  await say(await leave(journey, 'Continue'))
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  await journey.element.getByRole('button', { name: 'Disconnect' }).click()
  await journey.element.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await journey.context.clearCookies({ domain: '127.0.0.1' })
  await leave(journey)
  await journey.page.goBack()
  await journey.element.getByRole('button', { name: 'Cancel' }).click()
  assert.deepEqual(await ending(journey), ['cancelled'])
  await journey.open()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
})

test('a page that can store nothing is not left, and says why; a popup still works', async (t) => {
  const journey = await startJourney(t, { body: body() })
  await journey.page.addInitScript(() => {
    Object.defineProperty(globalThis, 'sessionStorage', {
      get: () => {
        throw new DOMException('no', 'SecurityError')
      },
    })
    Object.defineProperty(globalThis, 'indexedDB', {
      value: { open: () => Promise.reject(new DOMException('no', 'SecurityError')) },
    })
  })
  await journey.signIn('ana')
  await journey.open()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await journey.element.getByText('storage_unavailable').waitFor()
  assert.equal(journey.page.url(), `${journey.demo.url}/`)
  await journey.element.evaluate((element) => element.setAttribute('mode', 'popup'))
  const popup = await journey.openPopup()
  await say(popup)
  await journey.element.getByText('Connected as alice@example.com').waitFor()
})

const auto = '<script type="module" src="/auto.js"></script>'

test('where windows are blocked, a person can go on in this tab, with the same attempt', async (t) => {
  const journey = await startJourney(t, { body: body('', auto), popupBlocker: true })
  await journey.signIn('ana')
  await journey.open()
  await journey.element.getByText('Your browser blocked the window.').waitFor()
  const created = () => journey.requests.filter((line) => line === 'POST /connector-auth/api/v1/auth-sessions').length
  await journey.page
    .context()
    .route('**/auto.js', (route) => route.fulfill({ body: '', contentType: 'text/javascript' }))
  await say(await leave(journey, 'Continue in this tab'))
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['connected'])
  assert.equal(created(), 1)
})

test('a page that is never to be left offers no way to leave it', async (t) => {
  const journey = await startJourney(t, { body: body('mode="popup"', auto), popupBlocker: true })
  await journey.signIn('ana')
  await journey.open()
  await journey.element.getByRole('link', { name: 'Open window' }).waitFor()
  assert.equal(await journey.element.getByRole('button', { name: 'Continue in this tab' }).count(), 0)
})

test('over the bridge a tab that was left comes back connected', async (t) => {
  const sites = await startSites(t, { headers: strictHeaders, attributes: 'mode="redirect"' })
  const { page, app } = await openApp(sites)
  await page.goto(`${sites.appUrl}/?a=1#part`)
  await app.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await say(page)
  await page.waitForURL(`${sites.appUrl}/?a=1#part`)
  await shows(page.mainFrame(), 'connected')
  assert.ok((await eventsOf(page.mainFrame())).includes('connector-auth-connected'))
  assert.deepEqual(await page.context().cookies(sites.backendUrl), [])
})

test('over the bridge, where windows are blocked, a person can go on in this tab', async (t) => {
  const sites = await startSites(t, { headers: strictHeaders })
  const context = await openBrowser(sites)
  // A blocker's answer; the real one looks at clicks, and a test's own looking counts as one.
  await context.addInitScript(() => {
    window.open = () => null
  })
  const { page, app } = await openApp(sites, 'top', context)
  await app.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await app.getByText('Your browser blocked the window.').waitFor()
  await app.getByRole('button', { name: 'Continue in this tab' }).click()
  await say(page)
  await shows(page.mainFrame(), 'connected')
  assert.equal(page.url(), `${sites.appUrl}/`)
})

test('over the bridge a person who goes back can go on', async (t) => {
  const sites = await startSites(t, { headers: strictHeaders, attributes: 'mode="redirect"' })
  const { page } = await openApp(sites)
  await page.getByRole('button', { name: 'Connect Acme Cloud' }).click()
  await page.getByTestId('login-alice').waitFor()
  await page.goto(`${sites.appUrl}/`)
  await page.getByRole('button', { name: 'Continue' }).click()
  await say(page)
  await shows(page.mainFrame(), 'connected')
})

test('a frame is never left: it gets a window all the same', async (t) => {
  const sites = await startSites(t, { attributes: 'mode="redirect"' })
  const { page, app } = await openApp(sites, 'frame')
  const [popup] = await Promise.all([
    page.context().waitForEvent('page'),
    app.getByRole('button', { name: 'Connect Acme Cloud' }).click(),
  ])
  await say(popup)
  await shows(app, 'connected')
  assert.equal(page.url(), `${sites.portalUrl}/`)
})
