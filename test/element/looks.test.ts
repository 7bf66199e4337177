import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { HttpResponse } from 'msw'
import { emulate } from './browser.ts'
import { type TestPage, connectionOf, openPage, until } from './page.ts'
import { settle, views } from './views.ts'

const part = (element: ConnectorAuth, name: string) => {
  const found = element.shadowRoot?.querySelector(`[part~=${name}]`)
  if (!found) throw new Error(`There is no part "${name}".`)
  return found
}
const styleOf = (element: ConnectorAuth, name: string) => getComputedStyle(part(element, name))
const green = 'rgb(1, 121, 61)'

describe('looks', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(async () => {
    page.close()
    document.documentElement.removeAttribute('style')
    for (const sheet of document.querySelectorAll('style[data-test]')) sheet.remove()
    await emulate()
  })

  /** Each property, a view that shows it, a value, and what becomes of it. */
  const properties: readonly (readonly [
    name: string,
    view: string,
    value: string,
    read: (element: ConnectorAuth) => string,
    result: string,
  ])[] = [
    ['color', 'idle', green, (element) => styleOf(element, 'title').color, green],
    ['muted', 'idle', green, (element) => styleOf(element, 'message').color, green],
    ['background', 'idle', green, (element) => styleOf(element, 'card').backgroundColor, green],
    ['border', 'idle', green, (element) => styleOf(element, 'card').borderTopColor, green],
    ['accent', 'idle', green, (element) => styleOf(element, 'main').backgroundColor, green],
    ['on-accent', 'idle', green, (element) => styleOf(element, 'main').color, green],
    ['success', 'connected', green, (element) => mark(element), green],
    ['danger', 'failed', green, (element) => styleOf(element, 'message').color, green],
    ['radius', 'idle', '3px', (element) => styleOf(element, 'card').borderTopLeftRadius, '3px'],
    ['button-radius', 'idle', '3px', (element) => styleOf(element, 'main').borderTopLeftRadius, '3px'],
    ['field-radius', 'in a browser inside another app', '3px', (el) => styleOf(el, 'link').borderTopLeftRadius, '3px'],
    ['padding', 'idle', '3px', (element) => styleOf(element, 'card').padding, '3px'],
    ['density', 'idle', '0.5', (element) => styleOf(element, 'card').padding, '6px 8px'],
    ['shadow', 'idle', `${green} 0px 0px 9px 0px`, (el) => styleOf(el, 'card').boxShadow, `${green} 0px 0px 9px 0px`],
    ['focus', 'idle', green, (element) => focusColor(element), green],
  ]
  for (const [name, view, value, read, result] of properties)
    it(`--connector-auth-${name} is what it says`, async () => {
      const element = (await views[view]?.(page)) ?? (await page.mount())
      await settle(element)
      const before = read(element)
      element.style.setProperty(`--connector-auth-${name}`, value)
      expect(read(element)).to.equal(result)
      expect(before).not.to.equal(result)
    })

  it('takes on the tokens of another design system, light and dark (FW14)', async () => {
    const sheet = document.createElement('style')
    sheet.dataset['test'] = ''
    sheet.textContent = `
      :root { --primary: rgb(10, 20, 30); --primary-foreground: rgb(250, 250, 250); --background: rgb(255, 255, 255);
        --foreground: rgb(9, 9, 11); --muted-foreground: rgb(80, 80, 90); --border: rgb(228, 228, 231);
        --destructive: rgb(180, 20, 20); --ring: rgb(10, 120, 230); --radius: 10px; }
      .dark { --primary: rgb(240, 240, 240); --background: rgb(9, 9, 11); }
      connector-auth {
        --connector-auth-accent: var(--primary); --connector-auth-on-accent: var(--primary-foreground);
        --connector-auth-background: var(--background); --connector-auth-color: var(--foreground);
        --connector-auth-muted: var(--muted-foreground); --connector-auth-border: var(--border);
        --connector-auth-danger: var(--destructive); --connector-auth-focus: var(--ring);
        --connector-auth-radius: var(--radius); --connector-auth-button-radius: calc(var(--radius) - 2px); }`
    document.head.append(sheet)
    const element = await page.mount()
    await settle(element)
    expect(styleOf(element, 'main').backgroundColor).to.equal('rgb(10, 20, 30)')
    expect(styleOf(element, 'main').color).to.equal('rgb(250, 250, 250)')
    expect(styleOf(element, 'title').color).to.equal('rgb(9, 9, 11)')
    expect(styleOf(element, 'message').color).to.equal('rgb(80, 80, 90)')
    expect(styleOf(element, 'card').borderTopColor).to.equal('rgb(228, 228, 231)')
    expect(styleOf(element, 'card').borderTopLeftRadius).to.equal('10px')
    expect(styleOf(element, 'main').borderTopLeftRadius).to.equal('8px')
    expect(focusColor(element)).to.equal('rgb(10, 120, 230)')
    element.parentElement?.classList.add('dark')
    expect(styleOf(element, 'card').backgroundColor).to.equal('rgb(9, 9, 11)')
    expect(styleOf(element, 'main').backgroundColor).to.equal('rgb(240, 240, 240)')
  })

  it('a theme that stands in JSON is set by script, and read back', async () => {
    const theme: Readonly<Record<string, string>> = JSON.parse('{"accent":"rgb(1, 121, 61)","radius":"3px"}')
    const element = await page.mount()
    await settle(element)
    for (const [name, value] of Object.entries(theme)) element.style.setProperty(`--connector-auth-${name}`, value)
    expect(styleOf(element, 'main').backgroundColor).to.equal(green)
    const read = Object.keys(theme).map((name) => [name, element.style.getPropertyValue(`--connector-auth-${name}`)])
    expect(Object.fromEntries(read)).to.deep.equal(theme)
  })

  it('is light or dark as theme says: as the page, as the system, or always', async () => {
    const element = await page.mount()
    const isDark = () => styleOf(element, 'card').backgroundColor === 'rgb(27, 30, 38)'
    const darkWhen = async (theme: ConnectorAuth['theme'], pageScheme: string, system: string) => {
      element.theme = theme
      document.documentElement.style.colorScheme = pageScheme
      await emulate({ 'prefers-color-scheme': system })
      await element.updateComplete
      return isDark()
    }
    expect(await darkWhen(undefined, 'normal', 'dark'), 'a page that knows no dark').to.equal(false)
    expect(await darkWhen('host', 'dark', 'light'), 'a dark page').to.equal(true)
    expect(await darkWhen('host', 'light dark', 'dark'), 'a page that follows the system').to.equal(true)
    expect(await darkWhen('auto', 'light', 'dark'), 'auto').to.equal(true)
    expect(await darkWhen('auto', 'dark', 'light'), 'auto').to.equal(false)
    expect(await darkWhen('light', 'dark', 'dark'), 'light').to.equal(false)
    expect(await darkWhen('dark', 'light', 'light'), 'dark').to.equal(true)
  })

  it("has the host's font, and sizes that follow it", async () => {
    const element = await page.mount()
    await settle(element)
    const { width } = part(element, 'main').getBoundingClientRect()
    element.style.font = 'italic 32px monospace'
    for (const name of ['title', 'message', 'main']) expect(styleOf(element, name).fontFamily).to.equal('monospace')
    expect(part(element, 'main').getBoundingClientRect().width).to.be.greaterThan(width)
  })

  it('lets a page reach its parts by ::part()', async () => {
    page.connections = [connectionOf()]
    const sheet = document.createElement('style')
    sheet.dataset['test'] = ''
    const names = ['card', 'connected', 'icon', 'title', 'message', 'permissions', 'actions', 'button']
    sheet.textContent = names.map((name) => `connector-auth::part(${name}) { outline: 3px dotted ${green} }`).join('\n')
    document.head.append(sheet)
    const element = await page.mount()
    await settle(element)
    for (const name of names) expect(styleOf(element, name).outlineStyle, name).to.equal('dotted')
  })

  it('lets a page reach the states and the form of a card in a list or of several accounts by ::part()', async () => {
    const sheet = document.createElement('style')
    sheet.dataset['test'] = ''
    const names = ['connected', 'idle', 'since', 'form', 'dialog-title', 'field', 'label', 'input', 'help']
    sheet.textContent = names.map((name) => `main > connector-auth::part(${name}) { color: ${green} }`).join('\n')
    document.head.append(sheet)
    const place = document.createElement('main')
    const inner = ({ shadowRoot }: ConnectorAuth) => [
      ...(shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? []),
    ]
    const several = await views['several accounts']?.(page)
    if (!several) throw new Error('There is no such view.')
    several.parentElement?.append(place)
    place.append(several)
    await until(() => inner(several).length === 2, 'the accounts')
    expect(inner(several).map((card) => styleOf(card, card.status).color)).to.deep.equal([green, green])
    const inputs = [{ name: 'apiKey', label: 'API key', secret: true, help: 'Settings' }]
    const asking = { ...page.connector, method: 'api_key', asks: true, inputs }
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: [asking] }))
    page.backend.instead.set('/connections', () => HttpResponse.json({ connections: [] }))
    const list = page.place({ 'connector-id': undefined })
    place.append(list)
    const row = () => list.shadowRoot?.querySelector<HTMLElement>('li > button')
    await until(row, 'the row')
    row()?.click()
    const card = () => inner(list)[0]
    await until(() => card()?.shadowRoot?.querySelector('dialog[open]'), 'the form')
    for (const name of names.slice(3)) expect(card() && styleOf(card() ?? list, name).color, name).to.equal(green)
  })

  for (const [lang, width] of [
    ['en', 480],
    ['en', 296],
    ['de', 480],
    ['de', 296],
    ['fr', 480],
    ['ar', 296],
  ] as const)
    it(`what follows stays where it is, from loading to the end of an attempt: ${lang}, ${width} px`, async () => {
      const held = page.backend.instead
      let go = () => undefined as void
      const gate = () => new Promise<void>((resolve) => (go = resolve))
      held.set('/connections', () => gate().then(() => HttpResponse.json({ connections: [] })))
      const element = page.place({ lang })
      const place = element.parentElement
      if (place) place.style.cssText = `inline-size: ${width}px; font: 16px/1.5 Arial, sans-serif`
      const heights: [string, number][] = []
      const note = async (status: string) => {
        await until(() => element.status === status, status)
        await settle(element)
        heights.push([status, element.getBoundingClientRect().height])
      }
      await until(() => element.shadowRoot?.querySelector('[part~=card]'), 'the card')
      heights.push(['no words yet', element.getBoundingClientRect().height])
      await note('loading')
      await until(() => page.backend.count('/connections') > 0, 'the question')
      go()
      await note('idle')
      await until(() => part(element, 'title').textContent === 'Acme Cloud', 'the name')
      await note('idle')
      held.set('/auth-sessions', () => gate().then(() => (held.delete('/auth-sessions'), undefined)) as never)
      void element.connect()
      await note('opening')
      await until(() => page.backend.count('/auth-sessions') > 0, 'the session')
      go()
      await note('waiting')
      held.set('/redeem', () => new Promise<Response>(() => undefined))
      await page.answer()
      await note('redeeming')
      element.cancel()
      await note('idle')
      const first = heights[0]?.[1] ?? 0
      expect(
        heights.filter(([, height]) => Math.abs(height - first) > 0.5),
        JSON.stringify(heights),
      ).to.deep.equal([])
    })
})

/** The colour of the mark on the icon. */
function mark(element: ConnectorAuth): string {
  return getComputedStyle(part(element, 'icon'), '::after').backgroundColor
}

/** The colour of the ring around the main button. */
function focusColor(element: ConnectorAuth): string {
  const button = part(element, 'main')
  // A button that is focused by script has a ring where the last thing done was a key.
  if (button instanceof HTMLElement) button.focus({ focusVisible: true } as FocusOptions)
  return getComputedStyle(button).outlineColor
}
