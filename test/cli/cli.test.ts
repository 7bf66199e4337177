import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { freePort } from '../support/free-port.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const folder = () => mkdtempSync(join(tmpdir(), 'connector-auth-'))
const run = (cwd: string, ...args: string[]) => promisify(execFile)(process.execPath, [main, ...args], { cwd })

test('init writes a sealing key and an API key for one reader, and never writes over one', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, '.env'), 'OTHER=1')
  await run(cwd, 'init')
  const text = readFileSync(join(cwd, '.env'), 'utf8')
  assert.match(text, /^OTHER=1$/m)
  assert.match(text, /^CONNECTOR_AUTH_SEALING_KEYS=k\d{8}:[\w-]{43}$/m)
  assert.match(text, /^CONNECTOR_AUTH_API_KEYS=cak_[0-9a-f]{64}$/m)
  assert.equal(statSync(join(cwd, '.env')).mode & 0o777, 0o600)
  await assert.rejects(
    run(cwd, 'init'),
    (error: Error & { code?: number; stderr?: string }) =>
      error.code === 2 && /Nothing was written/.test(error.stderr ?? ''),
  )
  assert.equal(readFileSync(join(cwd, '.env'), 'utf8'), text)
})

test('callback writes one page a connector and one script, with no script in a page', async () => {
  const cwd = folder()
  await run(cwd, 'callback', 'public/cb', '--connectors', 'google,slack')
  for (const id of ['google', 'slack']) {
    const page = readFileSync(join(cwd, 'public/cb', `${id}.html`), 'utf8')
    assert.match(page, /<script src="callback\.js"><\/script>/)
    assert.equal(/<script>[^<]/.test(page), false)
  }
  assert.ok(readFileSync(join(cwd, 'public/cb/callback.js')).length > 100)
  await assert.rejects(run(cwd, 'callback', 'out', '--connectors', '../evil'), { code: 2 })
})

test('connectors show prints the redirect URI to register', async () => {
  const { stdout } = await run(
    folder(),
    'connectors',
    'show',
    'google',
    '--public-url',
    'https://app.example/connector-auth',
  )
  assert.match(
    stdout,
    /^Redirect URI to register: +https:\/\/app\.example\/connector-auth\/callback\/default\/google$/m,
  )
  assert.match(stdout, /^Redirect URI of auth: +http:\/\/127\.0\.0\.1:<port>\/callback$/m)
  await assert.rejects(run(folder(), 'connectors', 'show', 'nope', '--public-url', 'https://app.example'), { code: 2 })
})

test('connectors list names the catalogue', async () => {
  const { stdout } = await run(folder(), 'connectors', 'list')
  for (const id of ['github', 'google', 'microsoft', 'slack']) assert.match(stdout, new RegExp(`^${id}\\s`, 'm'))
})

const configure = (cwd: string, publicUrl: string, more: object = {}) =>
  writeFileSync(
    join(cwd, 'connector-auth.json'),
    JSON.stringify({
      publicUrl,
      connectors: ['google'],
      clients: { google: { clientId: 'id', clientSecretEnv: 'GOOGLE_SECRET' } },
      ...more,
    }),
  )

async function startServe(t: TestContext, cwd: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, 'serve', ...args], {
    cwd,
    env: { ...process.env, GOOGLE_SECRET: 'canary-secret' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout ?? child, 'data')
  return child
}

test('serve runs the backend that init prepared, and ends on SIGTERM', async (t) => {
  const cwd = folder()
  await run(cwd, 'init')
  configure(cwd, 'https://app.example')
  const port = await freePort()
  const child = await startServe(t, cwd, '--port', String(port))
  assert.deepEqual(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json(), { status: 'ready' })
  const key = /CONNECTOR_AUTH_API_KEYS=(\S+)/.exec(readFileSync(join(cwd, '.env'), 'utf8'))?.[1] ?? ''
  const minted = await fetch(`http://127.0.0.1:${port}/api/v1/connect-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"subject":"ana"}',
  })
  assert.equal(minted.status, 201)
  assert.equal((await fetch(`http://127.0.0.1:${port}/dev/connect-token`, { method: 'POST' })).status, 404)
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})

test('serve --dev needs no key, gives a token on its own host only', async (t) => {
  const cwd = folder()
  const port = await freePort()
  configure(cwd, `http://127.0.0.1:${port}`)
  await startServe(t, cwd, '--dev', '--port', String(port))
  const minted = await fetch(`http://127.0.0.1:${port}/dev/connect-token`, { method: 'POST' })
  assert.match((await minted.json()).token, /^cct_/)
  // What a page on another site reaches by pointing its own name at this machine.
  const foreign = request({
    host: '127.0.0.1',
    port,
    path: '/dev/connect-token',
    method: 'POST',
    headers: { host: 'evil.test' },
  }).end()
  const [answer] = await once(foreign, 'response')
  assert.equal(answer.statusCode, 421)
})

test('serve on a taken port says so', async (t) => {
  const cwd = folder()
  const port = await freePort()
  configure(cwd, `http://127.0.0.1:${port}`)
  await startServe(t, cwd, '--dev', '--port', String(port))
  const env = { ...process.env, GOOGLE_SECRET: 'canary-secret' }
  const again = promisify(execFile)(process.execPath, [main, 'serve', '--dev', '--port', String(port)], {
    cwd,
    env,
    timeout: 10_000,
  })
  await assert.rejects(
    again,
    (error: Error & { code?: number; stderr?: string }) =>
      error.code === 2 && new RegExp(`Port ${port} is taken`).test(error.stderr ?? ''),
  )
})

const refusals: [string, (cwd: string) => void, RegExp][] = [
  ['no configuration', () => {}, /There is no connector-auth\.json/],
  ['an unknown field', (cwd) => configure(cwd, 'https://app.example', { colour: 1 }), /colour: is not a known field/],
  ['no sealing key', (cwd) => configure(cwd, 'https://app.example'), /sealingKeys/],
  ['an unknown connector', (cwd) => configure(cwd, 'https://app.example', { connectors: ['nope'] }), /has no nope/],
]
for (const [name, prepare, message] of refusals) {
  test(`serve with ${name} says so and exits with 2`, async () => {
    const cwd = folder()
    prepare(cwd)
    const env = { ...process.env, GOOGLE_SECRET: 'canary-secret' }
    await assert.rejects(
      promisify(execFile)(process.execPath, [main, 'serve'], { cwd, env, timeout: 10_000 }),
      (error: Error & { code?: number; stderr?: string }) => {
        assert.match(error.stderr ?? '', message)
        assert.equal((error.stderr ?? '').includes('canary-secret'), false)
        return error.code === 2
      },
    )
  })
}
