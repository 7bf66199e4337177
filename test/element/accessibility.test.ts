import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { findFaults } from './axe.ts'
import { boxes, findLoss } from './boxes.ts'
import { emulate, focused, pressKey, resize } from './browser.ts'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, until } from './page.ts'
import { settle, views } from './views.ts'

const controls = (element: ConnectorAuth) => boxes(element, 'button, a, summary, input, select, textarea')

describe('accessibility (WCAG 2.2 AA)', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(async () => {
    page.close()
    document.body.removeAttribute('style')
    await Promise.all([emulate(), resize(800)])
  })

  for (const [name, show] of Object.entries(views))
    it(`axe finds nothing, light and dark: ${name} (1.3.1, 1.4.3, 2.5.8, 4.1.2)`, async () => {
      const element = await show(page)
      await settle(element)
      for (const theme of ['light', 'dark'] as const) {
        element.theme = theme
        await element.updateComplete
        expect(await findFaults(element), theme).to.deep.equal([])
      }
    })

  for (const [name, show] of Object.entries(views))
    it(`320 px, spacing of one's own and large text lose nothing: ${name} (1.4.4, 1.4.10, 1.4.12, 2.5.8)`, async () => {
      // A window of 640 px at 200 % zoom is laid out like this too.
      await resize(320)
      const element = await show(page)
      await settle(element)
      expect(findLoss(element), '320 px').to.deep.equal([])
      for (const control of controls(element)) {
        const { width, height } = control.getBoundingClientRect()
        expect(Math.min(width, height), `the size of ${control.outerHTML}`).to.be.at.least(24)
      }
      document.body.style.cssText = 'line-height:1.5;letter-spacing:.12em;word-spacing:.16em;font-size:16px'
      expect(findLoss(element), 'spacing').to.deep.equal([])
      document.body.style.cssText = 'font-size:200%'
      expect(findLoss(element), 'large text').to.deep.equal([])
    })

  it('name and role tell what each thing is (1.3.1, 4.1.2)', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    await settle(element)
    const group = element.shadowRoot?.querySelector('[role=group]')
    expect(group?.ariaLabel).to.equal('Acme Cloud')
    expect(group?.querySelector('[part=icon]')?.ariaHidden).to.equal('true')
    expect(buttons(element).every((one) => nameOf(one) !== '')).to.equal(true)
  })

  it('a button says in its name what it shows, for who speaks to the browser (2.5.3)', async () => {
    for (const show of Object.values(views)) {
      const element = await show(page)
      await settle(element)
      for (const one of buttons(element))
        expect(nameOf(one).toLowerCase()).to.include(one.textContent?.trim().toLowerCase())
      page.close()
      page = await openPage()
    }
  })

  it('one status says each step, without taking the focus (4.1.3)', async () => {
    const element = await page.mount()
    const status = element.shadowRoot?.querySelector('[role=status]')
    const said: string[] = []
    const observer = new MutationObserver(() => said.push(message(element)))
    if (status) observer.observe(status, { characterData: true, childList: true, subtree: true })
    void element.connect()
    await until(() => element.status === 'waiting')
    await page.answer()
    await until(() => element.status === 'connected')
    await element.updateComplete
    expect(element.shadowRoot?.querySelector('[role=status]')).to.equal(status)
    expect(said).to.include.members(['Continue in the new window.', 'Connected as Ada'])
    expect(document.activeElement).to.equal(document.body)
    observer.disconnect()
  })

  it('a keyboard alone connects, in the order that is seen, and comes out at the other end (2.1.1, 2.1.2, 2.4.3)', async () => {
    const [before, after] = [document.createElement('button'), document.createElement('button')]
    const element = await page.mount()
    await settle(element)
    element.before(before)
    element.after(after)
    before.focus()
    await pressKey('Tab')
    expect(focused()?.ariaLabel).to.equal('Connect Acme Cloud')
    await pressKey('Enter')
    await until(() => element.status === 'waiting')
    await element.updateComplete
    expect(focused()?.textContent).to.equal('Cancel')
    await pressKey('Tab')
    expect(focused()?.textContent).to.equal('Reopen window')
    await pressKey('Tab')
    expect(focused()).to.equal(after)
    await page.answer()
    await until(() => element.status === 'connected')
    before.focus()
    const walked: string[] = []
    for (await pressKey('Tab'); focused() !== after && walked.length < 9; await pressKey('Tab'))
      walked.push(focused()?.textContent?.trim() ?? '')
    const seen = controls(element).map((one) => one.textContent?.trim() ?? '')
    expect(walked).to.deep.equal(seen)
  })

  it('the focus is seen wherever a key takes it, and nothing hides it (2.4.7, 2.4.11, 1.4.11)', async () => {
    for (const theme of ['light', 'dark'] as const)
      for (const name of ['idle', 'waiting', 'blocked', 'permissions', 'failed']) {
        const element = await views[name]?.(page, { theme })
        if (!element) throw new Error(`There is no view "${name}".`)
        await settle(element)
        for (const control of controls(element)) {
          if (control instanceof HTMLElement) control.focus({ preventScroll: true })
          const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(control)
          expect([outlineStyle, outlineWidth], `${name}: ${control.outerHTML}`).to.deep.equal(['solid', '2px'])
          const around = theme === 'light' ? [255, 255, 255] : [27, 30, 38]
          expect(contrast(channels(outlineColor), around), `${name}, ${theme}: ${outlineColor}`).to.be.at.least(3)
          const { left, top, width, height } = control.getBoundingClientRect()
          const found = element.shadowRoot?.elementFromPoint(left + width / 2, top + height / 2)
          expect(control.contains(found ?? null), `${name}: seen`).to.equal(true)
        }
        page.close()
        page = await openPage()
      }
  })

  it('forced colours keep lines around the card and its buttons, and the focus in the system’s colour (1.4.11)', async () => {
    await emulate({ 'forced-colors': 'active' })
    expect(matchMedia('(forced-colors: active)').matches).to.equal(true)
    for (const name of ['idle', 'waiting', 'connected', 'failed']) {
      const element = await views[name]?.(page)
      if (!element) throw new Error(`There is no view "${name}".`)
      await settle(element)
      for (const one of [...boxes(element, '[part~=card]'), ...boxes(element, 'button')]) {
        const { borderTopStyle, borderTopColor } = getComputedStyle(one)
        expect(borderTopStyle).to.equal('solid')
        const around = getComputedStyle(document.documentElement).backgroundColor
        const paper = around === 'rgba(0, 0, 0, 0)' ? [255, 255, 255] : channels(around)
        expect(contrast(channels(borderTopColor), paper), `${name}: ${one.outerHTML}`).to.be.at.least(3)
      }
      expect(await findFaults(element), name).to.deep.equal([])
      page.close()
      page = await openPage()
    }
  })

  it('nothing moves for who asks for less motion (2.3.3)', async () => {
    await emulate({ 'prefers-reduced-motion': 'reduce' })
    for (const name of ['loading', 'opening', 'waiting', 'redeeming']) {
      const element = await views[name]?.(page)
      await element?.updateComplete
      expect(element?.shadowRoot?.getAnimations(), name).to.deep.equal([])
      page.close()
      page = await openPage()
    }
  })

  it('words of another language than the page’s are marked as such (3.1.2)', async () => {
    const element = await page.mount({ lang: 'nl' })
    const card = () => element.shadowRoot?.querySelector('[part~=card]')
    await until(() => card()?.getAttribute('lang') === 'en')
    element.lang = 'en-GB'
    await until(() => !card()?.hasAttribute('lang'))
  })

  it('Cancel gives the focus back to the button that began (2.4.3)', async () => {
    const element = await page.mount()
    await settle(element)
    buttons(element)[0]?.focus()
    await click(element, 'Connect Acme Cloud')
    await until(() => element.status === 'waiting')
    await click(element, 'Cancel')
    await until(() => element.status === 'idle')
    await element.updateComplete
    expect(focused()?.ariaLabel).to.equal('Connect Acme Cloud')
  })
})

/** Red, green and blue of a computed colour, 0 to 255. */
function channels(color: string): number[] {
  const numbers = [...color.matchAll(/[\d.]+/g)].map(([text]) => Number(text))
  return color.startsWith('color(') ? numbers.slice(0, 3).map((one) => one * 255) : numbers.slice(0, 3)
}

/** WCAG's contrast ratio. */
function contrast(one: readonly number[], other: readonly number[]): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((one) =>
    one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
