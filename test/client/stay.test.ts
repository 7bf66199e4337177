import { expect } from '@open-wc/testing'
import { http, passthrough } from 'msw'
import type { Client } from '../../src/client/index.ts'
import { type Backend, pause, startBackend, startClient, startWorker, until, worker } from './backend.ts'
import { hosted, keyed } from './typed.ts'

describe('a click while the code for it is on its way', () => {
  const { open } = window
  let backend: Backend
  let client: Client
  let windows: { closed: boolean }[]

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
    client = startClient(backend, { storage: 'memory' }).client
    windows = []
    window.open = () => {
      const opened = { closed: false, document: { body: {} }, location: { replace() {} }, close }
      function close() {
        opened.closed = true
      }
      windows.push(opened)
      return opened as unknown as Window
    }
  })
  afterEach(() => {
    window.open = open
    client.close()
    worker.resetHandlers()
  })

  // The first of this page: the code comes once.
  it('is followed by what the list of connectors says that comes before the code', async () => {
    let arrive: (value: unknown) => void = () => undefined
    const code = new Promise((resolve) => (arrive = resolve))
    let asked = false
    const hold = async () => {
      asked = true
      await code
      return passthrough()
    }
    worker.use(http.get('*/src/client/connecting.ts', hold))
    backend.connectors = [keyed, hosted]
    const form = client.start({ connectorId: 'keyed' })
    expect(windows, 'a window, for nothing is known').to.have.length(1)
    const given = client.start({ connectorId: 'hosted', inputs: { subdomain: 'acme' } })
    const told: string[] = []
    given.subscribe((event) => told.push(event))
    expect(windows, 'none, for something is typed').to.have.length(1)
    await client.connectors()
    await until(() => asked, 'the question for the code')
    expect([form.state.phase, given.state.phase]).to.deep.equal(['preparing', 'preparing'])
    arrive(undefined)
    await until(() => form.state.phase === 'entering', 'the form')
    expect(windows[0]?.closed, 'no blank window stays behind the form').to.equal(true)
    await until(() => given.state.phase === 'waiting', 'the window')
    await pause(10)
    expect(told, 'what nobody tried to open was not blocked').to.deep.equal(['popup_opened'])
  })

  it('opens its window at once, and no other', async () => {
    const attempt = client.start({ connectorId: 'acme' })
    expect(windows).to.have.length(1)
    await until(() => attempt.state.phase === 'waiting', 'the window')
    expect(windows.map(({ closed }) => closed)).to.deep.equal([false])
  })

  it('opens no window in a browser inside an app, which leaves the tab', async () => {
    Object.defineProperty(navigator, 'userAgent', { value: 'Instagram 350.0', configurable: true })
    const here = location.href
    try {
      expect(await client.resume({ connectorId: 'acme' })).to.equal(undefined)
      backend.redirectUrl = `${here}#`
      const attempt = client.start({ connectorId: 'acme' })
      await until(() => location.hash.includes(backend.sessions[0]?.stateKey ?? '-'), 'the provider')
      expect(attempt.left).to.equal(true)
      expect(windows).to.have.length(0)
    } finally {
      Reflect.deleteProperty(navigator, 'userAgent')
      history.replaceState(null, '', here)
    }
  })
})
