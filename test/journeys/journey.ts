/** A person's way in a real browser: the built script tag in a plain page, the host app, a real authorization server. */

import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Browser, type BrowserContext, type Locator, type Page, chromium } from 'playwright-core'
import { type Demo, type DemoOptions, startDemo } from '../../demo/host.ts'
import { eventNames } from '../../src/element/event-names.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { snippet } from '../support/snippet.ts'
import { recordEvents } from './record-events.ts'

const root = join(import.meta.dirname, '../..')

/** The policy that the element must do with; `img-src`, fonts and frames stay closed. */
const strictPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; base-uri 'none'"

export interface Journey {
  readonly demo: Demo
  readonly context: BrowserContext
  readonly page: Page
  readonly element: Locator
  /** Requests of the page to its own origin's backend, in order. */
  readonly requests: string[]
  /** What the browser refused by policy, or logged as an error. */
  readonly complaints: string[]
  signIn(user: 'ana' | 'ben'): Promise<void>
  /** Clicks Connect and gives the popup. */
  openPopup(name?: string): Promise<Page>
  /** Loads the page. */
  open(path?: string): Promise<void>
  events(): Promise<string[]>
  /** Calls a method of the element and gives its result, or its error's reason. */
  ask<T = unknown>(method: string, ...parameters: unknown[]): Promise<T>
}

export interface JourneyOptions {
  readonly demo?: Partial<DemoOptions>
  /** The page's body; the README's own where absent. */
  readonly body?: string
  /** Leaves the browser's popup blocker on. */
  readonly popupBlocker?: boolean
  /** Leaves the browser's back-forward cache on. */
  readonly backForwardCache?: boolean
}

const terminal = ['connected', 'denied', 'cancelled', 'expired', 'failed']

export async function startJourney(t: TestContext, options: JourneyOptions = {}): Promise<Journey> {
  const demo = await startDemo({
    port: 0,
    authorizationServerPort: 0,
    folder: mkdtempSync(join(tmpdir(), 'connector-auth-journey-')),
    page: pageFolder(options.body),
    logger: silentLogger,
    pageHeaders: { 'content-security-policy': strictPolicy },
    ...options.demo,
  })
  const browser = await launch(options)
  t.after(async () => {
    await browser.close()
    await demo.close()
  })
  const context = await browser.newContext()
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => void requests.push(`${request.method()} ${new URL(request.url()).pathname}`))
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(String(error)))
  await page.addInitScript(recordEvents, eventNames)
  const element = page.locator('connector-auth').first()
  return {
    demo,
    context,
    page,
    element,
    requests,
    complaints,
    async signIn(user) {
      const answer = await context.request.post(`${demo.url}/session`, { data: { user } })
      assert.equal(answer.status(), 200)
    },
    async open(path = '/') {
      await page.goto(`${demo.url}${path}`)
      await element.getByRole('button').first().waitFor()
    },
    async openPopup(name = 'Connect Acme Cloud') {
      const [popup] = await Promise.all([page.waitForEvent('popup'), element.getByRole('button', { name }).click()])
      return popup
    },
    events: () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen),
    ask: <T>(method: string, ...parameters: unknown[]) =>
      page.evaluate(
        async ([name, values]) => {
          const target = document.querySelector('connector-auth') as unknown as Record<
            string,
            (...list: unknown[]) => Promise<unknown>
          >
          try {
            return await target[name]?.(...values)
          } catch (error) {
            return { error: (error as { reason?: string }).reason ?? String(error) }
          }
        },
        [method, parameters] as const,
      ) as Promise<T>,
  }
}

/** Signs in at the authorization server and says yes. */
export async function consent(popup: Page, who: 'alice' | 'bob' = 'alice'): Promise<void> {
  const closed = popup.isClosed() ? Promise.resolve() : popup.waitForEvent('close')
  await popup.getByTestId(`login-${who}`).click()
  await popup.getByTestId('consent-allow').click()
  await closed
}

/** Waits until the element has told that an attempt ended, and gives how. */
export async function ending({ page, events }: Journey, count = 1): Promise<string[]> {
  const names = terminal.map((name) => `connector-auth-${name}`)
  await page.waitForFunction(
    ([wanted, least]) =>
      (globalThis as unknown as { seen: string[] }).seen.filter((name) => wanted.includes(name)).length >= least,
    [names, count] as const,
  )
  // Time for an event too many to show itself.
  await page.waitForTimeout(200)
  return (await events()).filter((name) => names.includes(name)).map((name) => name.replace('connector-auth-', ''))
}

async function launch({ popupBlocker, backForwardCache }: JourneyOptions): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [...chromiumFlags],
    ignoreDefaultArgs: [
      ...(popupBlocker ? ['--disable-popup-blocking'] : []),
      ...(backForwardCache ? ['--disable-back-forward-cache'] : []),
    ],
  })
}

/** The plain page of a host: the README's markup, and scripts of its own where a journey needs them. */
function pageFolder(body = snippet('page').replace('connector-id="google"', 'connector-id="acme"')): string {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-page-'))
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Host app</title>\n<body>${body}</body></html>\n`,
  )
  writeFileSync(
    join(folder, 'auto.js'),
    "await customElements.whenDefined('connector-auth')\ndocument.querySelector('connector-auth').connect()\n",
  )
  for (const name of readdirSync(join(root, 'dist')).filter((file) => /^connector-auth\..*js$/.test(file))) {
    copyFileSync(join(root, 'dist', name), join(folder, name))
  }
  return folder
}
