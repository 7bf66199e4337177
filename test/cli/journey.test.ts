import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { configure, main, place } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'
import { terminal } from '../support/terminal.ts'

const agent = join(import.meta.dirname, '../../src/agent/index.ts')

test('on a laptop: init, import, auth, list, an agent reads a token, revoke', async (t) => {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const here = place({ CONNECTOR_AUTH_SUBJECT: 'ana' })
  assert.equal((await here.run('init')).code, 0)
  assert.equal(statSync(join(here.cwd, '.env')).mode & 0o777, 0o600)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  configure(here.cwd, { publicUrl: url, port, connectors: [], clients: {}, egress: { allow: [fake.issuer] } })
  const backend = spawn(process.execPath, [main, 'serve', '--dev'], { cwd: here.cwd, env: here.env, stdio: 'pipe' })
  t.after(() => backend.kill('SIGKILL'))
  await once(backend.stdout, 'data')

  // As Google's console gives it, but for the addresses.
  const installed = {
    client_id: fake.clientId,
    client_secret: fake.clientSecret,
    auth_uri: `${fake.issuer}/authorize`,
    token_uri: `${fake.issuer}/token`,
  }
  writeFileSync(join(here.cwd, 'google.json'), JSON.stringify({ installed }))
  const dry = await here.run('connectors', 'import', 'google.json', '--dry-run')
  assert.match(
    dry.out,
    new RegExp(`^google +google +${fake.issuer}/authorize +${fake.issuer}/token +${fake.clientId}`, 'm'),
  )
  const importing = terminal(t, here, 'connectors', 'import', 'google.json')
  await importing.until(/Save google \(credentials go to http:\/\/127\.0\.0\.1:\d+\) at the backend.*\[y\/N\]/)
  importing.type('y\n')
  assert.equal(await importing.ended(), 0, importing.shown())
  assert.match(importing.shown(), /google is saved\./)
  assert.equal(importing.shown().includes(fake.clientSecret), false)

  const authorizing = terminal(t, here, 'auth', 'google', '--no-browser')
  const [page] = await authorizing.until(/http:\S+\/authorize\?\S+/)
  await fetch(await fake.authorize(page))
  assert.equal(await authorizing.ended(), 0, authorizing.shown())
  assert.match((await here.run('connections', 'list')).out, /^google +default +active/m)

  const apiKey = /CONNECTOR_AUTH_API_KEYS=(\S+)/.exec(readFileSync(join(here.cwd, '.env'), 'utf8'))?.[1] ?? ''
  writeFileSync(
    join(here.cwd, 'agent.mjs'),
    `import { createAgent } from ${JSON.stringify(agent)}
const agent = createAgent({ baseUrl: ${JSON.stringify(url)}, apiKey: process.env.KEY, subject: 'ana' })
console.log(await agent.getAccessToken('google').catch((error) => error.reason))`,
  )
  const script = async () =>
    (await promisify(execFile)(process.execPath, ['agent.mjs'], { cwd: here.cwd, env: { ...here.env, KEY: apiKey } }))
      .stdout
  assert.match(await script(), /^fake-at-/)

  const revoking = terminal(t, here, 'account', 'oauth', 'revoke', 'google')
  await revoking.until(/End the connection with google\? \[y\/N\]/)
  revoking.type('n\n')
  assert.equal(await revoking.ended(), 3)
  assert.match(revoking.shown(), /Nothing was done\./)
  assert.equal((await here.run('connections', 'revoke', 'google', '--yes')).code, 0)
  assert.equal(await script(), 'not_connected\n')
})

test('the reference grammar does the same acts', async (t) => {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const port = await freePort()
  const here = place({ CONNECTOR_AUTH_SUBJECT: 'ana', CLIENT_SECRET: 'canary' })
  await here.run('init')
  configure(here.cwd, { publicUrl: `http://127.0.0.1:${port}`, port, connectors: [], clients: {} })
  const backend = spawn(process.execPath, [main, 'serve', '--dev'], { cwd: here.cwd, env: here.env, stdio: 'pipe' })
  t.after(() => backend.kill('SIGKILL'))
  await once(backend.stdout, 'data')
  const account = (...words: string[]) => here.run('account', 'oauth', ...words)
  const app = (...words: string[]) => here.run('app', 'oauth', ...words)
  const id = ['--client-id', 'id', '--client-secret', 'CLIENT_SECRET']
  assert.equal((await account('configure', 'github', ...id, '--scopes', 'read:user')).code, 0)
  const elsewhere = await account('configure', 'github', ...id, '--redirect-uri', 'https://evil.test/callback')
  assert.deepEqual([elsewhere.code, /--redirect-uri/.test(elsewhere.error)], [2, true])
  const own = `http://127.0.0.1:${port}/callback/default/github`
  assert.equal((await account('configure', 'github', ...id, '--redirect-uri', own)).code, 0)
  const [listed] = JSON.parse((await account('list-providers', '--format', 'json')).out)
  assert.deepEqual([listed.id, listed.scopes.default], ['github', ['read:user']])
  assert.equal((await account('list-connections')).out, 'none\n')
  writeFileSync(
    join(here.cwd, 'acme.yaml'),
    'name: Acme\nclient_id: id\nclient_secret: s\nauthorize_url: https://acme.example/a\ntoken_url: https://acme.example/t\n',
  )
  assert.match((await app('register', '--provider-config', 'acme.yaml', '--yes')).out, /^acme is saved\.$/m)
  assert.match((await app('list-providers')).out, /^acme +Acme/m)
  assert.equal((await app('delete-provider', 'acme', '--yes')).code, 0)
  assert.doesNotMatch((await app('list-providers')).out, /acme/)
  assert.equal((await app('import', 'no-such-file.json', '--yes')).code, 2)
})
