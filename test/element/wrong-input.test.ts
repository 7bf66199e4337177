import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { keyed } from '../client/typed.ts'
import { type TestPage, click, openPage, problem, until } from './page.ts'

const connector = {
  ...keyed,
  id: 'acme',
  name: 'Acme Cloud',
  inputs: [
    { name: 'apiKey', label: 'API key', secret: true, pattern: 'sk-[a-z]+', placeholder: 'sk-…', help: 'Settings.' },
    { name: 'site', label: 'Site', optional: true, pattern: '[a-z]+' },
  ],
}

describe('what a form says is wrong', () => {
  let page: TestPage
  let element: ConnectorAuth
  beforeEach(async () => {
    page = await openPage()
    page.connector = connector
    element = await page.mount()
    await until(() => page.heard(['ready']).length, 'the connector')
    await click(element, 'Connect Acme Cloud')
    await until(() => element.shadowRoot?.querySelector<HTMLDialogElement>('dialog')?.open, 'the form')
  })
  afterEach(() => page.close())

  const field = (name: string) => {
    const found = element.shadowRoot?.querySelector<HTMLInputElement>(`[name=${name}]`)
    if (!found) throw new Error(`There is no field "${name}".`)
    return found
  }
  const type = async (name: string, value: string) => {
    const one = field(name)
    one.value = value
    for (const event of ['input', 'change']) one.dispatchEvent(new Event(event, { bubbles: true }))
    await element.updateComplete
  }
  /** What a screen reader says of a field after its label, last. */
  const said = (name: string) => {
    const [id = ''] = (field(name).getAttribute('aria-describedby') ?? '').split(' ').slice(-1)
    return element.shadowRoot?.getElementById(id)?.textContent
  }
  const invalid = (name: string) => field(name).getAttribute('aria-invalid')
  const submit = () => element.shadowRoot?.querySelector<HTMLElement>('.entry .main')?.click()
  /** True where the browser goes on and puts it into the field. */
  const bring = (Kind: typeof ClipboardEvent | typeof DragEvent, name: string, text: string) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    const init = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data }
    const done = field(name).dispatchEvent(
      Kind === DragEvent ? new DragEvent('drop', init) : new ClipboardEvent('paste', init),
    )
    return element.updateComplete.then(() => done)
  }

  it('is that what was pasted or dropped has several lines, and takes none of it', async () => {
    for (const Kind of [ClipboardEvent, DragEvent]) {
      await type('apiKey', 'sk-old')
      expect(await bring(Kind, 'apiKey', 'sk-one\nsk-two')).to.equal(false)
      expect([said('apiKey'), invalid('apiKey')]).to.deep.equal([
        'What was pasted has several lines. Copy it as one.',
        'true',
      ])
      expect(field('apiKey').value).to.equal('sk-old')
      expect(await bring(Kind, 'apiKey', 'sk-new\r\n'), 'a line break at the end').to.equal(true)
      await type('apiKey', 'sk-new')
      expect([said('apiKey'), invalid('apiKey')]).to.deep.equal(['Settings.', 'false'])
    }
  })

  it('is said of the secret that the service refused, until something else is typed', async () => {
    page.backend.instead.set('POST /api/v1/connections/acme', () => problem('credentials_rejected', 422))
    await type('apiKey', 'sk-wrong')
    submit()
    await until(() => element.shadowRoot?.querySelector('[role=alert]')?.textContent, 'the refusal')
    await element.updateComplete
    expect([said('apiKey'), invalid('apiKey')]).to.deep.equal(['said credentials_rejected', 'true'])
    expect([said('site'), invalid('site')]).to.deep.equal([undefined, 'false'])
    await type('apiKey', 'sk-other')
    expect([said('apiKey'), invalid('apiKey')]).to.deep.equal(['Settings.', 'false'])
  })

  it('has the example of its record, where there is one', async () => {
    await type('apiKey', 'wrong')
    await type('site', '1')
    expect(said('apiKey')).to.equal('This does not look right. It looks like this: sk-…')
    expect(said('site')).to.equal('This does not look right. Compare it with the original.')
  })
})
