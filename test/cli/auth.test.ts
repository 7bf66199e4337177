import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quirks, startFakeService } from '../../src/fakes/index.ts'
import { apiKey } from '../support/backend.ts'
import { place, running } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'
import { terminal } from '../support/terminal.ts'

test('a person authorizes in a browser of this machine, and the process finishes what it began', async (t) => {
  const here = await running(t)
  const shown = terminal(t, here, 'auth', 'fake', '--no-browser')
  const [url] = await shown.until(/http:\S+\/authorize\?\S+/)
  await shown.until(/Waiting for you … \d+ s/)
  const redirectUri = new URL(new URL(url).searchParams.get('redirect_uri') ?? '')
  assert.deepEqual([redirectUri.hostname, redirectUri.pathname], ['127.0.0.1', '/callback'])
  const callback = await here.fake.authorize(url)
  const forged = new URL(callback)
  forged.searchParams.set('state', 'of-somebody-else')
  assert.equal((await fetch(forged)).status, 400, "another's state is nothing, and ends nothing")
  const page = await fetch(callback)
  assert.deepEqual([page.status, /return to the terminal/i.test(await page.text())], [200, true])
  assert.equal(await shown.ended(), 0)
  assert.match(shown.shown(), /fake is connected as ana@fake\.example \(default\)\./)
  await assert.rejects(fetch(callback), 'nobody listens any more')
  assert.match((await here.run('connections', 'list')).out, /^fake +default +active/m)
})

test('a person who says no is told so, with an exit code of its own', async (t) => {
  const here = await running(t)
  const shown = terminal(t, here, 'auth', 'fake', '--no-browser')
  const [url] = await shown.until(/http:\S+\/authorize\?\S+/)
  const asked = new URL(url).searchParams
  const denied = new URL(asked.get('redirect_uri') ?? '')
  denied.search = String(
    new URLSearchParams({ error: 'access_denied', state: asked.get('state') ?? '', iss: here.fake.issuer }),
  )
  await fetch(denied)
  assert.equal(await shown.ended(), 3)
  assert.equal((await here.run('connections', 'list')).out, 'none\n')
})

test('a wait ends in time, and at Ctrl-C', async (t) => {
  const here = await running(t)
  const late = terminal(t, here, 'auth', 'fake', '--no-browser', '--timeout', '1')
  assert.equal(await late.ended(), 4)
  const stopped = terminal(t, here, 'auth', 'fake', '--no-browser')
  await stopped.until(/Waiting for you/)
  stopped.type('\u0003')
  assert.equal(await stopped.ended(), 130)
})

test('without a terminal there is no progress, no colour and no browser', async (t) => {
  const here = await running(t)
  const { code, out, error } = await here.run('auth', 'fake', '--timeout', '1')
  assert.deepEqual([code, out], [4, ''])
  assert.equal(error.includes('\u001B') || error.includes('\r'), false)
  assert.match(error, /^Open this page in a browser on this machine:\nhttp:/)
})

test('a port that a service wants registered is the one that is used, and a taken one is told', async (t) => {
  const here = await running(t)
  const port = await freePort()
  const shown = terminal(t, here, 'auth', 'fake', '--no-browser', '--port', String(port))
  const [url] = await shown.until(/http:\S+\/authorize\?\S+/)
  assert.equal(new URL(url).searchParams.get('redirect_uri'), `http://127.0.0.1:${port}/callback`)
  const { code, error } = await here.run('auth', 'fake', '--port', String(port))
  assert.deepEqual([code, /is taken/.test(error)], [2, true])
})

test('a person enters a code at the service, where the backend allows it', async (t) => {
  const record = quirks.get('device')?.record
  assert.ok(record)
  const service = await startFakeService(record)
  t.after(() => service.close())
  const here = await running(t, {
    connectors: [service.record],
    clients: { [service.record.id]: service.client },
    deviceConnectors: [service.record.id],
    egress: { allow: [...service.origins] },
  })
  const shown = terminal(t, here, 'auth', service.record.id, '--device', '--no-browser')
  const [, userCode = ''] = await shown.until(/Enter ([A-Z]{4}-[A-Z]{4}) at/)
  service.approveDevice(userCode)
  assert.equal(await shown.ended(), 0)
  assert.match(shown.shown(), /device is connected/)
  const other = await here.run('auth', 'nope', '--device')
  assert.equal(other.code, 2)
})

test('a key is entered from a source, and never from the command line', async (t) => {
  const here = await running(t, {
    connectors: [
      {
        id: 'keyed',
        name: 'Keyed',
        category: 'other',
        method: 'api_key',
        reach: 'proxy',
        inject: { headers: { 'x-api-key': '{apiKey}' } },
        apiOrigins: ['https://api.keyed.example'],
        checked: 'docs 2026-11-21',
        sources: [],
      },
    ],
    clients: {},
  })
  const entered = await here.feed('canary-key', 'auth', 'keyed', '--value', 'apiKey=-', '--format', 'json')
  assert.deepEqual([entered.code, entered.error], [0, ''])
  assert.equal(JSON.parse(entered.out).connectorId, 'keyed')
  const refused = await here.run('auth', 'keyed', '--value', 'apiKey=canary-key')
  assert.deepEqual([refused.code, /canary/.test(refused.error)], [2, false])
})

test('an API key of nobody starts nothing', async (t) => {
  const { url } = await running(t)
  const there = place({ CONNECTOR_AUTH_URL: url, CONNECTOR_AUTH_API_KEY: apiKey.replaceAll('a', '0') })
  assert.equal((await there.run('auth', 'fake', '--subject', 'ana')).code, 3)
})
