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

test('the demo page fits a phone: nothing runs out of it, a scenario is chosen from a menu, and its card follows its steps', async (t) => {
  const journey = await startJourney(t, { demo })
  const { page } = journey
  await page.setViewportSize({ width: 320, height: 700 })
  await journey.open('/#scenario=refresh-revoked')
  await page.getByTestId('choose').selectOption('service-down')
  await page.getByRole('heading', { name: 'The authorization server is down' }).waitFor()
  assert.match(page.url(), /#scenario=service-down$/)
  await page.getByTestId('set-up').click()
  await page.getByText('Set up. Go ahead.').waitFor()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= 320), true)
  const wide = await page
    .locator('.detail li')
    .evaluateAll((lines) => lines.filter((line) => line.scrollWidth > line.clientWidth).map((line) => line.textContent))
  assert.deepEqual(wide, [])
  const between = await page.evaluate(() => {
    const box = (selector: string) => document.querySelector(selector)?.getBoundingClientRect()
    return (box('connector-auth')?.top ?? Infinity) - (box('.do')?.bottom ?? 0)
  })
  assert.ok(between > 0 && between < 100, `${between} px between the steps and the card`)
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

test('who is signed out is told so where the card was, with a button that signs in', async (t) => {
  const journey = await startJourney(t, { demo })
  const { page } = journey
  await journey.open()
  await page.getByTestId('sign-out').click()
  const hero = page.getByTestId('hero')
  await hero.getByText('Nobody is signed in').waitFor()
  assert.equal(await page.locator('connector-auth').count(), 0)
  await hero.getByRole('button', { name: 'Sign in as Ana' }).click()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  await hero.getByText('Nobody is signed in').waitFor({ state: 'hidden' })
})

test('a tab is told when another one sets the servers up', async (t) => {
  const journey = await startJourney(t, { demo })
  const { page, context } = journey
  await page.goto(`${journey.demo.url}/#scenario=backend-down`)
  await page.getByTestId('set-up').click()
  await page.getByText('Set up. Go ahead.').waitFor()
  const other = await context.newPage()
  await other.goto(`${journey.demo.url}/#scenario=denied`)
  await other.getByTestId('set-up').click()
  await other.getByText('Set up. Go ahead.').waitFor()
  await page.getByText('Another tab has set the servers up anew').waitFor()
  assert.equal(await page.getByTestId('act-stop-backend').isDisabled(), true)
})
