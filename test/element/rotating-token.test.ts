import { expect } from '@open-wc/testing'
import { HttpResponse } from 'msw'
import { tagOfUser } from '../client/backend.ts'
import { type TestPage, connectionOf, message, openPage, terminal, until } from './page.ts'

const tokenOf = (user: string, secret: string) => `cct_${tagOfUser(user)}_${secret.repeat(64)}`

describe('a token that the host puts on an element', () => {
  let page: TestPage
  beforeEach(async () => {
    page = await openPage()
  })
  afterEach(() => page.close())
  const mount = () => page.mount({ 'auth-token': tokenOf('a', '1'), 'token-url': undefined })

  it('may be a newer one of the same person in the middle of an attempt, which goes on', async () => {
    const element = await mount()
    const outcome = element.connect()
    await until(() => element.status === 'waiting')
    element.setAttribute('auth-token', tokenOf('a', '2'))
    await element.updateComplete
    await page.answer()
    expect((await outcome).status).to.equal('connected')
    expect(page.heard(terminal)).to.deep.equal(['connected'])
  })

  it("that is another person's ends the attempt, and the card is theirs", async () => {
    page.connections = [connectionOf()]
    const element = await mount()
    expect(message(element)).to.equal('Connected as ana@example.com')
    const outcome = element.connect()
    await until(() => element.status === 'waiting')
    page.connections = []
    element.authToken = tokenOf('b', '1')
    expect(await outcome).to.deep.equal({ status: 'cancelled' })
    await until(() => element.status === 'idle', 'their card')
    expect(page.heard(terminal)).to.deep.equal(['cancelled'])
    // And nothing of it is asked for again, or for ever.
    const { length } = page.backend.requests
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(page.backend.requests.slice(length)).to.deep.equal([])
  })

  it('asks anew where the last one had failed', async () => {
    page.backend.instead.set('/connections', () => HttpResponse.error())
    const element = await mount()
    expect(element.status).to.equal('failed')
    page.backend.instead.set('/connections', () => HttpResponse.json({ connections: [] }))
    element.authToken = tokenOf('a', '2')
    await until(() => element.status === 'idle', 'the card')
  })
})

describe('an element that could not be loaded while the network was away', () => {
  let page: TestPage
  const { random } = Math
  beforeEach(async () => {
    page = await openPage()
    Math.random = () => 0.01
  })
  afterEach(() => {
    Math.random = random
    Reflect.deleteProperty(window, 'addEventListener')
    page.close()
  })

  it('asks once more when it is back', async () => {
    page.backend.instead.set('/connections', () => HttpResponse.error())
    const element = await page.mount()
    expect(element.status).to.equal('failed')
    const asked = page.backend.count('/connections')
    // The listener comes beside first paint.
    await import('../../src/element/retry-online.ts')
    await new Promise((resolve) => setTimeout(resolve))
    window.dispatchEvent(new Event('online'))
    await until(() => page.backend.count('/connections') > asked, 'a second time')
    page.backend.instead.set('/connections', () => HttpResponse.json({ connections: [] }))
    await until(() => element.status === 'failed')
    // The second failure listens anew, in a moment of its own.
    await until(() => (window.dispatchEvent(new Event('online')), element.status === 'idle'), 'the card')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { length } = page.backend.requests
    window.dispatchEvent(new Event('online'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(page.backend.requests.slice(length)).to.deep.equal([])
  })

  it('asks once more also where the network swallowed the call for a connect token', async () => {
    page.backend.instead.set('/token', () => HttpResponse.error())
    const element = await page.mount()
    expect(element.status).to.equal('failed')
    expect(message(element)).to.match(/^The site's server does not answer: nothing from/)
    page.backend.instead.delete('/token')
    await until(() => (window.dispatchEvent(new Event('online')), element.status === 'idle'), 'the card')
  })

  it('asks nothing any more once it has left the page, however often it had failed', async () => {
    const heard: string[] = []
    const listen = window.addEventListener.bind(window)
    window.addEventListener = (name: string, ...rest: [EventListenerOrEventListenerObject]) => {
      heard.push(name)
      listen(name, ...rest)
    }
    page.backend.instead.set('/connections', () => HttpResponse.error())
    const element = await page.mount()
    for (let times = 0; times < 3; times++) await element.getStatus().catch(() => undefined)
    expect(heard.filter((name) => name === 'online')).to.have.length(1)
    const place = element.parentElement
    element.remove()
    await new Promise((resolve) => setTimeout(resolve, 30))
    const { length } = page.backend.requests
    window.dispatchEvent(new Event('online'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(page.backend.requests.slice(length)).to.deep.equal([])
    place?.append(element)
    await until(() => element.status === 'failed', 'the failure')
    page.backend.instead.set('/connections', () => HttpResponse.json({ connections: [] }))
    await until(() => (window.dispatchEvent(new Event('online')), element.status === 'idle'), 'the card')
  })
})
