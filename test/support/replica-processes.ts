/** Backends as processes of their own on one PostgreSQL database, and the calls of pages and hosts over HTTP. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { request } from 'undici'
import { type ConnectorRecord, type Limits, type Store } from '../../src/server/index.ts'
import { postgresStore } from '../../src/server/postgres.ts'
import { type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'
import { sharedPostgres } from './postgres.ts'

const serve = join(import.meta.dirname, '../../src/cli/main.ts')
const limitedServe = fileURLToPath(import.meta.resolve('./limited-serve.ts'))

export interface ReplicaProcess {
  readonly child: ChildProcess
  readonly url: string
  /** What it has written to standard error so far. */
  log(): string
  /** Stops it in the middle of whatever it does; the system keeps its connections. */
  freeze(): void
  /** Lets it go on. */
  thaw(): void
  /** Settles with its exit code, or null where a signal ended it. */
  readonly ended: Promise<number | null>
}

export interface ReplicaOptions {
  /** What they connect to; the redirect URI names its id. */
  readonly connector: ConnectorRecord
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  /** The authorization server's origin. */
  readonly issuer: string
  readonly config?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  /** Absent: the real command line, with its own. */
  readonly limits?: Partial<Limits>
  /** More of the command line. */
  readonly parameters?: readonly string[]
  /** Where the database is reached; an empty one of its own where absent. */
  readonly databaseUrl?: string
}

export interface ReplicaProcesses {
  readonly databaseUrl: string
  /** The database they share, for looking at rows. */
  readonly store: Store
  /** Starts one more; it listens when it is there. */
  start(): Promise<ReplicaProcess>
}

/** Prepares replicas with one configuration; they end with the test. */
export async function replicaProcesses(t: TestContext, options: ReplicaOptions): Promise<ReplicaProcesses> {
  const { connector, client, issuer, limits } = options
  const databaseUrl = options.databaseUrl ?? (await ownDatabase())
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const config = {
    publicUrl: `${appOrigin}/connector-auth`,
    databaseUrlEnv: 'DATABASE_URL',
    connectors: [connector],
    clients: { [connector.id]: { clientId: client.clientId, clientSecretEnv: 'CLIENT_SECRET' } },
    egress: { allow: [issuer] },
    // A test's callers all come from one address, many with one key.
    rateLimits: { perCredential: false, perAddress: false, failedPerAddress: false },
    ...options.config,
  }
  writeFileSync(join(folder, 'connector-auth.json'), JSON.stringify(config))
  const env = {
    ...process.env,
    // Half of a start is compiling.
    NODE_COMPILE_CACHE: join(tmpdir(), 'connector-auth-compiled'),
    DATABASE_URL: databaseUrl,
    CLIENT_SECRET: client.clientSecret,
    CONNECTOR_AUTH_SEALING_KEYS: sealingKey,
    CONNECTOR_AUTH_API_KEYS: apiKey,
    ...(limits ? { TEST_LIMITS: JSON.stringify(limits) } : {}),
    ...options.environment,
  }
  const store = postgresStore({ connectionString: databaseUrl, maxConnections: 2 })
  t.after(() => store.close())
  const program = limits ? [limitedServe] : [serve, 'serve', '--port', '0', ...(options.parameters ?? [])]
  return { databaseUrl, store, start: () => startProcess(t, program, { cwd: folder, env }) }
}

async function ownDatabase(): Promise<string> {
  const server = await sharedPostgres()
  return server.url(await server.createDatabase())
}

async function startProcess(
  t: TestContext,
  program: readonly string[],
  place: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<ReplicaProcess> {
  const child = spawn(process.execPath, program, { ...place, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null))
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const said = once(child.stdout, 'data').then(([chunk]) => String(chunk))
  const line = await Promise.race([
    said,
    ended.then((code) => {
      throw new Error(`The replica ended with ${code}: ${log}`)
    }),
  ])
  const [, port = ''] = /port (\d+)/.exec(line) ?? []
  return {
    child,
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    ended,
  }
}

/** The calls of pages and hosts, over HTTP to a replica or to what stands before several. */
export function callsTo(
  url: string,
  authorizationServer: { authorize(url: string): Promise<URL> },
): Omit<Harness, 'backend' | 'fake'> {
  return callsOf(
    {
      fetch: (sent) => send(url, sent),
      async mintConnectToken(who) {
        const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
        const body = JSON.stringify(who)
        const answer = await send(
          url,
          new Request(`${appOrigin}/api/v1/connect-tokens`, { method: 'POST', headers, body }),
        )
        if (answer.status !== 201) throw new Error(`No connect token: ${answer.status} ${await answer.text()}`)
        return answer.json()
      },
    },
    authorizationServer,
  )
}

/** Not fetch, which writes `Sec-Fetch-Mode` and would look like a script where a page navigates. */
async function send(url: string, sent: Request): Promise<Response> {
  const { method, headers } = sent
  const body = method === 'GET' ? null : await sent.text()
  const answer = await request(sent.url.replace(appOrigin, url), { method: method as 'GET', headers, body })
  const told = new Headers()
  for (const [name, value = []] of Object.entries(answer.headers))
    for (const one of [value].flat()) told.append(name, one)
  const text = await answer.body.text()
  return new Response(text === '' ? null : text, { status: answer.statusCode, headers: told })
}
