import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Demo, startDemo } from '../../demo/host.ts'
import { silentLogger } from '../../src/server/logger.ts'

let demo: Demo
before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  demo = await startDemo({ port: 0, authorizationServerPort: 0, folder, page: folder, logger: silentLogger })
})
after(() => demo.close())

const post = (path: string, body: object, headers: Record<string, string> = { origin: demo.url }) =>
  fetch(`${demo.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

test('only a page of the demo itself may control it', async () => {
  for (const headers of [{}, { origin: demo.portalUrl }, { origin: 'null' }])
    assert.equal((await post('/demo/reset', {}, headers)).status, 403)
  assert.equal((await fetch(`${demo.url}/demo/backend`)).status, 403)
  assert.equal((await fetch(`${demo.url}/demo/state`, { headers: { origin: demo.portalUrl } })).status, 403)
  assert.equal((await post('/demo/reset', {})).status, 200)
})

test('a name that was made to resolve here controls nothing', async () => {
  const { port } = new URL(demo.url)
  const status = await new Promise((resolve, reject) => {
    request(
      { port, path: '/demo/state', headers: { host: 'evil.test', 'sec-fetch-site': 'same-origin' } },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      },
    )
      .on('error', reject)
      .end()
  })
  assert.equal(status, 403)
})

test('there are no other scenarios and acts than those that are written down', async () => {
  assert.equal((await post('/demo/set-up', { scenario: 'no-such' })).status, 404)
  assert.equal((await post('/demo/set-up', { scenario: 'success' })).status, 200)
  assert.equal((await post('/demo/act', { act: 'stop-backend' })).status, 404)
})

test('a backend that is stopped answers as a proxy does, and the next set-up starts it again', async () => {
  await post('/demo/set-up', { scenario: 'backend-down-at-load' })
  const health = () => fetch(`${demo.url}/connector-auth/healthz`)
  assert.equal((await health()).status, 502)
  await post('/demo/set-up', { scenario: 'success' })
  assert.equal((await health()).status, 200)
})

test('each connector of the list can be connected: the backend lists all of them', async () => {
  const { token } = await demo.backend.mintConnectToken({ subject: 'ana' })
  const headers = { authorization: `Bearer ${token}`, origin: demo.url }
  const answer = await fetch(`${demo.url}/connector-auth/api/v1/connectors`, { headers })
  const { connectors } = await answer.json()
  assert.equal(connectors.length, 40)
  assert.equal(new Set(connectors.map(({ name }: { name: string }) => name)).size, 40)
})

test('a scenario shows its own calls of the token endpoint and no other’s', async () => {
  const holdings = async () =>
    (await fetch(`${demo.url}/demo/backend`, { headers: { 'sec-fetch-site': 'same-origin' } })).json()
  await fetch(`${demo.authorizationServer.url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'wrong' }),
  })
  assert.equal((await holdings()).tokenCalls.length, 1)
  await post('/demo/set-up', { scenario: 'success' })
  assert.deepEqual((await holdings()).tokenCalls, [])
})
