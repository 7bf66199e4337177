/** What docs/element.md shows, in a real browser, under the policy that it names. What it includes is run by test/examples. */

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { snippet } from '../support/snippet.ts'
import { type Journey, consent, startJourney } from './journey.ts'

const root = join(import.meta.dirname, '../..')
const file = 'docs/element-recipes.md'
/** The recipes speak of Google; the demo's authorization server stands in for it. */
const written = (name: string) => snippet(name, file).replaceAll('"google"', '"acme"')
const button =
  '<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme"></connector-auth>'

/** A folder with a page, the built files, and files of its own. */
function pageOf(html: string, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-recipe-'))
  for (const name of readdirSync(join(root, 'dist')).filter((one) => /^connector-auth\..*js$/.test(one)))
    copyFileSync(join(root, 'dist', name), join(folder, name))
  const all = { ...files, 'index.html': `<!doctype html><html lang="en">${html}</html>` }
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content)
  return folder
}

/** A page with a recipe's markup, script and style, and somebody signed in. */
async function cook(t: TestContext, recipe: { html?: string; js?: string; css?: string }): Promise<Journey> {
  const head = '<meta charset="utf-8"><title>Recipe</title><link rel="stylesheet" href="/recipe.css">'
  const scripts =
    '<script type="module" src="/connector-auth.min.js"></script><script type="module" src="/recipe.js"></script>'
  const html = `${head}<body>${recipe.html ?? button}${scripts}`
  const page = pageOf(html, { 'recipe.js': recipe.js ?? '', 'recipe.css': recipe.css ?? '' })
  const pageHeaders = { 'content-security-policy': written('policy').trim() }
  const journey = await startJourney(t, { demo: { page, pageHeaders } })
  await journey.signIn('ana')
  await journey.page.goto(journey.demo.url)
  return journey
}

async function popupOf({ page }: Journey, name: string) {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button', { name }).click()])
  return popup
}

async function agree(journey: Journey, name: string): Promise<void> {
  const popup = await popupOf(journey, name)
  await popup.getByTestId('consent-allow').click()
}

test('the recipe for a list shows the connectors of the backend, in the place that was kept for it', async (t) => {
  const journey = await cook(t, { html: written('list-page'), css: written('place') })
  const { page } = journey
  await page.getByText('Acme Cloud').first().waitFor()
  let come = () => {}
  const late = new Promise<void>((resolve) => (come = resolve))
  await page.route('**/connector-auth.min.js', (route) => late.then(() => route.continue()))
  await page.reload({ waitUntil: 'commit' })
  const unknown = page.locator('connector-auth:not(:defined)')
  await unknown.waitFor()
  assert.equal((await unknown.boundingBox())?.height, 416)
  come()
  await page.getByText('Acme Cloud').first().waitFor()
  assert.deepEqual(journey.complaints, [])
})

test('the recipe for several accounts connects one more and says which one is meant', async (t) => {
  const journey = await cook(t, { html: written('accounts-page'), js: written('accounts') })
  await consent(await journey.openPopup())
  await journey.element.getByText('Connected as').waitFor()
  await agree(journey, 'One more account')
  await journey.page.waitForFunction(() => Reflect.get(document.querySelector('connector-auth') ?? {}, 'connectionId'))
  assert.deepEqual(journey.complaints, [])
})

test('the recipe for a button of your own connects without a card', async (t) => {
  const journey = await cook(t, { html: written('own-button-page'), js: written('own-button') })
  await consent(await popupOf(journey, 'Continue with Google'))
  await journey.page.getByText('Connected.', { exact: true }).waitFor()
  assert.equal(await journey.element.isVisible(), false)
  assert.deepEqual(journey.complaints, [])
})

test('the recipes for texts and looks do what they say', async (t) => {
  const journey = await cook(t, { js: written('texts'), css: written('looks') })
  const main = journey.page.getByRole('button', { name: 'Link Acme Cloud' })
  await main.waitFor()
  const [shown, background, transform] = await main.evaluate((one) => {
    const style = getComputedStyle(one)
    return [one.textContent?.trim(), style.backgroundColor, style.textTransform]
  })
  assert.deepEqual([shown, background, transform], ['Link', 'rgb(10, 125, 85)', 'uppercase'])
  const card = journey.page.getByRole('group')
  assert.equal(await card.evaluate((one) => getComputedStyle(one).borderRadius), '4px')
  const popup = await popupOf(journey, 'Link Acme Cloud')
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-deny').click()
  await journey.page.getByText('You said no. You can link it at any time.').waitFor()
  assert.deepEqual(journey.complaints, [])
})

test('the recipe for renewing keeps the connection', async (t) => {
  const journey = await cook(t, { html: written('renew-page'), js: written('renew') })
  await consent(await journey.openPopup())
  await journey.element.getByText('Connected as').waitFor()
  await agree(journey, 'Renew')
  await journey.page.getByText('Renewed.').waitFor()
  assert.deepEqual(journey.complaints, [])
})

test('the recipe for a sandbox lets a frame connect', async (t) => {
  const frame = written('sandbox').replace('https://app.example/', '/framed.html')
  const script = '<script type="module" src="/connector-auth.min.js"></script>'
  const journey = await startJourney(t, {
    demo: { page: pageOf(frame, { 'framed.html': `<!doctype html>${button}${script}` }), pageHeaders: {} },
  })
  await journey.signIn('ana')
  await journey.page.goto(journey.demo.url)
  const framed = journey.page.frameLocator('iframe')
  const [popup] = await Promise.all([
    journey.page.waitForEvent('popup'),
    framed.getByRole('button', { name: 'Connect Acme Cloud' }).click(),
  ])
  await consent(popup)
  await framed.getByText('Connected as alice@example.com').waitFor()
})

test('every code block of the recipes is an example that is built, or a snippet that is run here', () => {
  const text = readFileSync(join(root, file), 'utf8')
  const here = readFileSync(import.meta.filename, 'utf8')
  const blocks = [...text.matchAll(/^```\w+$/gm)].length
  const names = [...text.matchAll(/^<!-- snippet: ([\w-]+) -->\n```\w/gm)].map(([, name]) => name)
  assert.ok(blocks > 0)
  assert.equal(names.length, blocks, 'a block without a name is run by nothing')
  for (const name of names) assert.ok(here.includes(`written('${name}')`), name)
})
