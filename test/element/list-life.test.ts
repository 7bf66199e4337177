import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import type { ConnectorAuth } from '../../src/element/index.ts'
import { type TestPage, click, connectionOf, openPage, until } from './page.ts'

const named = (id: string) => ({
  id,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  category: 'files',
  method: 'oauth2',
  reach: 'direct',
  apiOrigins: ['https://api.example'],
  scopes: { default: ['read'], required: [], optional: [] },
})
const connectors = ['acme', 'birch', 'cedar'].map(named)
/** So many that there is a search. */
const more = [...connectors, ...['dune', 'elm', 'fjord', 'gorse', 'heath', 'iris', 'juniper'].map(named)]
const list = { 'connector-id': undefined }

const cardsIn = ({ shadowRoot }: ConnectorAuth) => [
  ...(shadowRoot?.querySelectorAll<ConnectorAuth>('li connector-auth') ?? []),
]
const cardOf = (element: ConnectorAuth, id: string) => cardsIn(element).find(({ connectorId }) => connectorId === id)

describe('a list of connectors in a page that changes', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors }))
  })
  afterEach(() => page.close())

  const connect = async (element: ConnectorAuth, name: string) => {
    await click(element, `Connect ${name}`)
    await until(() => cardOf(element, name.toLowerCase())?.status === 'waiting', 'the card waits')
  }
  const count = (name: string) => page.heard([name]).length
  const grant = async (id: string) => {
    page.connections = [{ ...connectionOf(), connectorId: id }]
    await page.answer()
  }

  it('that is taken out in the middle of an attempt is followed by a new one, whose card goes on and ends once', async () => {
    const old = await page.mount(list)
    await connect(old, 'Birch')
    old.remove()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const fresh = await page.mount(list)
    await until(() => cardOf(fresh, 'birch')?.status === 'waiting', 'the new card')
    expect(cardsIn(fresh)).to.have.length(1)
    await grant('birch')
    await until(() => cardOf(fresh, 'birch')?.status === 'connected', 'the connection')
    expect(count('connected')).to.equal(1)
    expect(page.backend.sessions).to.have.length(1)
  })

  it('a card that was hidden for a while stands as before: by the search, and while another language is fetched', async () => {
    page.backend.instead.set('/connectors', () => HttpResponse.json({ connectors: more }))
    const element = await page.mount(list)
    await connect(element, 'Birch')
    await grant('birch')
    await until(() => cardOf(element, 'birch')?.status === 'connected', 'the connection')
    const card = cardOf(element, 'birch')
    const search = element.shadowRoot?.querySelector('input')
    expect(search).not.to.equal(null)
    for (const query of ['cedar', '']) {
      if (search) search.value = query
      search?.dispatchEvent(new Event('input', { bubbles: true }))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(cardOf(element, 'birch')?.status).to.equal('connected')
    element.lang = 'de'
    await until(() => !element.shadowRoot?.textContent?.includes('Connect'), 'nothing English is left')
    await until(() => cardOf(element, 'birch')?.shadowRoot?.textContent?.includes('Verbunden'), 'the card in German')
    expect(cardOf(element, 'birch')).to.equal(card)
    expect(cardOf(element, 'birch')?.status).to.equal('connected')
  })

  it('that is taken out for good ends its attempt in silence, and nothing is lost', async () => {
    const faults: unknown[] = []
    const note = ({ reason }: PromiseRejectionEvent) => void faults.push(reason)
    addEventListener('unhandledrejection', note)
    const old = await page.mount(list)
    await connect(old, 'Cedar')
    const told = page.told.length
    old.remove()
    await grant('cedar')
    await until(() => page.backend.sessions[0]?.redeemed.length === 1, 'the answer is redeemed')
    await new Promise((resolve) => setTimeout(resolve, 100))
    removeEventListener('unhandledrejection', note)
    expect(page.told).to.have.length(told)
    expect(faults).to.deep.equal([])
    const fresh = await page.mount(list)
    expect(cardsIn(fresh)).to.have.length(0)
    expect(fresh.shadowRoot?.querySelector('li p')?.textContent).to.equal('Connected as ana@example.com')
  })

  it("beside another one shows and tells its own attempts only, and follows the other's connection", async () => {
    const [one, other] = [await page.mount(list), await page.mount(list)]
    const heard: string[] = []
    other.addEventListener('connector-auth-open', ({ type }) => void heard.push(type))
    other.addEventListener('connector-auth-connected', ({ type }) => void heard.push(type))
    await connect(one, 'Acme')
    expect(cardsIn(other)).to.have.length(0)
    await grant('acme')
    await until(() => cardOf(one, 'acme')?.status === 'connected', 'the connection')
    await until(() => other.shadowRoot?.querySelector('li p')?.textContent?.startsWith('Connected'), 'the other row')
    expect(heard).to.deep.equal([])
    expect(cardsIn(other)).to.have.length(0)
    expect(count('connected')).to.equal(1)
  })

  it('lets a card in a card alone: what one does is not what the other does', async () => {
    const outer = await page.mount()
    const inner = await page.mount({ 'connector-id': 'birch' })
    outer.append(inner)
    await until(() => inner.status === 'idle', 'the inner card')
    const ended = inner.connect()
    await until(() => inner.status === 'waiting', 'waiting')
    let outerEnded = false
    void outer.waitForCompletion().then(() => (outerEnded = true))
    await grant('birch')
    expect((await ended).status).to.equal('connected')
    await until(() => inner.status === 'connected', 'connected')
    expect(outer.status).to.equal('idle')
    expect(outerEnded).to.equal(false)
    expect(page.told.find(({ type }) => type === 'connector-auth-connected')).to.include({ connectorId: 'birch' })
    expect(count('open')).to.equal(1)
  })
})
