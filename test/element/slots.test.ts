import { expect } from '@open-wc/testing'
import { focused, pressKey } from './browser.ts'
import { type TestPage, openPage, until } from './page.ts'

describe("a host's own controls in the element", () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  const button = (slot: string) => Object.assign(document.createElement('button'), { slot, textContent: 'Brand' })

  it('a Connect of its own hands the focus on and gets it back (2.4.3)', async () => {
    const element = await page.mount()
    const own = button('connect')
    element.append(own)
    own.focus()
    await pressKey('Enter')
    await until(() => element.status === 'waiting')
    await until(() => focused()?.textContent === 'Cancel', 'the focus in the card')
    await pressKey('Enter')
    await until(() => element.status === 'idle')
    await until(() => focused() === own, 'the focus back')
    own.blur()
    element.focus()
    expect(focused()).to.equal(own)
  })

  it('a Connect of its own neither leaves the page nor sends a form', async () => {
    const form = document.createElement('form')
    let sent = 0
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      sent++
    })
    const left: boolean[] = []
    form.addEventListener('click', (event) => {
      left.push(!event.defaultPrevented)
      event.preventDefault()
    })
    document.body.append(form)
    for (const own of [
      button('connect'),
      Object.assign(document.createElement('a'), { slot: 'connect', href: '#away' }),
    ]) {
      const element = await page.mount()
      form.append(element)
      element.append(own)
      await element.updateComplete
      own.click()
      await until(() => element.status === 'waiting')
      element.cancel()
    }
    form.remove()
    expect([sent, left]).to.deep.equal([0, [false, false]])
  })

  it('further controls keep the focus while the card changes (3.2.2)', async () => {
    const element = await page.mount()
    const more = button('')
    element.append(more)
    more.focus()
    void element.connect()
    await until(() => element.status === 'waiting')
    await element.updateComplete
    expect(focused()).to.equal(more)
    element.cancel()
  })

  it('further controls stand under the list too', async () => {
    const more = button('')
    const element = page.place({ 'connector-id': undefined })
    element.append(more)
    await until(() => element.status === 'list' && element.shadowRoot?.querySelector('[part~=row]'), 'the list')
    const list = element.shadowRoot?.querySelector('[part=list]')?.getBoundingClientRect()
    expect(more.checkVisibility()).to.equal(true)
    expect(more.getBoundingClientRect().top).to.be.at.least(list?.bottom ?? Infinity)
  })
})
