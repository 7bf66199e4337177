import { expect } from '@open-wc/testing'
import { HttpResponse, http, passthrough } from 'msw'
import { worker } from '../client/backend.ts'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { formText } from '../../src/element/form-text.ts'
import { listText } from '../../src/element/list-text.ts'
import { defaultText } from '../../src/element/text.ts'
import { type Forms, count } from '../../src/element/count.ts'
import type * as language from '../../src/element/language.ts'
import { type TestPage, buttons, connectionOf, message, nameOf, openPage, problem, until } from './page.ts'

const card = (element: ConnectorAuth) => element.shadowRoot?.querySelector<HTMLElement>('[part~=card]')
const directionOf = (element: ConnectorAuth) => getComputedStyle(card(element) ?? element).direction
const summary = (element: ConnectorAuth) => element.shadowRoot?.querySelector('summary')?.textContent?.trim()

describe('languages', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => {
    page.close()
    document.documentElement.lang = 'en'
    document.documentElement.removeAttribute('dir')
  })

  const greetings = {
    de: 'Nicht verbunden',
    es: 'Sin conectar',
    fr: 'Non connecté',
    ja: '未接続',
    ar: 'غير مرتبط',
    en: 'Not connected',
  }
  // First, while this page has no words yet.
  it('never says a word of English where another language is on its way', async () => {
    const said: string[] = []
    const element = page.place({ lang: 'fr-CA' })
    const hear = () => said.push(message(element))
    await element.updateComplete
    hear()
    const observer = new MutationObserver(hear)
    if (element.shadowRoot)
      observer.observe(element.shadowRoot, { subtree: true, childList: true, characterData: true })
    await until(() => message(element) === greetings.fr)
    observer.disconnect()
    const english = new Set<unknown>(Object.values(defaultText))
    expect(said.filter((text) => english.has(text))).to.deep.equal([])
  })

  // Second, while it has none in Japanese.
  it('keeps the words that it has until those of another language are there, however slow, and says these once (4.1.3)', async () => {
    let bring: () => void = () => undefined
    const held = new Promise<void>((resolve) => (bring = resolve))
    worker.use(
      http.get('*/languages/ja.ts', async () => {
        await held
        return passthrough()
      }),
    )
    const elements = [await page.mount({ lang: 'fr' }), await page.mount({ lang: 'fr', 'connector-id': undefined })]
    const [element = page.place(), list] = elements
    await until(() => message(element) === greetings.fr && list?.shadowRoot?.querySelector('[part~=row]'))
    const before = [element, list].map((one) => one?.getBoundingClientRect().height)
    const said: string[] = []
    const observer = new MutationObserver(() => said.push(message(element)))
    const status = element.shadowRoot?.querySelector('[role=status]')
    if (status) observer.observe(status, { subtree: true, childList: true, characterData: true })
    for (const one of elements) one.lang = 'ja'
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(message(element)).to.equal(greetings.fr)
    expect(card(element)?.lang, 'these are still French (3.1.2)').to.equal('fr')
    expect([element, list].map((one) => one?.getBoundingClientRect().height)).to.deep.equal(before)
    bring()
    await until(() => message(element) === greetings.ja && list?.shadowRoot?.textContent?.includes('接続'), 'Japanese')
    observer.disconnect()
    expect(said).to.deep.equal([greetings.ja])
    expect(card(element)?.hasAttribute('lang')).to.equal(false)
  })

  for (const [lang, greeting] of Object.entries(greetings))
    it(`speaks ${lang}`, async () => {
      const element = await page.mount({ lang })
      await until(() => message(element) === greeting, greeting)
    })

  it("follows the page's language, and the nearest that is said around it", async () => {
    document.documentElement.lang = 'fr'
    const element = await page.mount()
    await until(() => message(element) === greetings.fr)
    element.parentElement?.setAttribute('lang', 'es')
    await until(() => message(element) === greetings.es)
    element.lang = 'de'
    await until(() => message(element) === greetings.de)
    element.removeAttribute('lang')
    await until(() => message(element) === greetings.es)
  })

  it('finds and follows a language outside the shadow roots that it stands in', async () => {
    const [outer, inner] = [document.createElement('div'), document.createElement('div')]
    outer.lang = 'de'
    outer.attachShadow({ mode: 'open' }).append(inner)
    inner.attachShadow({ mode: 'open' })
    document.body.append(outer)
    const element = await page.mount()
    inner.shadowRoot?.append(element)
    await until(() => message(element) === greetings.de)
    outer.lang = 'ja'
    await until(() => message(element) === greetings.ja)
    outer.remove()
  })

  for (const [lang, greeting] of [
    ['de-AT', greetings.de],
    ['DE', greetings.de],
    ['es-419', greetings.es],
    ['ar-EG', greetings.ar],
    ['nl', greetings.en],
    ['den', greetings.en],
    ['constructor', greetings.en],
    ['', greetings.en],
  ])
    it(`answers lang="${lang}" with ${greeting}`, async () => {
      const element = await page.mount({ lang })
      await until(() => message(element) === greeting)
    })

  it('speaks English where the words cannot be had, and asks for them again when the language is said anew', async () => {
    const asked: string[] = []
    // A copy of the module under another address, for this page has the words of the first by now.
    const serve = async (path: string) => {
      const code = await (await fetch(path)).text()
      return new HttpResponse(code, { headers: { 'Content-Type': 'text/javascript' } })
    }
    worker.use(
      http.get('/copy/language.ts', () => serve('/src/element/language.ts')),
      http.get('/copy/follow-language.ts', () => serve('/src/element/follow-language.ts')),
      http.get('/copy/load-words.ts', () => serve('/src/element/load-words.ts')),
      http.get('/copy/languages/:file', ({ params: { file } }) => {
        asked.push(String(file))
        return HttpResponse.error()
      }),
    )
    const copy = '/copy/language.ts'
    const { LanguageController } = (await import(copy)) as typeof language
    const host = Object.assign(document.createElement('p'), {
      lang: 'ja',
      renderRoot: document.createElement('div'),
      text: undefined,
      addController() {},
      removeController() {},
      requestUpdate() {},
      updateComplete: Promise.resolve(true),
    })
    const controller = new LanguageController(host)
    controller.hostUpdate()
    expect(controller.words).to.equal(undefined)
    await until(() => {
      controller.hostUpdate()
      return controller.words === null
    })
    const say = (lang: string) => {
      host.lang = lang
      controller.hostUpdate()
    }
    say('ja')
    expect(controller.words, 'nobody asks again and again').to.equal(null)
    say('en')
    expect(controller.words).to.equal(null)
    say('ja')
    expect(controller.tag, 'on their way').to.equal('en')
    await until(() => {
      controller.hostUpdate()
      return controller.tag === 'ja'
    })
    expect(controller.words).to.equal(null)
    expect(asked).to.include('ja.ts')
  })

  it('marks Arabic with its direction in a page that runs the other way, and German in an Arabic one', async () => {
    const element = await page.mount({ lang: 'ar' })
    await until(() => card(element)?.dir === 'rtl')
    document.documentElement.dir = 'rtl'
    await until(() => card(element)?.dir === '')
    expect(directionOf(element)).to.equal('rtl')
    document.documentElement.lang = 'ar'
    element.lang = 'de'
    await until(() => card(element)?.dir === 'ltr')
    expect(message(element)).to.equal(greetings.de)
  })

  it('keeps the direction that a page says together with its language', async () => {
    document.documentElement.dir = 'rtl'
    const element = await page.mount()
    await until(() => buttons(element).length > 0)
    expect(directionOf(element)).to.equal('rtl')
  })

  it('reads English from left to right in a card that runs from right to left', async () => {
    document.documentElement.dir = 'rtl'
    const leftOf = (selector: string, character: string) => {
      const words = element.shadowRoot?.querySelector(selector)
      const texts = words && document.createTreeWalker(words, NodeFilter.SHOW_TEXT)
      while (texts?.nextNode()) {
        const at = texts.currentNode.textContent?.indexOf(character) ?? -1
        if (at < 0) continue
        const range = new Range()
        range.setStart(texts.currentNode, at)
        range.setEnd(texts.currentNode, at + 1)
        return range.getBoundingClientRect().left
      }
      return Number.NaN
    }
    page.connections = [connectionOf()]
    const element = await page.mount()
    await until(() => summary(element))
    expect(leftOf('summary', '1'), 'the number before its noun').to.be.below(leftOf('summary', 'p'))
    await element.disconnect()
    page.connections = []
    void element.connect()
    await until(() => element.status === 'waiting')
    element.cancel()
    await until(() => message(element).endsWith('connected.'))
    const [words, end] = [leftOf('[part=message]', 'w'), leftOf('[part=message]', '.')]
    expect(end, 'the full stop of the first sentence before the second').to.be.below(words)
    const edge = (selector: string) => element.shadowRoot?.querySelector(selector)?.getBoundingClientRect().right
    expect(edge('[part=message] > bdi'), 'where the lines begin').to.equal(edge('[part=message]'))
  })

  it('counts with the forms of the language, in its digits', async () => {
    const granted = (many: number) => Array.from({ length: many }, (_, index) => `s${index}`)
    const say = async (lang: string, many: number) => {
      page.connections = [{ ...connectionOf(), scopes: { requested: [], granted: granted(many), missing: [] } }]
      const element = await page.mount({ lang })
      await until(() => summary(element))
      const said = summary(element)
      element.remove()
      return said
    }
    expect(await say('en', 1)).to.equal('1 permission')
    expect(await say('de', 12)).to.equal('12 Berechtigungen')
    expect(await say('ar', 2)).to.equal('إذنان')
    expect(await say('ar-EG', 3)).to.equal('٣ أذونات')
    expect(await say('ar-EG', 11)).to.equal('١١ إذنًا')
  })

  it('says the day of a connection as the language writes it, in its digits, and no day that is none', async () => {
    const say = async (lang: string, createdAt = '2026-11-12T12:00:00Z') => {
      page.connections = [{ ...connectionOf(), createdAt }]
      const element = await page.mount({ lang })
      await until(() => summary(element))
      const said = element.shadowRoot?.querySelector('[part=since]')?.textContent
      element.remove()
      return said
    }
    expect(await say('en-GB')).to.equal('Connected on 12 Nov 2026')
    expect(await say('de')).to.equal('Verbunden am 12.11.2026')
    expect(await say('ja')).to.equal('2026/11/12に接続')
    expect(await say('ar-EG')).to.equal('تم الربط في \u2068١٢\u200f/١١\u200f/٢٠٢٦\u2069')
    expect(await say('nl')).to.equal('Connected on Nov 12, 2026')
    for (const time of ['', 'yesterday', '2026-13-45T00:00:00Z']) expect(await say('en', time)).to.equal(undefined)
  })

  it('counts as in English where the page names no language that exists', () => {
    expect(count({ one: '{count} day', other: '{count} days' }, 1, 'not_a_tag')).to.equal('1 day')
    expect(count('{count} days', 1_000, '')).to.equal('1,000 days')
    expect(count('{count} Tage', 1_000, 'de-DE')).to.equal('1.000 Tage')
  })

  it('tells a failure in the language: what a person can do, with reason and request to quote', async () => {
    page.backend.instead.set('/connections', () => problem('authorization_server_unavailable', 502))
    const element = await page.mount({ lang: 'de' })
    await until(() => message(element).startsWith('Der Dienst antwortet gerade nicht.'))
    expect(element.shadowRoot?.querySelector('[part=report]')?.textContent).to.equal(
      'authorization_server_unavailable · Anfrage req_1',
    )
    page.backend.instead.set('/connections', () => problem('origin_not_allowed', 403))
    await element.getStatus().catch(() => undefined)
    await until(() => message(element).startsWith('Das hat nicht geklappt.'))
    element.lang = 'en'
    await until(() => message(element) === 'said origin_not_allowed')
  })

  it('does not ask a person to sign in whose host gives no connect token for a moment', async () => {
    const gateway = (status: number) => () => new HttpResponse(null, { status })
    page.backend.instead.set('/token', gateway(502))
    const element = await page.mount({ lang: 'de' })
    await until(() => message(element).startsWith('Das hat gerade nicht geklappt.'), 'the sentence')
    page.backend.instead.set('/token', gateway(401))
    // A question that joins the one under way is told its answer.
    const ask = () => element.getStatus().catch(() => undefined)
    await until(async () => (await ask(), message(element).startsWith('Sie sind nicht mehr angemeldet.')), 'the other')
  })

  it('has every text in every language, with the same places for values, and names that begin with what is seen (2.5.3)', async () => {
    const english: Readonly<Record<string, Forms>> = { ...defaultText, ...formText, ...listText }
    const places = (forms: Forms | undefined) => [
      ...new Set(
        Object.values(typeof forms === 'string' ? [forms] : (forms ?? [])).flatMap((one) => one.match(/{\w+}/g) ?? []),
      ),
    ]
    const others = await Promise.all([
      import('../../src/element/languages/ar.ts'),
      import('../../src/element/languages/de.ts'),
      import('../../src/element/languages/es.ts'),
      import('../../src/element/languages/fr.ts'),
      import('../../src/element/languages/ja.ts'),
    ])
    for (const all of [english, ...others.map(({ text }): Readonly<Record<string, Forms>> => text)]) {
      expect(Object.keys(all)).to.include.members(Object.keys(english))
      for (const [key, forms] of Object.entries(english)) {
        expect(places(all[key]), key).to.deep.equal(places(forms))
        const [seen, label] = [all[key.replace(/Label$/, '')], all[key]]
        if (key.endsWith('Label') && typeof seen === 'string' && typeof label === 'string')
          expect(label.replace('{name}', '').toLowerCase()).to.include(seen.toLowerCase())
      }
    }
  })

  it("takes the host's own texts first: in every language, or by language", async () => {
    const element = await page.mount({ lang: 'de' })
    element.text = { connect: 'Los' }
    await until(() => buttons(element)[0]?.textContent === 'Los')
    expect(message(element)).to.equal(greetings.de)
    element.text = (language) => (language.startsWith('nl') ? { idle: 'Niet verbonden' } : {})
    await until(() => buttons(element)[0]?.textContent === 'Verbinden')
    element.lang = 'nl-BE'
    await until(() => message(element) === 'Niet verbonden')
    expect(nameOf(buttons(element)[0] as HTMLElement)).to.equal('Connect Acme Cloud')
  })
})
