import { expect } from '@open-wc/testing'
import { createCall } from '../../src/api/call.ts'
import { createListing } from '../../src/client/at-once.ts'
import type { Attempt, SessionRequest } from '../../src/client/index.ts'
import type { PublicConnector } from '../../src/protocol/public-connector.ts'
import { beginStay } from '../../src/client/stay.ts'
import { type Backend, pause, startBackend, startClient, startWorker, tagOfUser, until, worker } from './backend.ts'

describe('a click while the code for it is on its way', () => {
  const { open } = window
  let backend: Backend
  let life: AbortController
  let windows: { closed: boolean }[]

  before(startWorker)
  after(() => worker.stop())
  beforeEach(() => {
    backend = startBackend()
    life = new AbortController()
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
    life.abort()
    worker.resetHandlers()
  })

  /** Clicks before the list of connectors is there, which comes before the code. */
  const click = (connector: object, request: SessionRequest): Attempt => {
    const listed = { category: 'x', reach: 'proxy', apiOrigins: [], scopes: {}, name: 'Acme', ...connector }
    backend.connectors = [listed]
    const listing = createListing(async () => [listed as unknown as PublicConnector])
    const baseUrl = new URL(backend.baseUrl, location.href).href
    const getToken = () => `cct_${tagOfUser('a')}_${'1'.repeat(64)}`
    const makeCall = (signal: AbortSignal) => createCall({ baseUrl, getToken, signal })
    const { signal } = life
    const pending = { write: async () => true, remove: () => undefined }
    const keeping = async () => ({ cache: { tag: '' }, pending }) as never
    const call = makeCall(signal)
    const stay = beginStay({
      ...listing,
      call,
      makeCall,
      keeping,
      known: keeping,
      signal,
      now: Date.now,
      emit: () => undefined,
    })
    const attempt = stay.start(request)
    void listing.connectors()
    return attempt
  }
  const inputs = [{ name: 'shop', label: 'Shop' }]

  it('leaves no blank window behind a form', async () => {
    const attempt = click({ id: 'acme', method: 'api_key', asks: true, inputs }, { connectorId: 'acme' })
    expect(windows).to.have.length(1)
    await until(() => attempt.state.phase === 'entering', 'the form')
    expect(windows.map(({ closed }) => closed)).to.deep.equal([true])
  })

  it('does not take a window that nobody has tried to open for a blocked one', async () => {
    const request = { connectorId: 'acme', inputs: { shop: 'x' } }
    const attempt = click({ id: 'acme', method: 'oauth2', asks: true, inputs }, request)
    const told: string[] = []
    attempt.subscribe((event) => told.push(event))
    expect(windows).to.have.length(0)
    await until(() => attempt.state.phase === 'waiting', 'the window')
    await pause(10)
    expect(told).to.deep.equal(['popup_opened'])
  })

  it('opens the window in the click, and once', async () => {
    const attempt = click({ id: 'acme', method: 'oauth2' }, { connectorId: 'acme' })
    expect(windows).to.have.length(1)
    await until(() => attempt.state.phase === 'waiting', 'the window')
    expect(windows.map(({ closed }) => closed)).to.deep.equal([false])
  })

  it('opens no window in a browser inside an app, which leaves the tab', async () => {
    Object.defineProperty(navigator, 'userAgent', { value: 'Instagram 350.0', configurable: true })
    const here = location.href
    const { client } = startClient(backend, { storage: 'memory' })
    try {
      expect(await client.resume({ connectorId: 'acme' })).to.equal(undefined)
      backend.redirectUrl = `${here}#`
      const attempt = client.start({ connectorId: 'acme' })
      await until(() => location.hash.includes(backend.sessions[0]?.stateKey ?? '-'), 'the provider')
      expect(attempt.left).to.equal(true)
      expect(windows).to.have.length(0)
    } finally {
      client.close()
      Reflect.deleteProperty(navigator, 'userAgent')
      history.replaceState(null, '', here)
    }
  })
})
