import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { type ConnectorAuth, define } from '../../src/element/index.ts'
import { resize } from './browser.ts'
import { type TestPage, click, connectionOf, openPage, until } from './page.ts'
import { settle, views } from './views.ts'

const languages = ['en', 'de', 'fr', 'es', 'ja', 'ar']
const granted = { ...connectionOf(), scopes: { requested: ['read'], granted: ['read'], missing: [] } }

describe('what follows the element', () => {
  let page: TestPage
  beforeEach(async () => {
    await resize(900, 1_000)
    page = await openPage()
    noteWindows()
  })
  afterEach(() => {
    page.close()
    for (const sheet of document.querySelectorAll('style[data-test]')) sheet.remove()
  })

  it('stays where it is in each step of an attempt, in every language, from 280 to 800 px', async () => {
    const heights = new Map<string, Record<string, number>>()
    for (const step of ['loading', 'idle', 'opening', 'waiting', 'maybe closed', 'redeeming', 'cancelled']) {
      const element = await views[step === 'maybe closed' ? 'waiting' : step]?.(page)
      if (!element) throw new Error(`There is no view "${step}".`)
      if (step === 'maybe closed') await seemClosed(element)
      await settle(element)
      for (const lang of languages) {
        element.lang = lang
        const words = () => element.shadowRoot?.querySelector('[role=status]')?.textContent?.trim()
        await until(words, 'the words')
        await element.updateComplete
        for (let width = 280; width <= 800; width += 20) {
          place(element, width)
          const key = `${lang} ${width}`
          heights.set(key, { ...heights.get(key), [step]: element.getBoundingClientRect().height })
        }
      }
      page.close()
      page = await openPage()
      noteWindows()
    }
    const moved = [...heights].filter(([, of]) => Math.max(...Object.values(of)) - Math.min(...Object.values(of)) > 0.5)
    expect(moved.map(([key, of]) => `${key}: ${JSON.stringify(of)}`)).to.deep.equal([])
  })

  /** By width: how much a connection that stands may add, in pixels. */
  for (const [width, more] of [
    [320, 80],
    [400, 44],
    [480, 0],
    [800, 0],
  ] as const) {
    it(`stays where it is from before the code is there to the end of an attempt: ${width} px`, async () => {
      const { element, come } = await placeUnknown(page, width)
      const first = element.getBoundingClientRect().height
      const shifts = await watchShifts(element)
      await come('idle')
      await click(element, 'Connect Acme Cloud')
      await until(() => element.status === 'waiting', 'waiting')
      await seemClosed(element)
      page.backend.instead.set('/redeem', () => new Promise<Response>(() => undefined))
      await page.answer()
      await until(() => element.status === 'redeeming', 'redeeming')
      await settle(element)
      expect(await shifts()).to.equal(0)
      expect(element.getBoundingClientRect().height).to.be.closeTo(first, 1)
    })

    it(`moves at most once, by ${more} px, when a connection stands: ${width} px`, async () => {
      page.connections = [granted]
      const { element, come } = await placeUnknown(page, width)
      const first = element.getBoundingClientRect().height
      const shifts = await watchShifts(element)
      await come('connected')
      expect(element.getBoundingClientRect().height - first).to.be.within(-1, more + 0.5)
      expect(await shifts()).to.equal(more ? 1 : 0)
    })
  }

  it('is moved by permissions that are opened, but what was pressed for them stays', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    await settle(element)
    for (const width of [320, 480, 800]) {
      place(element, width)
      const summary = element.shadowRoot?.querySelector('summary')
      const at = () =>
        [summary?.getBoundingClientRect().left, summary?.getBoundingClientRect().top].map((one) => Math.round(one ?? 0))
      const before = at()
      summary?.click()
      expect(at(), `${width} px`).to.deep.equal(before)
      summary?.click()
    }
  })

  it('stays where it is when a list comes', async () => {
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: many }))
    const { element, come } = await placeUnknown(page, 480, { 'connector-id': undefined })
    const shifts = await watchShifts(element)
    await come('list')
    await until(() => element.shadowRoot?.querySelectorAll('[part~=row]').length === many.length, 'the rows')
    expect(await shifts()).to.equal(0)
    expect(element.getBoundingClientRect().height).to.equal(416)
  })
})

const many = Array.from({ length: 8 }, (_, index) => ({
  id: `service-${index}`,
  name: `Service ${index}`,
  category: 'files',
  method: 'oauth2',
  reach: 'direct',
  apiOrigins: ['https://api.example'],
  scopes: { default: ['read'], required: [], optional: [] },
}))

/** Gives an element a page of some width, and something that follows it. */
function place(element: Element, width: number): void {
  const { parentElement } = element
  if (!parentElement) return
  parentElement.style.cssText = `inline-size: ${width}px; font: 16px/1.5 Arial, sans-serif`
  if (!element.nextElementSibling) element.after(Object.assign(document.createElement('p'), { textContent: 'After' }))
}

let tags = 0

/** Puts a tag that nobody has defined into the page, with the rules of docs/element.md for it; `come` defines it. */
async function placeUnknown(page: TestPage, width: number, changes: Readonly<Record<string, undefined>> = {}) {
  const tag = `later-${(tags += 1)}`
  const rules = /<!-- snippet: place -->\n```css\n([^`]+)```/.exec(await (await fetch('/docs/element.md')).text())?.[1]
  const sheet = document.createElement('style')
  sheet.dataset['test'] = ''
  sheet.textContent = rules?.replaceAll('connector-auth', tag) ?? ''
  document.head.append(sheet)
  const model = page.place(changes)
  const element = document.createElement(tag) as ConnectorAuth
  for (const { name, value } of model.attributes) element.setAttribute(name, value)
  model.replaceWith(element)
  place(element, width)
  return {
    element,
    async come(status: string) {
      define(tag)
      await until(() => element.status === status && element.shadowRoot?.querySelector('button:enabled'), status)
      await settle(element)
    },
  }
}

const windows: { closed: boolean }[] = []

/** Notes the windows that are opened from now on. */
function noteWindows(): void {
  const { open } = window
  window.open = (...to) => {
    const opened = open(...to)
    if (opened) windows.push(opened as unknown as { closed: boolean })
    return opened
  }
}

/** The window seems closed, and the person is back. */
async function seemClosed(element: ConnectorAuth): Promise<void> {
  for (const one of windows) one.closed = true
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
  await until(() => element.shadowRoot?.querySelector('[part~=waiting] .main'), 'a closed window')
}

/** Gives how often what follows was moved since it was asked last, as the browser itself tells it. */
async function watchShifts(element: Element): Promise<() => Promise<number>> {
  const told: PerformanceEntry[] = []
  // What is painted in this frame is told after the next.
  const paint = async () => {
    for (let frames = 0; frames < 3; frames += 1) await new Promise(requestAnimationFrame)
  }
  await paint()
  const observer = new PerformanceObserver((list) => told.push(...list.getEntries()))
  observer.observe({ type: 'layout-shift' })
  return async () => {
    await paint()
    const sources = [...told.splice(0), ...observer.takeRecords()].flatMap((entry) =>
      'sources' in entry && Array.isArray(entry.sources) ? entry.sources : [],
    )
    // Several things that move together are told as what holds them.
    const { nextElementSibling: after } = element
    return sources.filter(({ node }) => node instanceof Node && node.contains(after)).length
  }
}
