import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dev } from '../../src/cli/dev.ts'
import { freePort } from '../support/free-port.ts'

test('dev --fakes: connectors of the catalogue are connected with nothing registered anywhere', async (t) => {
  const lines: string[] = []
  const port = await freePort()
  const connectors = ['github', 'stripe', 'freshdesk']
  const running = await dev({ fakes: true, connectors, config: 'none.json', port }, (line) => void lines.push(line))
  t.after(() => running.close())
  const url = `http://localhost:${port}`
  const { token } = await (await fetch(`${url}/dev/connect-token`, { method: 'POST' })).json()
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${token}`, origin: url, 'content-type': 'application/json' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return (await fetch(`${url}/api/v1${path}`, init)).json()
  }
  const listed = (await call('GET', '/connectors')).connectors.map(({ id }: { id: string }) => id)
  assert.deepEqual(listed, connectors)
  // What is printed is what is typed.
  for (const id of ['stripe', 'freshdesk']) {
    const [, , ...typed] = lines.find((line) => line.startsWith(id))?.split(/\s+/) ?? []
    const values = Object.fromEntries(
      typed.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    )
    assert.equal((await call('POST', `/connections/${id}`, { values })).status, 'ACTIVE', id)
  }
  const created = await call('POST', '/auth-sessions', { connectorId: 'github', codeChallenge: 'x'.repeat(43) })
  const consent = await fetch(created.redirectUrl, { redirect: 'manual' })
  assert.match(consent.headers.get('location') ?? '', new RegExp(`^${url}/callback/default/github\\?.*code=`))
})

test('dev without fakes is serve in dev mode, and wants a configuration', async () => {
  await assert.rejects(
    dev({ config: 'none.json', port: 0 }, () => {}),
    { reason: 'invalid_configuration' },
  )
})
