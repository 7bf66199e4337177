import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { type Browser, type Page, chromium } from 'playwright-core'
import { startDemo } from '../../demo/host.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'

const folders = { 18: join(import.meta.dirname, 'react-18/node_modules'), 19: undefined } as const
type Version = keyof typeof folders

let browser: Promise<Browser> | undefined
after(async () => (await browser)?.close())

async function bundle(version: Version, entry: string, folder: string): Promise<string> {
  const outfile = join(folder, entry.replace('.ts', '.mjs'))
  const modules = folders[version]
  await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: entry.includes('server') ? 'node' : 'browser',
    // Development builds: they are the ones that mount twice, and warn.
    define: { 'process.env.NODE_ENV': '"development"' },
    banner: entry.includes('server')
      ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
      : {},
    ...(modules && { alias: { react: join(modules, 'react'), 'react-dom': join(modules, 'react-dom') } }),
    logLevel: 'silent',
  })
  return outfile
}

/** The app of a React, served by the demo's host; with what its server writes where asked for. */
async function open(t: TestContext, version: Version, hydrated = false) {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-react-'))
  const page = join(folder, 'page')
  mkdirSync(page)
  await bundle(version, 'page-browser.ts', page)
  const { written } = hydrated
    ? await import(pathToFileURL(await bundle(version, 'page-server.ts', folder)).href)
    : { written: '' }
  const html = `<!doctype html><html lang="en"><link rel="icon" href="/icon.svg"><title>App</title><main>${written}</main><script type="module" src="/page-browser.mjs"></script></html>`
  writeFileSync(join(page, 'index.html'), html)
  writeFileSync(join(page, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  const demo = await startDemo({ port: 0, authorizationServerPort: 0, folder, page, logger: silentLogger })
  browser ??= chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  const context = await (await browser).newContext()
  // The page first: a server waits for those who are still connected.
  t.after(async () => {
    await context.close()
    await demo.close()
  })
  context.setDefaultTimeout(15_000)
  const complaints: string[] = []
  const app = await context.newPage()
  app.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  app.on('pageerror', (error) => void complaints.push(String(error)))
  await context.request.post(`${demo.url}/session`, { data: { user: 'ana' } })
  await app.goto(demo.url)
  return { app, complaints, written: String(written) }
}

const told = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'told'))
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

async function openWindow(page: Page): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), press(page, 'Connect Acme Cloud')])
  await popup.getByTestId('login-alice').click()
  return popup
}

async function consent(page: Page, popup: Page): Promise<void> {
  await popup.getByTestId('consent-allow').click()
  await page.getByText('Connected as alice@example.com').waitFor()
}

for (const version of [18, 19] as const) {
  test(`React ${version} in StrictMode: every event once, told to the listener of the latest render`, async (t) => {
    const { app, complaints } = await open(t, version)
    await press(app, 'render')
    const popup = await openWindow(app)
    await press(app, 'render')
    await consent(app, popup)
    await press(app, 'read')
    const lines = await told(app)
    assert.deepEqual(
      lines.filter((line) => !/^(status|shown)/.test(line)),
      ['ref function', 'ref function', 'ready', 'open 1', 'connected 2 0', 'token'],
    )
    assert.equal(lines.filter((line) => line === 'status connected').length, 1)
    assert.equal(await app.locator('connector-auth.card em').textContent(), 'in the slot')
    const card = app.locator('connector-auth [part~=card]')
    for (const shown of [0, 1]) {
      await press(app, 'headless')
      await app.waitForFunction(
        (wanted) =>
          document.querySelector('connector-auth')?.shadowRoot?.querySelectorAll('[part~=card]').length === wanted,
        shown,
      )
    }
    assert.equal(await card.isVisible(), true)
    assert.deepEqual(complaints, [])
  })

  test(`React ${version}: an element that another one replaces in the middle of an attempt loses nothing`, async (t) => {
    const { app } = await open(t, version)
    const popup = await openWindow(app)
    await press(app, 'again')
    await consent(app, popup)
    assert.equal((await told(app)).filter((line) => line.startsWith('connected')).length, 1)
  })

  test(`React ${version}: what a server wrote comes alive without a warning, and connects`, async (t) => {
    const { app, complaints, written } = await open(t, version, true)
    assert.match(
      written,
      /^<div><connector-auth [^>]*base-url="\/connector-auth"[^>]*><em>in the slot<\/em><\/connector-auth>/,
    )
    assert.match(written, /^<div>[^>]*class="card"/)
    await consent(app, await openWindow(app))
    const lines = await told(app)
    assert.equal(lines.filter((line) => line.startsWith('connected')).length, 1)
    assert.equal(lines.includes('shown: fault'), false, 'the element never saw half of its settings')
    assert.deepEqual(complaints, [])
  })
}
