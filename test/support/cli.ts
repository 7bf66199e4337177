/** The command line in a folder of its own, with a running backend and a fake service to talk to. */

import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { listen } from '../../src/node/index.ts'
import { type Backend, type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { apiKey, sealingKey } from './backend.ts'
import { freePort } from './free-port.ts'
import { challengeOf, randomVerifier } from './pkce.ts'

export const main = join(import.meta.dirname, '../../src/cli/main.ts')

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

export interface Place {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  run(...words: string[]): Promise<Ran>
  /** The same with something on standard input. */
  feed(input: string, ...words: string[]): Promise<Ran>
}

/** What would change a command's answer: our own settings, and what tells Node that no person watches. */
const foreign = /^CONNECTOR_AUTH|COLOR$|^(CI|TF_BUILD|TEAMCITY_VERSION)$/

/** A folder, and the command line in it. */
export function place(environment: Record<string, string> = {}): Place {
  const cwd = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  const env = { ...Object.fromEntries(inherited), ...environment }
  const feed = (input: string, ...words: string[]) =>
    new Promise<Ran>((resolve) => {
      const child = execFile(process.execPath, [main, ...words], { cwd, env }, (failed, out, error) => {
        resolve({ code: Number(failed?.code ?? 0), out, error })
      })
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
  return { cwd, env, feed, run: (...words) => feed('', ...words) }
}

export interface Running extends Place {
  readonly backend: Backend
  readonly fake: FakeAuthorizationServer
  readonly url: string
  /** Connects a person over the API, as a process on loopback does. */
  connect(subject: string, connectorId?: string): Promise<void>
}

/** A backend on loopback whose host's API key is in the environment. */
export async function running(t: TestContext, options: Partial<BackendOptions> = {}): Promise<Running> {
  const fake = await startFakeAuthorizationServer()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const backend = createBackend({
    publicUrl: url,
    dev: true,
    store: sqliteStore(':memory:'),
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    ...options,
    egress: { allow: [fake.issuer, ...(options.egress?.allow ?? [])] },
  })
  await backend.ready()
  const listening = await listen(backend, { port })
  t.after(async () => {
    await listening.close()
    await backend.close()
    await fake.close()
  })
  const here = place({ CONNECTOR_AUTH_URL: url, CONNECTOR_AUTH_API_KEY: apiKey, CONNECTOR_AUTH_SUBJECT: 'ana' })
  return { ...here, backend, fake, url, connect: (subject, id) => connect(url, fake, subject, id) }
}

async function connect(
  url: string,
  fake: FakeAuthorizationServer,
  subject: string,
  connectorId = 'fake',
): Promise<void> {
  const verifier = randomVerifier()
  const redirectUri = 'http://127.0.0.1:4711/callback'
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ subject, ...body }),
    })
    return answer.json()
  }
  const request = { connectorId, redirectUri, codeChallenge: challengeOf(verifier) }
  const created: any = await post('/api/v1/auth-sessions', request)
  const callback = (await fake.authorize(created.redirectUrl)).search.slice(1)
  await post(`/api/v1/auth-sessions/${created.id}/redeem`, { verifier, redirectUri, callback })
}

/** Writes a configuration file into a folder. */
export function configure(cwd: string, config: object): void {
  writeFileSync(join(cwd, 'connector-auth.json'), JSON.stringify(config))
}
