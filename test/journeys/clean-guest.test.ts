/** What the element leaves in the reports of a page that forbids all it can: nothing, whatever is opened in it. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { chromium } from 'playwright-core'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { startStaticHost } from '../support/static-host.ts'
import { consent, startJourney } from './journey.ts'
import { recordEvents } from './record-events.ts'

const script = '<script type="module" src="/connector-auth.min.js"></script>'
const list = `${script}<connector-auth base-url="/connector-auth" token-url="/connect-token"></connector-auth>`
const strictest =
  "default-src 'none'; script-src 'self'; style-src 'none'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html connector-auth"
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

test('a list, its search, a form, a window and other languages leave no report under the strictest policy', async (t) => {
  const pageHeaders = { 'content-security-policy': strictest, ...isolated }
  const journey = await startJourney(t, { body: list, demo: { pageHeaders } })
  const { page, element, complaints } = journey
  await journey.signIn('ana')
  await journey.open()
  const search = element.getByRole('searchbox')
  await search.fill('verdant')
  await element.getByRole('button', { name: 'Connect Verdant Weather' }).click()
  const dialog = page.getByRole('dialog', { name: 'Connect Verdant Weather' })
  await dialog.locator('[name=apiKey]').fill('verdant_12345678')
  await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
  await element.getByRole('button', { name: 'Disconnect Verdant Weather' }).waitFor()
  await search.fill('acme')
  await consent(await journey.openPopup())
  await element.getByRole('button', { name: 'Disconnect Acme Cloud' }).waitFor()
  for (const [lang, words] of [
    ['ar', 'إلغاء الربط: \u2068Acme Cloud\u2069'],
    ['de', 'Acme Cloud trennen'],
  ] as const) {
    await page.evaluate((code) => (document.documentElement.lang = code), lang)
    await element.getByRole('button', { name: words }).waitFor()
  }
  await element.getByRole('button', { name: 'Acme Cloud trennen' }).click()
  await page.getByRole('dialog').waitFor()
  assert.deepEqual(complaints, [])
  assert.deepEqual(
    (await journey.events()).filter((name) => name.startsWith('violation')),
    [],
  )
  assert.equal(await page.evaluate(() => globalThis.crossOriginIsolated), true)
})

/** A page of files, and what it complains of. */
async function openPage(t: TestContext, body: string, policy: string) {
  const host = await startStaticHost({
    pages: { '/': `<!doctype html><html lang="en"><title>Host app</title><body>${body}</body></html>` },
    headers: { 'content-security-policy': policy },
    change: (_, code, path) => (path.startsWith('/old/') ? code.replaceAll('Connect {name}', 'Link {name}') : code),
  })
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  t.after(async () => {
    await browser.close()
    host.close()
  })
  const page = await browser.newPage()
  await page.addInitScript(recordEvents, [])
  const complaints: string[] = []
  page.on('console', (message) => void (/error|warning/.test(message.type()) && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(String(error)))
  await page.goto(host.url)
  const reports = (): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'seen'))
  return { host, page, complaints, reports }
}

const fault = '<connector-auth connector-id="acme"></connector-auth>'

test('two versions on one page: the first has the tag, the second throws nothing and may have a tag of its own', async (t) => {
  const scripts = ['/old/connector-auth.min.js', '/connector-auth.min.js'].map(
    (src) => `<script type="module" src="${src}"></script>`,
  )
  const { page, host, complaints, reports } = await openPage(
    t,
    `${fault}<second-auth connector-id="acme"></second-auth>${scripts.join('')}`,
    strictest.replace(
      'trusted-types lit-html connector-auth',
      "trusted-types lit-html connector-auth 'allow-duplicates'",
    ),
  )
  await page.locator('connector-auth [part~=message]').waitFor()
  const defined = await page.evaluate(async () => {
    const [old, young] = await Promise.all(
      ['/old/connector-auth.min.js', '/connector-auth.min.js'].map((path): Promise<unknown> => import(path)),
    )
    const define: unknown = Reflect.get(Object(young), 'define')
    const call = (...names: string[]): unknown => Reflect.apply(define as () => unknown, undefined, names)
    const first = customElements.get('connector-auth')
    return [
      first === Reflect.get(Object(old), 'ConnectorAuth'),
      call() === first,
      call('second-auth') === Reflect.get(Object(young), 'ConnectorAuth'),
    ]
  })
  assert.deepEqual(defined, [true, true, true])
  await page.locator('second-auth').getByText('Not set up').waitFor()
  await page.locator('connector-auth').getByText('Not set up').waitFor()
  const parts = host.asked.filter((line) => line.includes('later'))
  assert.deepEqual(parts.toSorted(), ['GET /connector-auth.later.min.js', 'GET /old/connector-auth.later.min.js'])
  assert.deepEqual(complaints, [])
  assert.deepEqual(await reports(), [])
})

test('where a page lists no policy for trusted types there is no element, one report, and the page goes on', async (t) => {
  const policy = strictest.replace('trusted-types lit-html connector-auth', "trusted-types 'none'")
  const { page, complaints, reports } = await openPage(t, `${fault}${script}`, policy)
  await page.waitForFunction(() => Reflect.get(globalThis, 'seen').length > 0)
  assert.deepEqual(await reports(), ['violation trusted-types'])
  assert.match(complaints.join(' '), /'lit-html' violates/)
  assert.equal(await page.evaluate(() => customElements.get('connector-auth') === undefined), true)
})
