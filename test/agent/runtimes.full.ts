import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { build } from 'vite'
import { listen } from '../../src/node/index.ts'
import { apiKey, startHarness } from '../support/backend.ts'
import { freePort } from '../support/free-port.ts'
import { startUpstream } from '../support/upstream.ts'
import type { Setting } from './runtimes/walk.ts'

const folder = join(import.meta.dirname, 'runtimes')
const bin = (name: string) => join(folder, 'node_modules/.bin', name)

before(() => {
  const { status, stdout, stderr } = spawnSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  assert.equal(status, 0, stdout + stderr)
})

const programs: Readonly<Record<string, readonly string[]>> = {
  Node: [process.execPath],
  Deno: [bin('deno'), 'run', '--no-config', '--allow-net', '--allow-env=SETTING'],
  Bun: [bin('bun')],
}

for (const [name, [file = '', ...parameters]] of Object.entries(programs))
  test(`an agent does the same on ${name}`, async (t) => {
    const { setting, sentOn } = await serve(t)
    const child = spawn(file, [...parameters, await bundle(t, 'program')], {
      env: { ...process.env, SETTING: JSON.stringify(setting) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    assert.deepEqual([JSON.parse(await printed(child)), sentOn()], expected)
  })

test('an agent does the same in a worker', async (t) => {
  const { setting, sentOn } = await serve(t)
  const script = await bundle(t, 'worker')
  const port = await freePort()
  const configuration = `${script}.capnp`
  writeFileSync(configuration, workerOf(port, setting))
  const child = spawn(bin('workerd'), ['serve', configuration], { stdio: ['ignore', 'inherit', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  assert.deepEqual([await ask(`http://127.0.0.1:${port}/`), sentOn()], expected)
})

const expected = [
  {
    renewed: true,
    called: 200,
    elsewhere: 'url_not_allowed',
    authorize: true,
    wait: 'timeout',
    items: [{ page: 1, '@odata.nextLink': '/items?page=2' }, { page: 2 }],
    redirect: 302,
    absent: null,
    required: 'not_connected',
    moved: 'backend_unreachable',
    nowhere: 'backend_unreachable',
    ended: 'Error: ended',
    fastn: 'not_connected',
    disconnected: { revocation: 'revoked' },
  },
  // The API key does not follow a redirect.
  0,
]

/** A backend that listens, with ana connected, and a service. */
async function serve(t: TestContext) {
  const harness = await startHarness(t, { backend: { compat: { fastn: true } } })
  const listening = await listen(harness.backend, { port: 0 })
  t.after(() => listening.close())
  await (await harness.page('ana')).connect()
  const service = await startUpstream(t, ({ target }, response) => {
    const answers: Readonly<Record<string, object>> = {
      '/token': { access_token: 't', token_type: 'Bearer', expires_in: 60 },
      '/items': { page: 1, '@odata.nextLink': '/items?page=2' },
      '/items?page=2': { page: 2 },
    }
    if (target.startsWith('/moved')) return void response.writeHead(302, { location: '/sent-on' }).end()
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[target] ?? {}))
  })
  const sentOn = () => service.received.filter(({ target }) => target === '/sent-on').length
  const setting: Setting = {
    baseUrl: `http://127.0.0.1:${listening.port}/connector-auth`,
    apiKey,
    service: service.origin,
  }
  return { setting, sentOn }
}

/** One file, as a bundler makes it for a runtime that has no packages. */
async function bundle(t: TestContext, name: 'program' | 'worker'): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'runtime-'))
  t.after(() => rmSync(outDir, { recursive: true }))
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir,
      target: 'es2022',
      lib: { entry: join(folder, `${name}.ts`), formats: ['es'], fileName: () => `${name}.mjs` },
    },
  })
  return join(outDir, `${name}.mjs`)
}

/** workerd's own configuration; it takes texts and files by name, beside this file. */
const workerOf = (port: number, setting: Setting) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
      compatibilityDate = "2026-11-01",
      bindings = [(name = "SETTING", text = ${JSON.stringify(JSON.stringify(setting))})],
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`

async function printed(child: ChildProcess): Promise<string> {
  let said = ''
  child.stdout?.on('data', (chunk: unknown) => (said += String(chunk)))
  const [code] = await once(child, 'close')
  assert.equal(code, 0, said)
  return said
}

/** Asks until it listens, which takes a moment. */
async function ask(url: string): Promise<unknown> {
  for (let turn = 0; turn < 100; turn++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return answer.json()
    await wait(100)
  }
  throw new Error('The worker does not listen.')
}
