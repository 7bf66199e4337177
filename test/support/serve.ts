/** `connector-auth serve` as a process of its own, with a fake authorization server beside it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'
import { freePort } from './free-port.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Served {
  readonly child: ChildProcess
  readonly port: number
  readonly url: string
  readonly fake: FakeAuthorizationServer
  readonly folder: string
  /** What it has written to standard error so far. */
  log(): string
  ended(): Promise<number | null>
}

export interface ServedOptions {
  readonly config?: Record<string, unknown>
  readonly environment?: Record<string, string>
  readonly parameters?: readonly string[]
  /** One that has ended: its folder and authorization server are used again. */
  readonly after?: Served
}

/** Starts it, and waits until it listens. */
export async function startServed(t: TestContext, options: ServedOptions = {}): Promise<Served> {
  const folder = options.after?.folder ?? mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const fake = options.after?.fake ?? (await startFakeAuthorizationServer())
  const port = await freePort()
  const config = {
    publicUrl: `${appOrigin}/connector-auth`,
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecretEnv: 'FAKE_SECRET' } },
    egress: { allow: [fake.issuer] },
    ...options.config,
  }
  writeFileSync(join(folder, 'connector-auth.json'), JSON.stringify(config))
  const child = spawn(process.execPath, [main, 'serve', '--port', String(port), ...(options.parameters ?? [])], {
    cwd: folder,
    env: {
      ...process.env,
      FAKE_SECRET: fake.clientSecret,
      CONNECTOR_AUTH_SEALING_KEYS: sealingKey,
      CONNECTOR_AUTH_API_KEYS: apiKey,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    if (!options.after) await fake.close()
  })
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  await Promise.race([
    once(child.stdout, 'data'),
    exit.then(() => {
      throw new Error(`serve ended: ${log}`)
    }),
  ])
  return {
    child,
    port,
    url: `http://127.0.0.1:${port}`,
    fake,
    folder,
    log: () => log,
    ended: async () => Number((await exit)[0]),
  }
}

/** The calls of a page, over HTTP to the process. */
export function pagesOf({ url, fake }: Pick<Served, 'url' | 'fake'>): Omit<Harness, 'backend' | 'fake'> {
  const fetchOf = async (request: Request) => {
    const { method, headers } = request
    const body = method === 'GET' ? null : await request.text()
    return fetch(request.url.replace(appOrigin, url), { method, headers, body })
  }
  return callsOf(
    {
      fetch: fetchOf,
      mintConnectToken: async (who) =>
        (
          await fetch(`${url}/api/v1/connect-tokens`, {
            method: 'POST',
            headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
            body: JSON.stringify(who),
          })
        ).json(),
    },
    fake,
  )
}
