import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { type TestPage, connectionOf, message, openPage, until } from './page.ts'
import { views } from './views.ts'

const connector = (id: string, category: string) => ({
  id,
  name: `Service ${id}`,
  category,
  method: 'oauth2',
  reach: 'direct',
  apiOrigins: ['https://api.example'],
  scopes: { default: ['read'], required: [], optional: [] },
})

const keyed = (inputs: readonly object[]) => ({
  ...connector('acme', 'files'),
  name: 'Acme Cloud',
  method: 'api_key',
  reach: 'proxy',
  apiOrigins: [],
  asks: true,
  inputs,
})

describe('the words of a language', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())

  const show = async (name: string, lang: string) => {
    const element = await views[name]?.(page, { lang })
    if (!element) throw new Error(`There is no view "${name}".`)
    return element
  }

  for (const [lang, said] of Object.entries({
    en: 'Connected as ana@example.com. It was granted after you had cancelled.',
    de: 'Verbunden als ana@example.com. Die Zustimmung kam, nachdem Sie abgebrochen hatten.',
    es: 'Conectado como ana@example.com. El permiso llegó después de que cancelaras.',
    fr: 'Connecté en tant que ana@example.com. L’accès a été accordé après votre annulation.',
    ja: 'ana@example.comとして接続済み。キャンセルした後に許可されました。',
    ar: 'مرتبط بالحساب \u2068ana@example.com\u2069. مُنح الإذن بعد أن ألغيت.',
  }))
    it(`tell two sentences apart: ${lang}`, async () => {
      const element = await show('connected after Cancel', lang)
      await until(() => message(element) === said, message(element))
    })

  const isolated = (value: string) => `\u2068${value}\u2069`
  const named = (name: string) => ({ ...connectionOf(), account: { id: 'u1', name } })

  it('keep what is not theirs from turning an Arabic sentence around: an account, scopes, what the service said', async () => {
    page.connections = [{ ...named('ana (Sales)'), status: 'needs_reconnect' }]
    const ended = await page.mount({ lang: 'ar' })
    await until(() => message(ended).startsWith(`${isolated('ana (Sales)')}: انتهى`), message(ended))
    page.connections = [named('ana (Sales)')]
    const element = await page.mount({ lang: 'ar' })
    await until(() => message(element).endsWith(isolated('ana (Sales)')), message(element))
    const scopes = [...(element.shadowRoot?.querySelectorAll('li bdi') ?? [])].map(({ textContent }) => textContent)
    expect(scopes).to.deep.equal(['read', 'write'])
    const form = await show('entering again', 'ar')
    const alert = () => form.shadowRoot?.querySelector('[role=alert]')?.textContent ?? ''
    await until(() => alert().endsWith(`(${isolated('said credentials_rejected')})`), alert())
  })

  it('keep an Arabic account from turning theirs around, in words of the host too, and nothing closes that but they', async () => {
    const said = async (account: string, text?: ConnectorAuth['text']) => {
      page.text = text
      page.connections = [named(account)]
      return message(await page.mount())
    }
    expect(await said('شركة 2')).to.equal(`Connected as ${isolated('شركة 2')}`)
    expect(await said('a\u2069\u202eb')).to.equal(`Connected as ${isolated('a\u202eb')}`)
    expect(await said('ana', { connectedAs: 'מחובר בתור {account}' })).to.equal(`מחובר בתור ${isolated('ana')}`)
    expect(await said('Zoë ©')).to.equal('Connected as Zoë ©')
  })

  it('tell what became of the tokens in a sentence of its own', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    page.backend.instead.set('/disconnect', () => HttpResponse.json({ revocation: 'failed_will_retry' }))
    await element.disconnect()
    await element.updateComplete
    expect(message(element)).to.match(/^Not connected\. The service could not be told yet\./)
  })

  async function categoriesIn(attributes: Readonly<Record<string, string>>, text?: ConnectorAuth['text']) {
    const all = ['crm', 'ai', 'dev-tools', 'hr', 'files', 'Own Words']
    page.backend.instead.set('/connectors', () =>
      HttpResponse.json({ connectors: all.map((category, index) => connector(`s${index}`, category)) }),
    )
    page.text = text
    const element = page.place({ 'connector-id': undefined, ...attributes })
    const shown = () =>
      [...(element.shadowRoot?.querySelectorAll('[part~=row] p') ?? [])].map(({ textContent }) => textContent)
    await until(() => shown().length === all.length, 'the rows')
    const options = [...(element.shadowRoot?.querySelectorAll('option') ?? [])].slice(1).map((one) => one.text)
    return { shown: shown(), options }
  }

  it('name the categories, with initialisms in capitals, and show one that is unknown as it is', async () => {
    const { shown, options } = await categoriesIn({})
    expect(shown).to.deep.equal(['CRM', 'AI', 'dev-tools', 'HR', 'Files', 'Own Words'])
    expect(options).to.deep.equal(['AI', 'CRM', 'dev-tools', 'Files', 'HR', 'Own Words'])
  })

  it('name the categories in each language, and in words of the host', async () => {
    const german = await categoriesIn({ lang: 'de' }, { 'category:dev-tools': 'Entwicklung', 'category:crm': 'Kunden' })
    expect(german.shown).to.deep.equal(['Kunden', 'KI', 'Entwicklung', 'Personal', 'Dateien', 'Own Words'])
  })

  it('find a category by the name that it has here', async () => {
    page.backend.instead.set('/connectors', () =>
      HttpResponse.json({
        connectors: ['files', 'hr', 'ai', 'crm', 'mail', 'data'].map((category) => connector(category, category)),
      }),
    )
    const element = page.place({ 'connector-id': undefined, lang: 'de' })
    await until(() => element.shadowRoot?.querySelector('[part~=row] p')?.textContent?.includes('KI'), 'German')
    const search = element.shadowRoot?.querySelector('input')
    if (search) search.value = 'dateien'
    search?.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await element.updateComplete
    expect(element.shadowRoot?.querySelectorAll('li:not([hidden])')).to.have.length(1)
  })

  async function open(inputs: readonly object[], lang: string): Promise<ConnectorAuth> {
    page.connector = keyed(inputs)
    const element = await page.mount({ lang })
    await until(() => page.heard(['ready']).length && element.shadowRoot?.querySelector('[part~=main]'), 'the button')
    element.shadowRoot?.querySelector<HTMLElement>('[part~=main]')?.click()
    await until(() => element.shadowRoot?.querySelector<HTMLDialogElement>('dialog')?.open, 'the form')
    return element
  }

  for (const [lang, limit, said] of [
    ['en', 1, 'At most 1 character.'],
    ['en', 4_096, 'At most 4,096 characters.'],
    ['de', 4_096, 'Höchstens 4.096 Zeichen.'],
    ['fr', 1, '1 caractère au plus.'],
    ['ar-EG', 12, 'الحد الأقصى لعدد الأحرف: ١٢.'],
  ] as const)
    it(`count the characters that a field takes: ${lang}, ${limit}`, async () => {
      const element = await open([{ name: 'a', label: 'A', maxLength: limit }], lang)
      const field = element.shadowRoot?.querySelector<HTMLInputElement>('[name=a]')
      if (field) field.value = 'x'.repeat(limit + 1)
      field?.dispatchEvent(new Event('change', { bubbles: true }))
      await element.updateComplete
      const fault = () => element.shadowRoot?.querySelector('[part=field-fault]')?.textContent
      await until(() => fault() === said, `${said}, and not ${fault()}`)
    })

  it('leave keys and addresses from left to right, and let a name be as it is', async () => {
    const element = await open(
      [
        { name: 'secret', label: 'A', secret: true, placeholder: 'cobalt_…' },
        { name: 'pattern', label: 'B', pattern: '[a-z_]+', placeholder: 'acme_…' },
        { name: 'url', label: 'C', format: 'url' },
        { name: 'site', label: 'D', prefix: 'https://', suffix: '.acme.test' },
        { name: 'free', label: 'E' },
      ],
      'ar',
    )
    const field = (name: string) => element.shadowRoot?.querySelector<HTMLInputElement>(`[name=${name}]`)
    const direction = (name: string) => getComputedStyle(field(name) ?? element).direction
    await until(() => element.shadowRoot?.querySelector<HTMLElement>('[role=group]')?.dir === 'rtl', 'Arabic')
    expect(['secret', 'pattern', 'url'].map(direction)).to.deep.equal(['ltr', 'ltr', 'ltr'])
    expect(getComputedStyle(field('site')?.parentElement ?? element).direction).to.equal('ltr')
    const free = field('free')
    if (!free) throw new Error('there is no field')
    free.value = 'acme!'
    expect(direction('free')).to.equal('ltr')
    free.value = 'شركة'
    expect(direction('free')).to.equal('rtl')
  })
})
