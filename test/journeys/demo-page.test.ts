import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { consent, startJourney } from './journey.ts'

const built = join(import.meta.dirname, '../../dist/demo')

test('QA walks through the demo page: sign in, connect, read, call, refresh, sign in as somebody else, disconnect', async (t) => {
  assert.ok(existsSync(built), 'the page is built')
  const journey = await startJourney(t, { demo: { page: built, pageHeaders: {} } })
  const { page } = journey
  const result = page.getByTestId('result')
  await page.goto(journey.demo.url)
  await page.getByTestId('sign-in-ana').click()
  await page.getByTestId('signed-in').getByText('Ana is signed in').waitFor()
  await consent(await journey.openPopup())
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  await page.getByTestId('events').getByText('connected', { exact: true }).waitFor()

  await page.getByTestId('read-token').click()
  await result.getByText(/from the cache/).waitFor()
  await page.getByTestId('refresh-token').click()
  await result.getByText(/from the backend/).waitFor()
  await page.getByTestId('call-api').click()
  await result.getByText(/200 .*alice@example\.com/).waitFor()
  await page.getByTestId('show-cache').click()
  await result.getByText(/sealed bytes/).waitFor()
  await result.getByText(/not exportable/).waitFor()
  await page.getByTestId('list-connections').click()
  await result.getByText(/"connected"/).waitFor()

  await page.getByTestId('sign-in-ben').click()
  await page.getByTestId('signed-in').getByText('Ben is signed in').waitFor()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  await page.getByTestId('read-token').click()
  await result.getByText(/Not connected/).waitFor()

  await page.getByTestId('sign-in-ana').click()
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  await page.getByTestId('second').check()
  await page.locator('connector-auth').nth(1).getByText('Connected as alice@example.com').waitFor()
  await page.getByTestId('second').uncheck()
  await journey.element.getByRole('button', { name: 'Disconnect' }).click()
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  // Ben's question for a token that is not there is answered by 404, which the browser logs.
  assert.deepEqual(
    journey.complaints.filter((line) => !line.includes('404')),
    [],
  )
})

test('the demo page fits a phone: nothing scrolls sideways at 320 px', async (t) => {
  const journey = await startJourney(t, { demo: { page: built, pageHeaders: {} } })
  await journey.page.setViewportSize({ width: 320, height: 700 })
  await journey.signIn('ana')
  await journey.open()
  assert.equal(await journey.page.evaluate(() => document.documentElement.scrollWidth <= 320), true)
})
