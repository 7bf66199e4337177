import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { listen } from '../../src/node/index.ts'
import { apiKey, startHarness } from '../support/backend.ts'
import { runSnippet } from '../support/run-snippet.ts'
import { snippet } from '../support/snippet.ts'
import { startUpstream } from '../support/upstream.ts'

/** The snippets speak of Google; a fake stands in for it. */
const written = (name: string) => snippet(name, 'docs/agent.md').replaceAll("'google'", "'fake'")

async function served(t: TestContext) {
  const harness = await startHarness(t)
  const listening = await listen(harness.backend, { port: 0 })
  t.after(() => listening.close())
  const url = `http://127.0.0.1:${listening.port}/connector-auth`
  return { ...harness, env: { CONNECTOR_AUTH_URL: url, CONNECTOR_AUTH_API_KEY: apiKey } }
}

test('docs/agent.md: an agent reads what its user has connected, and calls the service', async (t) => {
  const { page, env } = await served(t)
  await (await page('user-42')).connect()
  assert.deepEqual(await runSnippet(t, written('read'), env), { code: 0, said: 'true 200\n' })
})

test('docs/agent.md: an agent prints the URL, waits for its person, and does its work', async (t) => {
  const { env, fake } = await served(t)
  const ran = await runSnippet(t, written('authorize'), env, (line) => {
    const [, url] = /^fake: (.+)$/.exec(line) ?? []
    if (url) void fake.authorize(url).then((callback) => fetch(callback))
  })
  assert.deepEqual([ran.code, ran.said.split('\n').at(-2)], [0, '200'])
})

test('docs/agent.md: a script connects on a laptop, and its second run asks nobody', async (t) => {
  const { fake } = await startHarness(t)
  const home = mkdtempSync(join(tmpdir(), 'laptop-'))
  t.after(() => rmSync(home, { recursive: true }))
  const code = written('local')
    .replace('catalogue.google', 'JSON.parse(process.env.RECORD)')
    .replace('clients: { google:', 'egress: { allow: [process.env.ISSUER] },\n  clients: { fake:')
  const env = {
    XDG_DATA_HOME: home,
    LOCALAPPDATA: home,
    HOME: home,
    RECORD: JSON.stringify(fake.record()),
    ISSUER: fake.issuer,
    GOOGLE_ID: fake.clientId,
    GOOGLE_SECRET: fake.clientSecret,
  }
  const opened: string[] = []
  const run = () =>
    runSnippet(t, code, env, (line) => {
      const [, url] = /^Open (.+)$/.exec(line) ?? []
      if (!url) return
      opened.push(url)
      void fake.authorize(url).then((callback) => fetch(callback))
    })
  const first = await run()
  assert.deepEqual([first.code, first.said.split('\n').at(-2), opened.length], [0, '200', 1])
  assert.deepEqual([await run(), opened.length], [{ code: 0, said: '200\n' }, 1])
})

test('docs/agent.md: a service account reads every page', async (t) => {
  const api = await startUpstream(t, ({ target }, response) => {
    const next = target === '/items' ? { '@odata.nextLink': '/items?page=2' } : {}
    const token = { access_token: 't', token_type: 'Bearer', expires_in: 60 }
    response.end(JSON.stringify(target === '/token' ? token : { value: target, ...next }))
  })
  const env = { TOKEN_URL: `${api.origin}/token`, API_URL: api.origin, CLIENT_ID: 'me', CLIENT_SECRET: 'secret' }
  assert.deepEqual(await runSnippet(t, written('service'), env), { code: 0, said: '/items\n/items?page=2\n' })
})
