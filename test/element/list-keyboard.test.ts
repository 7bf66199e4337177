import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { focused, pressKey } from './browser.ts'
import { type TestPage, click, nameOf, openPage, until } from './page.ts'

const connectors = Array.from({ length: 12 }, (_, index) => ({
  id: `service-${index}`,
  name: `Service ${String(index).padStart(2, '0')}`,
  category: 'files',
  method: 'oauth2',
  reach: 'direct',
  apiOrigins: ['https://api.example'],
  scopes: { default: ['read'], required: [], optional: [] },
}))

describe('the list by keyboard', () => {
  let page: TestPage
  let element: ConnectorAuth
  beforeEach(async () => {
    page = await openPage()
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors }))
    element = await page.mount({ 'connector-id': undefined })
    search()?.focus()
  })
  afterEach(() => page.close())

  const search = () => element.shadowRoot?.querySelector('input')
  const press = async (...keys: string[]) => {
    for (const key of keys) await pressKey(key)
    await element.updateComplete
  }
  const here = () => {
    const at = focused()
    return at instanceof HTMLElement ? nameOf(at) : ''
  }
  const stops = () =>
    [...(element.shadowRoot?.querySelectorAll<HTMLElement>('li:not([hidden]) > button') ?? [])]
      .filter(({ tabIndex }) => tabIndex === 0)
      .map(nameOf)

  it('is one stop for Tab, at the row that had the focus last (2.1.1, 2.4.3)', async () => {
    expect(stops()).to.deep.equal(['Connect Service 00'])
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown')
    expect(here()).to.equal('Connect Service 03')
    expect(stops()).to.deep.equal(['Connect Service 03'])
    search()?.focus()
    await press('Tab')
    expect(here()).to.equal('Connect Service 03')
  })

  it('goes by what is seen at once with Page Down and Page Up (2.1.1)', async () => {
    const at = () => Number(here().slice(-2))
    await press('ArrowDown', 'PageDown')
    const rows = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[part~=row]') ?? [])]
    const height = (element.shadowRoot?.querySelector('ul')?.clientHeight ?? 0) / (rows[0]?.offsetHeight ?? 0)
    expect(at()).to.equal(Math.floor(height) - 1)
    expect(at()).to.be.within(2, 8)
    await press('PageDown', 'PageDown', 'PageDown')
    expect(at(), 'the last').to.equal(11)
    await press('PageUp')
    expect(at()).to.equal(11 - (Math.floor(height) - 1))
    await press('PageUp', 'PageUp', 'PageUp')
    expect(at(), 'the first').to.equal(0)
  })

  it('stays in the order of Tab when a search hides the row that had the focus (2.1.1, 2.4.3)', async () => {
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown')
    search()?.focus()
    await sendKeys({ type: '00' })
    await element.updateComplete
    await press('Tab')
    expect(here()).to.equal('Connect Service 00')
    expect(stops()).to.deep.equal(['Connect Service 00'])
  })

  it('stays in the order of Tab when the row that it would come to is a card now (2.1.1, 2.4.3)', async () => {
    await click(element, 'Connect Service 00')
    const card = () => element.shadowRoot?.querySelector<ConnectorAuth>('li connector-auth')
    await until(() => card()?.status === 'waiting', 'the attempt')
    expect(stops()).to.deep.equal(['Connect Service 01'])
    card()?.cancel()
  })
})
