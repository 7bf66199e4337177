/** What QA does on the demo's page: sets a scenario up with its button, acts, looks. */

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type Frame, type Locator, type Page, chromium } from 'playwright-core'
import { type Demo, startDemo } from '../../../demo/host.ts'
import { silentLogger } from '../../../src/server/logger.ts'
import { chromiumFlags, findChromium } from '../../../tools/chromium.ts'

/** One scenario that is set up in a browser of its own. */
export interface Bench {
  readonly demo: Demo
  readonly context: BrowserContext
  readonly page: Page
  /** Where the app's page is: the whole page, or a frame in it. */
  readonly app: Page | Frame
  readonly card: Locator
  byTestId(id: string): Locator
  /** Presses a button of the card. */
  press(name: string): Promise<void>
  /** Waits until the card says this. */
  says(text: string | RegExp): Promise<void>
  /** Presses a button of the page, and waits until its result says this. */
  tool(id: 'read-token' | 'refresh-token' | 'call-api' | 'show-status', expected: RegExp): Promise<string>
  /** Presses a button of the scenario, and waits until the servers have done it. */
  act(id: string): Promise<void>
  /** Waits until the log has such an event, and gives how many there are. */
  logged(event: string): Promise<number>
  /** Presses a button that opens a window, and gives the window. */
  opens(name: string): Promise<Page>
}

const built = join(import.meta.dirname, '../../../dist/demo')

/** Starts the demo and a browser for all scenarios of a file. */
export async function startQuality() {
  assert.ok(existsSync(built), 'the page is built')
  const demo = await startDemo({
    port: 0,
    authorizationServerPort: 0,
    folder: mkdtempSync(join(tmpdir(), 'connector-auth-scenarios-')),
    page: built,
    logger: silentLogger,
  })
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  const context = await browser.newContext()
  context.setDefaultTimeout(8_000)
  return {
    demo,
    context,
    page: await context.newPage(),
    async close() {
      await browser.close()
      await demo.close()
    },
  }
}

/** Chooses a scenario in the panel and presses its “Set up”, in the same browser all day long. */
export async function setUp({ demo, context, page }: Quality, id: string): Promise<Bench> {
  for (const other of context.pages()) if (other !== page) await other.close()
  // The portal has no panel of its own.
  if (!page.url().startsWith(demo.url)) await page.goto(`${demo.url}/#scenario=${id}`)
  await page.locator(`a[href="#scenario=${id}"]`).click()
  await page.getByTestId('set-up').click()
  const ready = '[data-testid=standing][data-kind=ready]'
  await Promise.race([page.locator(ready).waitFor(), page.frameLocator('iframe').locator(ready).waitFor()])
  const framed = page.frames().find((frame) => frame.url().includes('/with/frame/'))
  return benchOf({ demo, context, page }, framed ?? page)
}

type Quality = Pick<Bench, 'demo' | 'context' | 'page'>

function benchOf({ demo, context, page }: Quality, app: Page | Frame): Bench {
  const card = app.locator('connector-auth').first()
  const byTestId = (id: string) => app.getByTestId(id)
  const press = (name: string) => card.getByRole('button', { name }).first().click()
  return {
    demo,
    context,
    page,
    app,
    card,
    byTestId,
    press,
    says: (text) => card.getByText(text).first().waitFor(),
    async tool(id, expected) {
      await byTestId(id).click()
      const said = byTestId('result').getByText(expected)
      await said.waitFor()
      return (await said.textContent()) ?? ''
    },
    async act(id) {
      const done = page.waitForResponse((response) => response.url().endsWith('/demo/act'))
      await byTestId(`act-${id}`).click()
      await done
    },
    async logged(event) {
      const lines = byTestId('events').locator(`[data-event="${event}"]`)
      await lines.first().waitFor()
      return lines.count()
    },
    async opens(name) {
      const [popup] = await Promise.all([context.waitForEvent('page'), press(name)])
      return popup
    },
  }
}

/** Signs in at Acme Cloud and says yes or no; the window closes by itself. */
export async function answer(window: Page, word: 'allow' | 'deny' = 'allow', who = 'alice'): Promise<void> {
  const closed = window.waitForEvent('close')
  await window.getByTestId(`login-${who}`).click()
  await window.getByTestId(`consent-${word}`).click()
  await closed
}

export const connectButton = 'Connect Acme Cloud'

/** Connects where consent is given at once. */
export async function connectAtOnce({ press, says }: Bench): Promise<void> {
  await press(connectButton)
  await says('Connected as alice@example.com')
}
