/** The element on the bridge: backend, authorization server, app and portal are different sites. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasons } from '../../src/protocol/reasons.ts'
import { snippet } from '../support/snippet.ts'
import { eventsOf, openApp, openBrowser, popupOf, say, shows, startSites, strictHeaders } from './sites.ts'

const button = 'Connect Acme Cloud'

test('an app on another site connects over the bridge, whatever its own headers are', async (t) => {
  const sites = await startSites(t, { headers: strictHeaders })
  const { page, app } = await openApp(sites)
  const popup = await popupOf(page, app, button)
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  await shows(app, 'connected')
  const seen = await eventsOf(app)
  assert.deepEqual(
    seen.filter((name) => !/status-change|ready/.test(name)),
    ['open', 'popup-opened', 'returned', 'connected'].map((name) => `connector-auth-${name}`),
  )
})

test('it says so when the person declines', async (t) => {
  const sites = await startSites(t, { headers: strictHeaders })
  const { page, app } = await openApp(sites)
  const popup = await popupOf(page, app, button)
  await Promise.all([popup.waitForEvent('close'), say(popup, 'deny')])
  await app.getByText('You declined').waitFor()
  assert.ok((await eventsOf(app)).includes('connector-auth-denied'))
})

const [sandbox = ''] = /sandbox="[^"]+"/.exec(snippet('sandbox', 'docs/element-recipes.md')) ?? []
const allowed = `${sandbox} width="600" height="300"`
const frames = {
  'a frame of another site': {},
  'a sandboxed frame of another site': { frame: allowed },
  'a frame of a site with Cross-Origin-Opener-Policy same-origin': {
    portalHeaders: { 'cross-origin-opener-policy': 'same-origin' },
  },
}
for (const [name, options] of Object.entries(frames))
  test(`${name} connects over the bridge`, async (t) => {
    const sites = await startSites(t, options)
    const { page, app } = await openApp(sites, 'frame')
    const popup = await popupOf(page, app, button)
    await Promise.all([popup.waitForEvent('close'), say(popup)])
    await shows(app, 'connected')
  })

test('a frame in which a click was too long ago asks for another one', async (t) => {
  const sites = await startSites(t)
  const context = await openBrowser(sites)
  // As if the backend had been slow: a click lasts five seconds, and not at all in browsers that cannot be asked.
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'userActivation'))
  const { page, app } = await openApp(sites, 'frame', context)
  await app.getByRole('button', { name: button }).click()
  await app.getByText('One more click opens the window.').waitFor()
  const popup = await popupOf(page, app, 'Continue')
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  await shows(app, 'connected')
})

test('a frame that may not send forms is told the reason', async (t) => {
  const frame = allowed.replace(' allow-forms', '')
  const sites = await startSites(t, { frame })
  const { app } = await openApp(sites, 'frame')
  await app.getByRole('button', { name: button }).click()
  await shows(app, 'failed')
  await app.getByText('allow-forms').waitFor()
  await app.getByText('bridge_blocked').waitFor()
})

test('a frame that may not open windows is told the reason, and what would mend it', async (t) => {
  const sites = await startSites(t, { frame: allowed.replace(/ allow-popups\S*/g, '') })
  const { app } = await openApp(sites, 'frame')
  const blocked = app.evaluate(
    () =>
      new Promise<unknown>((resolve) => {
        document.addEventListener('connector-auth-popup-blocked', (event) => resolve(Reflect.get(event, 'reason')))
      }),
  )
  await app.getByRole('button', { name: button }).click()
  await shows(app, 'blocked')
  assert.equal(await blocked, 'popup_blocked')
  await app.getByText('popup_blocked').waitFor()
  assert.match(reasons.popup_blocked.remedy, /sandbox allow-popups/)
})

test('a page whose policy forbids the form is told the directive', async (t) => {
  const sites = await startSites(t, {
    headers: () => ({ 'content-security-policy': "form-action 'self'" }),
  })
  const { page, app } = await openApp(sites)
  const popup = await popupOf(page, app, button)
  await shows(app, 'failed')
  await app.getByText('add the backend to form-action').waitFor()
  await app.getByText('bridge_blocked').waitFor()
  assert.equal(popup.isClosed(), true)
})
