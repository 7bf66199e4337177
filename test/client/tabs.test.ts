import { expect } from '@open-wc/testing'
import {
  type Backend,
  pause,
  rejection,
  startBackend,
  startClient,
  startWorker,
  tagOfUser,
  until,
  worker,
} from './backend.ts'
import { everything, records } from './records.ts'

// Two clients of a page speak over the same channel and wait for the same locks as two tabs.
describe('several tabs', () => {
  let backend: Backend
  const clients: { close(): void }[] = []
  const start: typeof startClient = (...parameters) => {
    const started = startClient(...parameters)
    clients.push(started.client)
    return started
  }
  const stored = () => until(async () => (await records(backend.baseUrl)).length === 1, 'a record')
  const say = (message: unknown) => {
    const channel = new BroadcastChannel('connector-auth')
    channel.postMessage(message)
    channel.close()
    return pause(50)
  }
  /** Every message on the channel from now on. */
  const listen = () => {
    const heard: unknown[] = []
    const channel = new BroadcastChannel('connector-auth')
    // Other test files speak on it too.
    channel.onmessage = ({ data }) => void (JSON.stringify(data).includes(backend.baseUrl) && heard.push(data))
    clients.push(channel)
    return heard
  }
  const lockName = () => JSON.stringify(['connector-auth', backendUrl(), tagOfUser('a'), ['demo', '', []]])
  const backendUrl = () => new URL(backend.baseUrl, location.href).href

  before(startWorker)
  after(() => void worker.stop())
  beforeEach(() => {
    backend = startBackend()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
    worker.resetHandlers()
  })

  it('make one call for one expired token, and all have what it brought', async () => {
    let now = Date.now()
    const old = await start(backend).client.getAccessToken('demo')
    await stored()
    now += 3_600_000
    const tabs = Array.from({ length: 10 }, () => start(backend, { now: () => now }))
    const tokens = await Promise.all(tabs.map(({ client }) => client.getAccessToken('demo')))
    expect(new Set(tokens).size).to.equal(1)
    expect(tokens[0]).not.to.equal(old)
    expect(backend.count('/credentials')).to.equal(2)
    await pause(50)
    const events = tabs.flatMap((tab) => tab.events)
    expect(events.map(({ type }) => type)).to.deep.equal(['token_refreshed'])
  })

  it('make one call for one forced refresh that all want at once', async () => {
    const tabs = Array.from({ length: 5 }, () => start(backend))
    for (const { client } of tabs) await client.getAccessToken('demo')
    await stored()
    await pause(5)
    const all = tabs.map(({ client }) => client.getAccessToken('demo', { forceRefresh: true }))
    expect(new Set(await Promise.all(all)).size).to.equal(1)
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('call the backend each for itself where there is nothing to share', async () => {
    const tabs = Array.from({ length: 3 }, () => start(backend, { storage: 'memory' }))
    await Promise.all(tabs.map(({ client }) => client.getAccessToken('demo')))
    expect(backend.count('/credentials')).to.equal(3)
  })

  it('do without locks where a page may take none', async () => {
    const { request } = LockManager.prototype
    LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'))
    try {
      expect(await start(backend).client.getAccessToken('demo')).to.match(/^canary-/)
    } finally {
      LockManager.prototype.request = request
    }
  })

  it('do not wait for ever for one that holds the lock and sleeps', async () => {
    const { timeout } = AbortSignal
    const waits: number[] = []
    AbortSignal.timeout = (milliseconds) => {
      waits.push(milliseconds)
      return timeout.call(AbortSignal, milliseconds === 30_000 ? 300 : milliseconds)
    }
    let wake = () => {}
    const name = lockName()
    void navigator.locks.request(name, () => new Promise<void>((resolve) => (wake = resolve)))
    try {
      const begin = performance.now()
      expect(await start(backend).client.getAccessToken('demo')).to.match(/^canary-/)
      expect(performance.now() - begin).to.be.within(290, 2_000)
    } finally {
      wake()
      AbortSignal.timeout = timeout
    }
    // Longer than a call of the holder may take, or all who wait would give up just before its answer.
    expect(waits.filter((one) => one > 20_000)).to.deep.equal([30_000])
  })

  it('that wait for a turn end with the person', async () => {
    let wake = () => {}
    const name = lockName()
    void navigator.locks.request(name, () => new Promise<void>((resolve) => (wake = resolve)))
    const { client } = start(backend)
    const reading = rejection(client.getAccessToken('demo'))
    await until(async () => (await navigator.locks.query()).pending?.some((lock) => lock.name === name))
    await client.signOut()
    expect(await reading).to.include({ reason: 'signed_out' })
    wake()
  })

  it('see a refresh of one of them: the old token is served by none', async () => {
    const [one, two] = [start(backend), start(backend)]
    const old = await one.client.getAccessToken('demo')
    await stored()
    expect(await two.client.getAccessToken('demo')).to.equal(old)
    await pause(2)
    const fresh = await one.client.getAccessToken('demo', { forceRefresh: true })
    await until(async () => (await two.client.getAccessToken('demo')) === fresh, 'the new token')
    expect(backend.count('/credentials')).to.equal(2)
  })

  it('see a disconnect of one of them', async () => {
    const [one, two] = [start(backend), start(backend)]
    const old = await one.client.getAccessToken('demo')
    await stored()
    await two.client.getAccessToken('demo')
    await one.client.disconnect('demo')
    await until(async () => (await two.client.getAccessToken('demo')) !== old, 'another token')
  })

  it('tell each other tag, key and generation, and never a token', async () => {
    const heard = listen()
    const { client } = start(backend)
    const tokens = [await client.getAccessToken('demo')]
    await stored()
    tokens.push(await client.getAccessToken('demo', { forceRefresh: true }))
    await until(() => heard.length)
    await client.disconnect('demo')
    await client.signOut()
    await until(() => heard.length > 3)
    for (const message of heard)
      expect(Object.keys(message as object).sort()).to.deep.equal(['generation', 'key', 'tag'])
    for (const token of tokens) expect(JSON.stringify(heard)).not.to.contain(token)
    expect(JSON.stringify(heard)).not.to.contain('cct_')
  })

  it('do not hear what is forged, of another person, or older than what they have', async () => {
    const { client, events } = start(backend, { storage: 'memory' })
    const token = await client.getAccessToken('demo')
    const key = JSON.stringify([backendUrl(), tagOfUser('a')]).slice(0, -1)
    const good = { tag: tagOfUser('a'), key, generation: Date.now() + 1_000 }
    for (const forged of [
      null,
      'text',
      42,
      [],
      {},
      { ...good, tag: tagOfUser('b') },
      { ...good, tag: tagOfUser('a').toUpperCase() },
      { ...good, key: `${key}${'x'.repeat(20_000)}` },
      { ...good, key: key.replace('backend', 'elsewhere') },
      { ...good, key: '' },
      { ...good, generation: 'soon' },
      { ...good, generation: Number.NaN },
      { tag: good.tag, key },
      JSON.parse(`{"__proto__":${JSON.stringify(good)}}`),
      { ...good, key: `${key},"demo"`, generation: 1 },
    ])
      await say(forged)
    expect(await client.getAccessToken('demo')).to.equal(token)
    expect(backend.count('/credentials')).to.equal(1)
    expect(events).to.deep.equal([])
    // The control: the same, unforged, signs out.
    await say(good)
    await until(() => events.some(({ type }) => type === 'signed_out'))
  })

  it('are signed out together: attempts end, nothing is kept, and nobody tells it on', async () => {
    const [one, two] = [start(backend), start(backend)]
    await one.client.getAccessToken('demo')
    await two.client.getAccessToken('demo')
    const attempt = two.client.start({ connectorId: 'demo' })
    const heard = listen()
    await say({
      tag: tagOfUser('a'),
      key: JSON.stringify([backendUrl(), tagOfUser('a')]).slice(0, -1),
      generation: Date.now(),
    })
    expect(await attempt.finished).to.deep.equal({ status: 'cancelled' })
    for (const { events } of [one, two]) await until(() => events.some(({ type }) => type === 'signed_out'))
    expect(await everything(backend.baseUrl)).to.deep.equal([])
    expect(heard.length).to.equal(1)
  })

  it('are signed out by a page that never knew who it was', async () => {
    const two = start(backend)
    await two.client.getAccessToken('demo')
    const heard = listen()
    // Clients of one page leave together; a page that was loaded to sign out has none but this one.
    const everybody = { tag: '', key: JSON.stringify([backendUrl()]).slice(0, -1), generation: Date.now() }
    await say({ ...everybody, key: everybody.key.replace('backend', 'elsewhere') })
    expect(two.events).to.deep.equal([])
    await say(everybody)
    await until(() => two.events.some(({ type }) => type === 'signed_out'))
    expect(heard).to.have.length(1)
    const one = start(backend)
    await one.client.signOut()
    await until(() => heard.length > 1, 'the word of it')
    expect(heard.at(-1)).to.deep.include({ tag: '', key: everybody.key })
  })

  it('that come back out of the back/forward cache ask again who is there', async () => {
    const { client } = start(backend)
    const old = await client.getAccessToken('demo')
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    backend.user = 'b'
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    expect(await rejection(client.getAccessToken('demo'))).to.include({ reason: 'person_changed' })
    expect(await client.getAccessToken('demo')).to.match(/^canary-b-/)
    expect(old).to.match(/^canary-a-/)
    // And the channel is open again.
    backend.user = 'a'
    await say({
      tag: tagOfUser('b'),
      key: JSON.stringify([backendUrl(), tagOfUser('b')]).slice(0, -1),
      generation: Date.now(),
    })
    expect(await client.getAccessToken('demo')).to.match(/^canary-a-/)
  })
})
