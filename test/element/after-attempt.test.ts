import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { focused } from './browser.ts'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, until } from './page.ts'

const second = 'b'.repeat(32)
const { account, scopes, createdAt } = connectionOf()

/** What redeem answers of a connection that has come about. */
const active = (connectionId: string) => ({
  status: 'ACTIVE',
  connectionId,
  scopes,
  account,
  existing: false,
  createdAt,
  credentials: {
    connectionId,
    accessToken: 'canary',
    tokenType: 'Bearer',
    expiresInSeconds: 3_600,
    scopes: ['read'],
    extra: {},
  },
})

describe('a connection after an attempt to change it', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  const press = async (element: ConnectorAuth, name: string) => {
    buttons(element)
      .find((one) => nameOf(one) === name)
      ?.focus()
    await click(element, name)
    await until(() => element.status === 'waiting', 'the attempt')
    await until(() => page.backend.sessions.length, 'its session')
  }
  const mismatch = () =>
    page.backend.instead.set('/redeem', () =>
      HttpResponse.json({ status: 'FAILED', reason: 'account_mismatch', message: 'Another account.' }),
    )

  for (const [name, how, words] of [
    ['Reconnect Acme Cloud', 'error=access_denied', 'You declined. Nothing has changed.'],
    ['Grant the rest to Acme Cloud', '', 'Cancelled. Nothing has changed.'],
    ['Add another account of Acme Cloud', 'error=access_denied', 'You declined. Nothing has changed.'],
  ] as const)
    it(`says once that nothing has changed, and the focus is where it began: ${name}`, async () => {
      page.connections = [connectionOf()]
      const element = await page.mount()
      const status = element.shadowRoot?.querySelector('[role=status]')
      const said: string[] = []
      await press(element, name)
      const observer = new MutationObserver(() => said.push(message(element)))
      if (status) observer.observe(status, { characterData: true, childList: true, subtree: true })
      if (how) await page.answer(how)
      else await click(element, 'Cancel')
      await until(() => element.status === 'connected', 'the connection')
      await element.updateComplete
      observer.disconnect()
      expect(said.filter((one) => one.includes(words))).to.deep.equal([`Connected as ana@example.com. ${words}`])
      expect(focused()?.ariaLabel).to.equal(name)
    })

  it('that began without one has its name in focus, which is marked under its letters alone', async () => {
    const element = await page.mount()
    await press(element, 'Connect Acme Cloud')
    await page.answer()
    await until(() => element.status === 'connected', 'the connection')
    await element.updateComplete
    const title = focused()
    expect(title?.part.value).to.equal('title')
    if (title instanceof HTMLElement) title.focus({ focusVisible: true } as FocusOptions)
    const { outlineStyle, textDecorationLine } = getComputedStyle(title ?? element)
    expect([outlineStyle, textDecorationLine]).to.deep.equal(['none', 'underline'])
  })

  for (const status of ['active', 'needs_reconnect'] as const)
    it(`is kept, or another is added, where another account was chosen: ${status}`, async () => {
      page.connections = [connectionOf(status)]
      mismatch()
      const element = await page.mount()
      await press(element, 'Reconnect Acme Cloud')
      await page.answer()
      await until(() => element.status === 'failed', 'the failure')
      await element.updateComplete
      const offered = () => buttons(element).map(nameOf)
      expect(offered()).to.deep.equal(['Try again', 'Add another account of Acme Cloud', 'Dismiss'])
      await click(element, 'Dismiss')
      await until(() => element.status === (status === 'active' ? 'connected' : 'idle'), 'what stands')
      await until(() => offered().includes('Disconnect Acme Cloud'), 'its buttons')
      await press(element, 'Reconnect Acme Cloud')
      await page.answer()
      await until(() => element.status === 'failed', 'the failure')
      page.backend.instead.delete('/redeem')
      const before = page.backend.sessions.length
      await click(element, 'Add another account of Acme Cloud')
      await until(() => page.backend.sessions.length > before, 'its session')
      expect(page.backend.sessions.at(-1)?.body.connection).to.deep.equal({ new: true })
      page.connections = [connectionOf(status), connectionOf('active', second)]
      await page.answer()
      await until(() => element.status === 'accounts', 'both')
    })

  it('stays in the card of one of several where another account was chosen and is added', async () => {
    page.connections = [connectionOf(), connectionOf('active', second)]
    mismatch()
    const element = await page.mount()
    const cards = () => [...(element.shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? [])]
    await until(() => cards().length === 2 && cards().every((one) => one.status === 'connected'), 'the cards')
    const [card] = cards()
    if (!card) throw new Error('There is no card.')
    await press(card, 'Reconnect Acme Cloud (ana@example.com 1)')
    await page.answer()
    await until(() => card.status === 'failed', 'the failure')
    page.backend.instead.set('/redeem', () => HttpResponse.json(active('c'.repeat(32))))
    const before = page.backend.sessions.length
    await click(card, 'Add another account of Acme Cloud (ana@example.com 1)')
    await until(() => page.backend.sessions.length > before, 'its session')
    expect(page.backend.sessions.at(-1)?.body.connection).to.deep.equal({ new: true })
    page.connections = [...page.connections, connectionOf('active', 'c'.repeat(32))]
    await page.answer()
    await until(() => cards().length === 3 && cards().every((one) => one.status === 'connected'), 'the third')
    expect(cards().map(({ connectionId }) => connectionId)).to.deep.equal(['default', second, 'c'.repeat(32)])
    expect(buttons(card).map(nameOf)).to.include('Disconnect Acme Cloud (ana@example.com 1)')
    expect(card.connectionId).to.equal('default')
  })

  for (const [method, words] of [
    ['api_key', 'delete the key or change the password there.'],
    ['oauth2', 'remove this app in its settings.'],
  ] as const)
    it(`says what ends the access at the service too, where that cannot be told: ${method}`, async () => {
      page.connections = [connectionOf()]
      page.connector = {
        ...page.connector,
        method,
        asks: true,
        inputs: [{ name: 'apiKey', label: 'Key', secret: true }],
      }
      page.backend.instead.set('/disconnect', () => HttpResponse.json({ revocation: 'unsupported' }))
      const element = await page.mount()
      await until(() => page.heard(['ready']).length, 'the connector')
      await element.disconnect()
      await element.updateComplete
      expect(message(element)).to.contain('The service cannot be told.')
      expect(message(element)).to.contain(words)
    })
})
