/** Chromium over the DevTools protocol and Firefox over WebDriver BiDi, both in windows that a window manager keeps. */

import { type Browser, ElementHandle, type Frame, type Page, launch } from 'puppeteer-core'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { findProgram } from '../../tools/engines.ts'
import type { Engine, Place, Profile, Tab } from './engine.ts'
import { findInPage, textInPage } from './in-page.ts'
import type { Screen } from './screen.ts'

/** Starts Chromium or Firefox, with the popup blocker on. */
export async function startPuppeteerEngine(name: 'chromium' | 'firefox', { environment }: Screen): Promise<Engine> {
  const shared = { headless: false, env: { ...environment }, defaultViewport: null } as const
  const browser =
    name === 'firefox'
      ? await launch({ ...shared, browser: 'firefox', executablePath: findProgram('firefox') })
      : await launch({
          ...shared,
          executablePath: findChromium(),
          args: [...chromiumFlags],
          ignoreDefaultArgs: ['--disable-popup-blocking'],
        })
  return {
    name,
    version: (await browser.version()).replace(/^\w+\//, ''),
    newProfile: () => newProfile(browser),
    close: () => browser.close(),
  }
}

async function newProfile(browser: Browser): Promise<Profile> {
  const context = await browser.createBrowserContext()
  const tabs = new Map<Page, Tab>()
  let count = 0
  const tabOf = (page: Page): Tab => {
    const tab = tabs.get(page) ?? createTab(page, String(++count))
    tabs.set(page, tab)
    return tab
  }
  return {
    async open(url) {
      const page = await context.newPage()
      await page.goto(url)
      return tabOf(page)
    },
    tabs: async () => (await context.pages()).map(tabOf),
    close: () => context.close(),
  }
}

function createTab(page: Page, id: string): Tab {
  return {
    id,
    ...createPlace(() => page.mainFrame()),
    frame: (index) => createPlace(() => frameOf(page, index)),
    async goto(url) {
      await page.goto(url)
    },
    url: async () => page.url(),
    screenshot: () => page.screenshot(),
    close: () => page.close(),
  }
}

function createPlace(frame: () => Frame): Place {
  const run = (script: string, parameters: readonly unknown[]): Promise<unknown> =>
    frame().evaluate(`(${script})(...${JSON.stringify(parameters)})`)
  return {
    async tryClick({ css, text = '' }) {
      const element = await frame().evaluateHandle(findInPage, css, text)
      if (!(element instanceof ElementHandle)) return false
      await element.click().catch((error: unknown) => {
        // The click itself closed the window.
        if (!frame().detached) throw error
      })
      return true
    },
    async textOf({ css, text = '' }) {
      const found = await run(textInPage, [css, text])
      return typeof found === 'string' ? found : null
    },
    evaluate: (act, ...parameters) => run(String(act), parameters),
  }
}

function frameOf(page: Page, index: number): Frame {
  const frame = page.mainFrame().childFrames()[index]
  if (!frame) throw new Error(`The page has no frame ${index}.`)
  return frame
}
