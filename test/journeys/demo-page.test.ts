import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import axe from 'axe-core'
import { snippet } from '../support/snippet.ts'
import { consent, startJourney } from './journey.ts'

const built = join(import.meta.dirname, '../../dist/demo')
const demo = { page: built, pageHeaders: undefined }

test('whoever opens the demo connects at once, calls the API, and sees what is kept where', async (t) => {
  assert.ok(existsSync(built), 'the page is built')
  const journey = await startJourney(t, { demo })
  const { page } = journey
  const result = page.getByTestId('result')
  await page.goto(journey.demo.url)
  await page.getByTestId('signed-in').getByText('Ana is signed in').waitFor()
  await consent(await journey.openPopup())
  await journey.element.getByText('Connected as alice@example.com').waitFor()

  await page.getByTestId('call-api').click()
  await result.getByText(/200 .*alice@example\.com/).waitFor()
  await page.getByTestId('cache').getByText('not exportable').waitFor()
  await page.getByTestId('cache').getByText('sealed bytes').waitFor()
  await page.getByTestId('backend').getByText('acme / default').waitFor()
  assert.equal(await page.locator('[data-snippet="page"]').textContent(), snippet('page').trim())
  assert.deepEqual(journey.complaints, [])
})

test('a link names a scenario, a report tells what happened without a credential, and a reset forgets everything', async (t) => {
  const journey = await startJourney(t, { demo })
  const { page, context } = journey
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${journey.demo.url}/#scenario=slow`)
  await page.getByRole('heading', { name: 'The service is slow' }).waitFor()
  await page.getByText('Not set up yet.').waitFor()
  journey.demo.authorizationServer.control.setConsent('allow')
  await journey.openPopup()
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  const token = await journey.ask<string>('getAccessToken')
  await page.getByTestId('copy-report').click()
  await page.getByText('Copied').waitFor()
  const report = await page.evaluate(() => navigator.clipboard.readText())
  assert.match(report, /Scenario: slow \(not set up\)/)
  assert.match(report, /connected {2}.*connectionId=default/)
  assert.match(report, /HeadlessChrome/)
  assert.doesNotMatch(report, new RegExp(`${token}|cct_`))

  const [load] = await Promise.all([page.waitForEvent('load'), page.getByTestId('reset').click()])
  await load.getByTestId('backend').getByText('Ana: no connection').waitFor()
  await load.getByTestId('cache').filter({ hasNotText: 'sealed bytes' }).waitFor()
})

test('the demo page fits a phone: nothing scrolls sideways at 320 px, and a scenario is chosen from a menu', async (t) => {
  const journey = await startJourney(t, { demo })
  await journey.page.setViewportSize({ width: 320, height: 700 })
  await journey.open('/#scenario=refresh-revoked')
  assert.equal(await journey.page.evaluate(() => document.documentElement.scrollWidth <= 320), true)
  await journey.page.getByTestId('choose').selectOption('denied')
  await journey.page.getByRole('heading', { name: 'The person says no' }).waitFor()
  assert.match(journey.page.url(), /#scenario=denied$/)
})

test('axe finds nothing on the demo page, light and dark, with and without a scenario', async (t) => {
  const journey = await startJourney(t, { demo })
  for (const [colorScheme, hash] of [
    ['light', ''],
    ['dark', '#scenario=offline'],
  ] as const) {
    await journey.page.emulateMedia({ colorScheme })
    await journey.open(`/${hash}`)
    await journey.page.getByTestId('cache').getByText('Nothing').waitFor()
    await journey.page.evaluate(axe.source)
    const found: unknown = await journey.page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
    )
    assert.deepEqual(found, [], colorScheme)
  }
})
