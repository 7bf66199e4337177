import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, problem, until } from './page.ts'

describe('<connector-auth>', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it("names the button for the connector, and shows the connector's name and icon", async () => {
    const element = await page.mount()
    await until(() => buttons(element).map(nameOf).join() === 'Connect Acme Cloud')
    expect(element.shadowRoot?.querySelector('[part=title]')?.textContent).to.equal('Acme Cloud')
    expect(element.shadowRoot?.querySelector('path')?.getAttribute('fill')).to.equal('#5b5bd6')
    expect(element.shadowRoot?.querySelector('path')).to.be.instanceOf(SVGPathElement)
  })

  it('shows a letter where the connector has no icon', async () => {
    page.connector = { ...page.connector, icon: undefined }
    const element = await page.mount()
    await until(() => element.shadowRoot?.querySelector('[part=icon]')?.textContent === 'A')
  })

  it('shows whose account is connected, what it may do, and what was not granted', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    expect(message(element)).to.equal('Connected as ana@example.com')
    expect(element.shadowRoot?.querySelector('summary')?.textContent).to.equal('1 permission')
    expect([...(element.shadowRoot?.querySelectorAll('li') ?? [])].map((one) => one.textContent)).to.deep.equal([
      'read',
      'Not granted: write',
    ])
  })

  it('tells a failure with its reason, the request to quote, and a way on', async () => {
    page.backend.instead.set('/connections', () => problem('storage_unavailable', 503))
    const element = await page.mount()
    expect(element.shadowRoot?.querySelector('[part=report]')?.textContent).to.equal(
      'storage_unavailable · Request req_1',
    )
    page.backend.instead.set('/connections', () => HttpResponse.json({ connections: [connectionOf()] }))
    await click(element, 'Try again')
    await until(() => element.status === 'connected')
  })

  it('reads auth-token once and removes it from the page', async () => {
    const secret = `cct_${'a'.repeat(32)}_${'b'.repeat(64)}`
    const element = await page.mount({ 'auth-token': secret, 'token-url': undefined })
    expect(element.status).to.equal('idle')
    expect(document.documentElement.outerHTML).not.to.include(secret)
    expect(page.backend.count('/token')).to.equal(0)
  })

  it('lets every text be replaced, and the message of a reason', async () => {
    const element = await page.mount()
    element.text = {
      connect: 'Verbinden',
      connectLabel: 'Mit {name} verbinden',
      idle: 'Nicht verbunden',
      session_consumed: 'Nochmal!',
    }
    await element.updateComplete
    await until(() => buttons(element).map(nameOf).join() === 'Mit Acme Cloud verbinden')
    expect(message(element)).to.equal('Nicht verbunden')
    page.backend.instead.set('/auth-sessions', () => problem('session_consumed', 409))
    await click(element, 'Mit Acme Cloud verbinden')
    await until(() => message(element) === 'Nochmal!')
  })

  it('keeps the focus in the card when a button goes, and never puts it on Disconnect', async () => {
    const element = await page.mount()
    await until(() => buttons(element).length > 0)
    buttons(element)[0]?.focus()
    await click(element, 'Connect Acme Cloud')
    await until(() => element.status === 'waiting')
    await element.updateComplete
    expect(element.shadowRoot?.activeElement?.textContent).to.equal('Cancel')
    await page.answer()
    await until(() => element.status === 'connected')
    await element.updateComplete
    expect(element.shadowRoot?.activeElement?.textContent).to.equal('Acme Cloud')
  })

  it('does not take the focus of a page that has it elsewhere', async () => {
    const element = await page.mount()
    void element.connect()
    await page.answer()
    await until(() => element.status === 'connected')
    expect(document.activeElement).to.equal(document.body)
  })

  it('prepares when the pointer rests on the button, and not when it passes', async () => {
    const element = await page.mount()
    const actions = element.shadowRoot?.querySelector('[part=actions]')
    actions?.dispatchEvent(new PointerEvent('pointerenter'))
    actions?.dispatchEvent(new PointerEvent('pointerleave'))
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(page.backend.sessions).to.have.length(0)
    actions?.dispatchEvent(new PointerEvent('pointerenter'))
    await until(() => page.backend.sessions.length === 1)
    // Joins what the pointer began: its answer may still be on the way.
    await element.prepare()
    await click(element, 'Connect Acme Cloud')
    expect(page.windows[0]).to.include('state=')
    expect(page.backend.sessions).to.have.length(1)
  })

  it('ignores the second click of a double click', async () => {
    const element = await page.mount()
    await click(element, 'Connect Acme Cloud')
    await until(() => element.status === 'waiting')
    const second = new MouseEvent('click', { detail: 2, bubbles: true })
    for (const button of buttons(element)) button.dispatchEvent(second)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(element.status).to.equal('waiting')
    expect(page.windows.filter((url) => url === '')).to.have.length(1)
  })
})
