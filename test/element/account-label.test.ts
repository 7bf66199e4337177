import { expect } from '@open-wc/testing'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { type TestPage, buttons, click, connectionOf, message, nameOf, openPage, until } from './page.ts'

const [one, two] = ['a'.repeat(32), 'b'.repeat(32)]
const group = ({ shadowRoot }: ConnectorAuth) => shadowRoot?.querySelector('[role=group]')?.ariaLabel

describe('the cards of several accounts', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
    page.connections = [
      connectionOf('active', one),
      { ...connectionOf('needs_reconnect', two), account: { id: 'u2', name: 'ben@example.com' } },
    ]
  })
  afterEach(() => page.close())

  const cardsOf = async (attributes = {}) => {
    const element = await page.mount(attributes)
    const cards = () => [...(element.shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? [])]
    await until(() => cards().length === 2 && cards().every((card) => buttons(card).length > 1), 'the cards')
    return { element, cards: cards() }
  }

  it('and their buttons are told apart by the account (2.4.6, 4.1.2)', async () => {
    const { element, cards } = await cardsOf()
    expect(cards.map(group)).to.deep.equal(['Acme Cloud (ana@example.com)', 'Acme Cloud (ben@example.com)'])
    expect(
      cards.map((card) =>
        buttons(card)
          .map(nameOf)
          .filter((name) => name.includes('Acme')),
      ),
    ).to.deep.equal([
      [
        'Grant the rest to Acme Cloud (ana@example.com)',
        'Reconnect Acme Cloud (ana@example.com)',
        'Disconnect Acme Cloud (ana@example.com)',
      ],
      ['Reconnect Acme Cloud (ben@example.com)', 'Disconnect Acme Cloud (ben@example.com)'],
    ])
    expect(group(element), 'the one that adds another').to.equal('Acme Cloud')
  })

  it('keep that name while an attempt goes on, and after it (2.4.6)', async () => {
    const { cards } = await cardsOf()
    const [, card] = cards
    if (!card) throw new Error('there is no second card')
    await click(card, 'Reconnect Acme Cloud (ben@example.com)')
    await until(() => card.status === 'waiting')
    await card.updateComplete
    expect(group(card)).to.equal('Acme Cloud (ben@example.com)')
    card.cancel()
    await until(() => card.status === 'idle')
    await card.updateComplete
    expect(buttons(card).map(nameOf)).to.include('Connect Acme Cloud (ben@example.com)')
  })

  it('are told apart by a number where their accounts have no name, or the same one (2.4.6, 4.1.2)', async () => {
    const accounts = [null, { id: 'u1', name: 'Ana' }, null, { id: 'u2', name: 'Ana' }, { id: 'u3', name: 'Ben' }]
    page.connections = accounts.map((account, index) => ({ ...connectionOf('active', `${index}`.repeat(32)), account }))
    const element = await page.mount({ lang: 'ar-EG' })
    const cards = () => [...(element.shadowRoot?.querySelectorAll<ConnectorAuth>('connector-auth') ?? [])]
    await until(
      () => cards()[4]?.shadowRoot?.querySelector('[aria-haspopup]')?.ariaLabel?.startsWith('إلغاء'),
      'Arabic',
    )
    element.lang = 'en'
    await until(() => cards().every((card) => card.shadowRoot?.textContent?.includes('Disconnect')), 'English')
    const names = ['Acme Cloud (1)', 'Acme Cloud (Ana 1)', 'Acme Cloud (2)', 'Acme Cloud (Ana 2)', 'Acme Cloud (Ben)']
    expect(cards().map(group)).to.deep.equal(names)
    // Seen as well, where the account that the card tells of does not tell it apart.
    const titles = cards().map((card) => card.shadowRoot?.querySelector('[part=title]')?.textContent)
    expect(titles).to.deep.equal(['1', '1', '2', '2'].map((one) => `Acme Cloud (${one})`).concat('Acme Cloud'))
    const [first, , second] = cards()
    if (!first || !second) throw new Error('there are no cards')
    expect(buttons(second).map(nameOf)).to.include('Disconnect Acme Cloud (2)')
    second.shadowRoot?.querySelector<HTMLElement>('[aria-haspopup]')?.click()
    expect(second.shadowRoot?.querySelector('#question')?.textContent).to.equal('Disconnect Acme Cloud (2)?')
    page.connections = page.connections.slice(1)
    await first.disconnect()
    await until(() => cards().length === 4)
    await until(() => group(second) === 'Acme Cloud', 'the only one without a name')
  })

  it('are named so in the language of the page (2.4.6)', async () => {
    const { cards } = await cardsOf({ lang: 'ja' })
    await until(() => cards[0] && group(cards[0]) === 'Acme Cloud（ana@example.com）', 'the name in Japanese')
    expect(cards[0] && buttons(cards[0]).map(nameOf)).to.include('Acme Cloud（ana@example.com）に再接続')
  })

  it('forget whose they were when the person signs out', async () => {
    const element = await page.mount({ 'connection-id': one })
    await until(() => group(element) === 'Acme Cloud (ana@example.com)')
    await element.signOut()
    await element.updateComplete
    expect(group(element)).to.equal('Acme Cloud')
    expect(buttons(element).map(nameOf).join()).not.to.include('ana@')
  })

  it('an element alone is called by its connector', async () => {
    page.connections = [connectionOf()]
    const element = await page.mount()
    expect(group(element)).to.equal('Acme Cloud')
    expect(message(element)).to.equal('Connected as ana@example.com')
  })
})
