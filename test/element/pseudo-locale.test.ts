import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import type { Forms } from '../../src/element/count.ts'
import { text as german } from '../../src/element/languages/de.ts'
import { formText } from '../../src/element/form-text.ts'
import { listText } from '../../src/element/list-text.ts'
import { type Text, defaultText } from '../../src/element/text.ts'
import { findLoss } from './boxes.ts'
import { resize } from './browser.ts'
import { type TestPage, openPage } from './page.ts'
import { settle, views } from './views.ts'

/** What is data and no text: names, accounts, scopes, reasons, ids and addresses. */
const data = [
  'Acme Cloud',
  'acme',
  'ana@example.com',
  'Ada',
  'Nov 12, 2026',
  'Birch Mail',
  'Cedar Notes',
  'Dune Analytics',
  'Elm Tickets',
  'Fjord CRM',
  'Grove Pay',
  // The labels of fields are the operator's.
  'Region',
  'eu',
  'us',
  'API key',
  'Settings > API',
  'read',
  'write',
  'storage_unavailable',
  'access_denied',
  'req_1',
  'token-url',
  'https://',
  '.acme.test',
  // The service's own words stay as they are.
  'said credentials_rejected',
  location.href,
]

const [plain, accented] = ['aeioucnsyAEIOU', 'áéíóúçñšýÁÉÍÓÚ']

/** A text as from a language with accents everywhere and words that are 40 % longer, in brackets. */
function stretch(text: string): string {
  const accent = (part: string) => part.replace(/[a-z]/gi, (letter) => accented[plain.indexOf(letter)] ?? letter)
  const body = text.split(/({\w+})/).map((part) => (part.startsWith('{') ? part : accent(part)))
  const more = 'ëxtra '.repeat(20).slice(0, Math.ceil(text.replace(/{\w+}/g, '').length * 0.4))
  return `⟦${body.join('')} ${more}⟧`
}

function stretchForms(forms: Forms): Forms {
  if (typeof forms === 'string') return stretch(forms)
  const entries = Object.entries(forms).map(([name, form]) => [name, stretch(form)])
  return { ...Object.fromEntries(entries), other: stretch(forms.other) }
}

const pseudo = Object.fromEntries(
  Object.entries({ ...german, ...defaultText, ...formText, ...listText }).map(([key, forms]) => [
    key,
    stretchForms(forms),
  ]),
) as Partial<Text>

/** Everything that is written or said in an element, in nested ones too. */
function* writtenIn(root: ParentNode): Generator<string> {
  for (const one of root.querySelectorAll<HTMLElement>('*')) {
    if (one.matches('style, [part~=icon], [part~=icon] *')) continue
    if (one.shadowRoot) yield* writtenIn(one.shadowRoot)
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription'])
      yield one.getAttribute(name) ?? ''
    if (one.matches(':disabled')) continue
    for (const node of one.childNodes) if (node.nodeType === Node.TEXT_NODE) yield node.textContent ?? ''
  }
}

function findForeign(element: ConnectorAuth): string[] {
  const known = data.toSorted((a, b) => b.length - a.length)
  return [...writtenIn(element.shadowRoot ?? element)].filter((written) => {
    // A text may stand in a sentence with another; what is left between is punctuation.
    let rest = written
    for (const one of known) rest = rest.replaceAll(one, '')
    // One may have another in it.
    for (let before = ''; before !== rest; ) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/g, '')]
    return /\p{L}/u.test(rest)
  })
}

describe('a language that is not there (pseudo-locale)', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
    page.text = pseudo
    await resize(320)
  })
  afterEach(async () => {
    page.close()
    await resize(800)
  })

  for (const [name, show] of Object.entries(views))
    it(`every word is one that may be replaced, and longer ones fit in 320 px: ${name}`, async () => {
      const element = await show(page)
      await settle(element)
      expect(findForeign(element), 'not from the texts').to.deep.equal([])
      expect(findLoss(element), 'clipped').to.deep.equal([])
    })

  it('finds a word that no host can replace', async () => {
    const element = await page.mount()
    const stray = document.createElement('p')
    stray.textContent = 'Powered by'
    element.shadowRoot?.append(stray)
    expect(findForeign(element)).to.deep.equal(['Powered by'])
    stray.textContent = 'x'.repeat(200)
    stray.style.cssText = 'inline-size: 90px; overflow: hidden'
    expect(findLoss(element).some((one) => one.startsWith('cut off: <p'))).to.equal(true)
  })
})
