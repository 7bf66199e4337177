import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { HttpResponse, http } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { worker } from '../client/backend.ts'
import { type TestPage, click, message, openPage, problem, terminal, until } from './page.ts'

const common = {
  category: 'files',
  reach: 'proxy',
  apiOrigins: [],
  scopes: { default: [], required: [], optional: [] },
}
const secret = 'canary-typed-secret'
const keyed = {
  ...common,
  id: 'acme',
  name: 'Acme Cloud',
  method: 'api_key',
  asks: true,
  inputs: [
    { name: 'apiKey', label: 'API key', secret: true, help: 'Settings, then API.', pattern: 'canary-[a-z-]+' },
    { name: 'region', label: 'Region', enum: ['eu', 'us'], labels: { eu: 'Europe' }, default: 'us' },
    { name: 'site', label: 'Site', optional: true, prefix: 'https://', suffix: '.acme.test', format: 'subdomain' },
    {
      name: 'mail',
      label: 'Mail',
      optional: true,
      format: 'email',
      autocomplete: 'email',
      placeholder: 'you@acme.test',
    },
    { name: 'hidden', label: 'Hidden', hidden: true, default: 'x' },
  ],
}
const basic = {
  ...keyed,
  method: 'basic',
  inputs: [
    { name: 'username', label: 'User name', autocomplete: 'username' },
    { name: 'password', label: 'Password', secret: true, autocomplete: 'current-password' },
  ],
}

describe('the form', () => {
  let page: TestPage
  let posted: unknown[]
  let answer: () => Response | Promise<Response>
  beforeEach(async () => {
    page = await openPage()
    page.connector = keyed
    posted = []
    answer = () =>
      HttpResponse.json(
        {
          status: 'ACTIVE',
          connectionId: 'default',
          scopes: { requested: [], granted: [], missing: [] },
          account: { id: 'u1', name: 'Ada' },
          existing: false,
        },
        { status: 201 },
      )
    worker.use(
      http.post(`${page.backend.baseUrl}/api/v1/connections/acme`, async ({ request }) => {
        posted.push(await request.json())
        return answer()
      }),
    )
  })
  afterEach(() => page.close())

  const all = <T extends Element = HTMLElement>(element: ConnectorAuth, selector: string) => [
    ...(element.shadowRoot?.querySelectorAll<T>(selector) ?? []),
  ]
  const one = <T extends Element = HTMLElement>(element: ConnectorAuth, selector: string): T => {
    const [found] = all<T>(element, selector)
    if (!found) throw new Error(`no ${selector}`)
    return found
  }
  const input = (element: ConnectorAuth, name: string) => one<HTMLInputElement>(element, `[name=${name}]`)
  const type = (element: ConnectorAuth, name: string, value: string) => {
    const field = input(element, name)
    field.value = value
    for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }))
  }
  const submit = (element: ConnectorAuth) => one(element, '.entry .main').click()
  const focused = (element: ConnectorAuth) => element.shadowRoot?.activeElement?.getAttribute('name')
  /** What belongs to a field beside its label, as a screen reader says it. */
  const described = (element: ConnectorAuth, name: string) =>
    (input(element, name).getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => element.shadowRoot?.getElementById(id)?.textContent)
  const alerted = (element: ConnectorAuth) => one(element, '[role=alert]').textContent
  const open = async (changes: Readonly<Record<string, string>> = {}) => {
    const element = await page.mount(changes)
    await until(() => page.heard(['ready']).length)
    await click(element, 'Connect Acme Cloud')
    await until(() => all<HTMLDialogElement>(element, 'dialog').some((dialog) => dialog.open), 'the form')
    return element
  }

  it('shows each field that shows, with its label, help, choice and what stands around it', async () => {
    const element = await open()
    expect(element.status).to.equal('entering')
    expect(all(element, 'label').map((label) => label.innerText.trim())).to.deep.equal([
      'API key',
      'Region',
      'Site (optional)',
      'Mail (optional)',
    ])
    for (const label of all<HTMLLabelElement>(element, 'label'))
      expect(label.control, label.innerText).not.to.equal(null)
    expect(described(element, 'apiKey')).to.deep.equal(['Settings, then API.'])
    expect(described(element, 'site')).to.deep.equal(['https://', '.acme.test'])
    const region = one<HTMLSelectElement>(element, 'select')
    expect([...region.options].map(({ text }) => text)).to.deep.equal(['Europe', 'us'])
    expect(region.value).to.equal('us')
    expect(input(element, 'mail').placeholder).to.equal('you@acme.test')
    expect([input(element, 'apiKey').required, input(element, 'mail').required]).to.deep.equal([true, false])
    expect(one(element, 'dialog').getAttribute('aria-labelledby')).to.equal('form-title')
    expect(one(element, '#form-title').textContent).to.equal('Connect Acme Cloud')
    expect(page.windows).to.deep.equal([])
  })

  it('is not waited for where the host shows nothing, whether by attribute or by property', async () => {
    for (const headless of ['attribute', 'property']) {
      const element = await page.mount(headless === 'attribute' ? { headless: '' } : {})
      if (headless === 'property') element.headless = true
      const accept = answer
      answer = () => problem('invalid_input', 400)
      expect(await element.connect()).to.deep.include({ status: 'failed', reason: 'invalid_input' })
      answer = accept
      expect(await element.connect({ inputs: { apiKey: secret, region: 'eu' } })).to.include({ status: 'connected' })
      expect(getComputedStyle(element).display).to.equal('none')
      element.remove()
    }
  })

  it('takes what the host gives while it is open', async () => {
    const element = await open()
    const outcome = await element.connect({ inputs: { apiKey: secret, region: 'eu' } })
    expect(outcome).to.include({ status: 'connected' })
    expect(posted).to.have.length(1)
    expect(posted[0]).to.deep.include({ values: { apiKey: secret, region: 'eu' } })
  })

  it('of one connection takes nothing that is for another', async () => {
    const element = await open()
    const outcome = element.add({ inputs: { apiKey: secret, region: 'eu' } })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([element.status, posted.length]).to.deep.equal(['entering', 0])
    element.cancel()
    expect(await outcome).to.deep.include({ status: 'cancelled' })
  })

  it('tells password managers what is a password, and that a key is none', async () => {
    const element = await open()
    const key = input(element, 'apiKey')
    expect([key.type, key.autocomplete]).to.deep.equal(['text', 'off'])
    for (const ignore of ['1p-ignore', 'lpignore', 'bwignore', 'protonpass-ignore', 'form-type'])
      expect(key.hasAttribute(`data-${ignore}`), ignore).to.equal(true)
    expect(getComputedStyle(key).getPropertyValue('-webkit-text-security')).to.equal('disc')
    expect(input(element, 'mail').autocomplete).to.equal('email')
    for (const name of ['apiKey', 'site', 'mail']) {
      const { spellcheck, autocapitalize } = input(element, name)
      expect([spellcheck, autocapitalize]).to.deep.equal([false, 'none'])
    }
    expect(input(element, 'mail').inputMode).to.equal('email')
    element.cancel()
    page.connector = basic
    const other = await open()
    const [user, password] = [input(other, 'username'), input(other, 'password')]
    expect([user.type, user.autocomplete]).to.deep.equal(['text', 'username'])
    expect([password.type, password.autocomplete]).to.deep.equal(['password', 'current-password'])
    expect(password.hasAttribute('data-1p-ignore')).to.equal(false)
    expect(user.form, 'in one form').to.equal(password.form)
  })

  it('shows a secret on request, and hides it again when it is sent', async () => {
    for (const [connector, name, label] of [
      [keyed, 'apiKey', 'API key'],
      [basic, 'password', 'Password'],
    ] as const) {
      page.connector = connector
      const element = await open()
      const hidden = () => {
        const field = input(element, name)
        return field.type === 'password' || field.matches('.masked')
      }
      expect(hidden()).to.equal(true)
      await click(element, `Show ${label}`)
      expect(hidden()).to.equal(false)
      await click(element, `Hide ${label}`)
      expect(hidden()).to.equal(true)
      await click(element, `Show ${label}`)
      submit(element)
      await element.updateComplete
      expect(hidden()).to.equal(true)
      element.cancel()
    }
  })

  it('saves what was typed, without the hidden and the empty, and shows whose account it is', async () => {
    const element = await open()
    type(element, 'apiKey', ` ${secret}\n`)
    type(element, 'site', 'https://docs.acme.test/')
    submit(element)
    await until(() => element.status === 'connected')
    expect(posted).to.deep.equal([{ values: { apiKey: ` ${secret}`, region: 'us', site: 'https://docs.acme.test/' } }])
    expect(message(element)).to.equal('Connected as Ada')
    expect(all(element, '.entry')).to.have.length(0)
    expect(page.heard(terminal)).to.deep.equal(['connected'])
  })

  it('says at each field what is wrong with it, sends nothing, and goes to the first', async () => {
    const element = await open()
    type(element, 'site', 'not a site')
    type(element, 'mail', 'nobody')
    submit(element)
    await until(() => focused(element) === 'apiKey')
    expect(alerted(element)).to.equal('Check what is marked.')
    expect(described(element, 'apiKey')).to.deep.equal(['Settings, then API.', 'Fill this in.'])
    expect(described(element, 'site').at(-1)).to.equal('Letters, digits and hyphens only.')
    expect(described(element, 'mail').at(-1)).to.contain('email address')
    expect(input(element, 'mail').getAttribute('aria-invalid')).to.equal('true')
    expect(posted).to.deep.equal([])
    type(element, 'mail', 'ada@acme.test')
    type(element, 'apiKey', 'sk-wrong')
    await element.updateComplete
    expect(input(element, 'mail').getAttribute('aria-invalid')).to.equal('false')
    expect(described(element, 'apiKey').at(-1)).to.contain('does not look right')
  })

  it("says the service's own words, keeps what was typed, and selects the secret", async () => {
    const right = answer
    answer = () => problem('credentials_rejected', 422)
    const element = await open()
    type(element, 'apiKey', secret)
    type(element, 'site', 'docs')
    submit(element)
    await until(() => alerted(element) === 'said credentials_rejected')
    await until(() => focused(element) === 'apiKey')
    const key = input(element, 'apiKey')
    expect([key.value, key.selectionStart, key.selectionEnd]).to.deep.equal([secret, 0, secret.length])
    expect(input(element, 'site').value).to.equal('docs')
    answer = right
    submit(element)
    await until(() => element.status === 'connected')
  })

  it("puts the backend's complaint at the field that it names", async () => {
    answer = () => {
      const told = { type: 'x', title: 'x', status: 400, retryable: false, requestId: 'r', reason: 'invalid_input' }
      return HttpResponse.json({ ...told, code: 'INVALID_REQUEST', detail: 'site: is taken.' }, { status: 400 })
    }
    const element = await open()
    type(element, 'apiKey', secret)
    submit(element)
    await until(() => focused(element) === 'site')
    expect(described(element, 'site').at(-1)).to.equal('is taken.')
  })

  it('is busy while it is tried, and sends once', async () => {
    const right = answer
    let go = () => {}
    answer = async () => {
      await new Promise<void>((resolve) => (go = resolve))
      return right()
    }
    const element = await open()
    type(element, 'apiKey', secret)
    const button = one(element, '.entry .main')
    button.focus()
    for (let times = 0; times < 3; times += 1) button.click()
    await until(() => element.status === 'saving' && posted.length)
    expect([button.textContent, button.getAttribute('aria-disabled')]).to.deep.equal([
      'Checking with the service…',
      'true',
    ])
    expect(element.shadowRoot?.activeElement, 'the focus stays').to.equal(button)
    button.click()
    go()
    await until(() => element.status === 'connected')
    expect(posted).to.have.length(1)
  })

  it('is done with the keyboard alone, and Escape ends it and gives the focus back', async () => {
    const element = await page.mount()
    await until(() => page.heard(['ready']).length)
    one(element, 'button.main').focus()
    await sendKeys({ press: 'Enter' })
    await until(() => focused(element) === 'apiKey', 'focus in the first field')
    await sendKeys({ press: 'Escape' })
    await until(() => element.status === 'idle')
    expect(message(element)).to.equal('Cancelled. Nothing was connected.')
    expect(page.heard(terminal)).to.deep.equal(['cancelled'])
    expect(element.shadowRoot?.activeElement?.getAttribute('aria-label')).to.equal('Connect Acme Cloud')
    await sendKeys({ press: 'Enter' })
    await until(() => focused(element) === 'apiKey')
    await sendKeys({ type: secret })
    await sendKeys({ press: 'Enter' })
    await until(() => element.status === 'connected')
    expect(posted).to.have.length(1)
  })

  it("gives the focus back to the host's own button", async () => {
    const element = await page.mount()
    await until(() => page.heard(['ready']).length)
    const own = document.createElement('button')
    own.onclick = () => void element.connect()
    document.body.append(own)
    own.focus()
    own.click()
    await until(() => focused(element) === 'apiKey')
    await sendKeys({ press: 'Escape' })
    await until(() => document.activeElement === own, 'the focus')
    own.remove()
  })

  it('goes when the attempt ends elsewhere, and takes what was typed along', async () => {
    const element = await open()
    type(element, 'apiKey', secret)
    const key = input(element, 'apiKey')
    await element.signOut()
    await until(() => all(element, '.entry').length === 0)
    expect(key.value).to.equal('')
  })

  it('takes one step with inputs, and asks nobody where it is not shown', async () => {
    const element = await page.mount()
    await until(() => page.heard(['ready']).length)
    expect((await element.connect({ inputs: { apiKey: secret } })).status).to.equal('connected')
    element.hidden = true
    answer = () => problem('invalid_input', 400, false, 'INVALID_REQUEST')
    expect(await element.add()).to.include({ status: 'failed', reason: 'invalid_input' })
    expect(posted).to.deep.equal([{ values: { apiKey: secret } }, { values: {}, connection: { new: true } }])
  })

  it('opens the window in the press that ends it, where a consent page follows', async () => {
    page.connector = { ...keyed, method: 'oauth2', inputs: [{ name: 'site', label: 'Site' }] }
    const element = await open()
    type(element, 'site', 'docs')
    submit(element)
    expect(page.windows, 'in this very click').to.deep.equal([''])
    await until(() => element.status === 'waiting')
    expect(all(element, '.entry')).to.have.length(0)
    expect(page.backend.sessions[0]?.body).to.deep.include({ inputs: { site: 'docs' } })
    await page.answer()
    await until(() => element.status === 'connected')
  })

  it('never puts what is typed into an event, an attribute or storage', async () => {
    const element = await open({ storage: 'indexeddb' })
    type(element, 'apiKey', secret)
    await element.updateComplete
    const markup = () => element.outerHTML + (element.shadowRoot?.innerHTML ?? '')
    const before = markup()
    submit(element)
    await until(() => element.status === 'connected')
    const stored = [Object.entries(localStorage), Object.entries(sessionStorage)]
    expect(JSON.stringify([page.told, stored]) + before + markup()).not.to.contain(secret)
  })

  it('fits into 320 px, with targets of 24 px', async () => {
    const element = await open()
    type(element, 'apiKey', 'x'.repeat(200))
    const dialog = one<HTMLDialogElement>(element, 'dialog')
    dialog.style.inlineSize = '296px'
    expect(dialog.scrollWidth).to.be.at.most(dialog.clientWidth)
    for (const part of all(element, 'dialog input, dialog select, dialog button'))
      expect(part.getBoundingClientRect().height, part.outerHTML).to.be.at.least(24)
  })

  it('comes up in place of the window where the click was before anything was known, in the same attempt', async () => {
    const { instead } = page.backend
    let lists = 0
    instead.set('/connectors', () =>
      lists++ ? HttpResponse.json({ connectors: [keyed] }) : problem('internal', 500, false, 'NETWORK_ERROR'),
    )
    instead.set('/auth-sessions', () => problem('wrong_method', 400, false, 'INVALID_REQUEST'))
    const element = await page.mount()
    await until(() => lists, 'the list')
    const outcome = element.connect()
    expect(page.windows).to.deep.equal([''])
    await until(() => all<HTMLDialogElement>(element, 'dialog').some((dialog) => dialog.open), 'the form')
    type(element, 'apiKey', secret)
    submit(element)
    expect((await outcome).status).to.equal('connected')
    expect(page.heard(['open', 'popup-opened', 'popup-blocked', ...terminal])).to.deep.equal(['open', 'connected'])
  })
})
