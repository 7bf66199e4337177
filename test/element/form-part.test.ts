import { expect } from '@open-wc/testing'
import { HttpResponse, http, passthrough } from 'msw'
import { worker } from '../client/backend.ts'
import { keyed } from '../client/typed.ts'
import { type TestPage, click, message, openPage, terminal, until } from './page.ts'

describe('a form whose code does not arrive', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  it('says so, can be left, and is asked for again by a press', async () => {
    page.connector = { ...keyed, id: 'acme', name: 'Acme Cloud' }
    let asked = 0
    worker.use(
      http.get('*/src/element/views/form.ts', () => {
        asked += 1
        return asked < 3 ? HttpResponse.error() : passthrough()
      }),
    )
    const element = await page.mount()
    await until(() => page.heard(['ready']).length)
    await click(element, 'Connect Acme Cloud')
    await until(() => message(element) === 'The form could not be loaded.', 'the message')
    await click(element, 'Cancel')
    await until(() => element.status === 'idle')
    expect(page.heard(terminal)).to.deep.equal(['cancelled'])
    await click(element, 'Connect Acme Cloud')
    await click(element, 'Try again')
    await until(() => asked === 2 && message(element) === 'The form could not be loaded.', 'the second message')
    await click(element, 'Try again')
    await until(() => element.shadowRoot?.querySelector<HTMLDialogElement>('dialog')?.open, 'the form')
    expect(element.status).to.equal('entering')
    expect(asked).to.equal(3)
  })
})
