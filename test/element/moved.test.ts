import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { focused, pressKey } from './browser.ts'
import { type TestPage, openPage, terminal, until } from './page.ts'
import { views } from './views.ts'

describe('an element that is moved while it asks for something', () => {
  let page: TestPage
  let element: ConnectorAuth
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  const dialog = () => element.shadowRoot?.querySelector<HTMLDialogElement>('dialog[open]')
  const key = () => element.shadowRoot?.querySelector<HTMLInputElement>('[name=apiKey]')
  const show = async (name: string) => {
    const shown = await views[name]?.(page)
    if (!shown) throw new Error(`There is no view "${name}".`)
    element = shown
    expect(dialog()?.matches(':modal')).to.equal(true)
  }
  const move = async () => {
    const place = document.createElement('div')
    element.parentElement?.append(place)
    place.append(element)
    await until(() => dialog()?.matches(':modal'), 'the dialog before the page')
  }
  const rest = () => new Promise((resolve) => setTimeout(resolve, 50))

  it('keeps its form before the page, with what was typed, and Escape ends it (2.1.1, 2.4.3)', async () => {
    await show('entering')
    const typed = key()
    if (typed) typed.value = 'typed before'
    await move()
    await rest()
    expect(element.status).to.equal('entering')
    expect(key()?.value).to.equal('typed before')
    expect(focused()).to.equal(key())
    await pressKey('Escape')
    await until(() => element.status === 'idle', 'the end')
    expect(page.heard(terminal)).to.deep.equal(['cancelled'])
    expect(typed?.value, 'what was typed goes with the form').to.equal('')
  })

  it('keeps the question before a disconnect, and gives the focus back to its button (2.4.3)', async () => {
    await show('before a disconnect')
    const question = dialog()?.querySelector('b')?.textContent
    await move()
    await rest()
    expect(dialog()?.querySelector('b')?.textContent).to.equal(question)
    await pressKey('Escape')
    await until(() => !dialog(), 'the end')
    expect(focused()?.getAttribute('aria-haspopup')).to.equal('dialog')
    expect(page.backend.count('/disconnect')).to.equal(0)
  })

  it('forgets what was typed where it is taken away for good', async () => {
    await show('entering')
    const typed = key()
    if (typed) typed.value = 'typed before'
    element.remove()
    await until(() => typed?.value === '', 'nothing typed')
  })
})
