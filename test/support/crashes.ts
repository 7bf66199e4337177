/** Backends as processes of their own that a test kills: on one store and journal, one after another. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { FakeAuthorizationServer } from '../../src/fakes/index.ts'
import { type Store, sqliteStore } from '../../src/server/index.ts'
import { postgresStore } from '../../src/server/postgres.ts'
import { type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'
import type { CrashOrder } from './crash-child.ts'
import { sharedPostgres } from './postgres.ts'
import type { StoreKind } from './store.ts'

const program = join(import.meta.dirname, 'crash-child.ts')

/** What outlives every process: a database, and the folder of the journal. */
export interface Remains {
  readonly database: CrashOrder['database']
  readonly folder: string
  readonly journal: string
  /** Another store on the same database, for a look from outside. */
  open(): Store
}

export async function newRemains(kind: StoreKind): Promise<Remains> {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const journal = join(folder, 'connector-auth.journal')
  if (kind === 'sqlite') {
    const file = join(folder, 'store.sqlite')
    return { database: { file }, folder, journal, open: () => sqliteStore(file) }
  }
  const server = await sharedPostgres()
  const url = server.url(await server.createDatabase())
  return {
    database: { url },
    folder,
    journal,
    open: () => postgresStore({ connectionString: url, maxConnections: 2, idleTimeoutSeconds: 1 }),
  }
}

export interface Running {
  readonly child: ChildProcess
  readonly url: string
  /** The calls of pages and hosts, over HTTP to the process. */
  readonly calls: Pick<Harness, 'call' | 'page' | 'host'>
  /** What it has logged so far. */
  log(): string
  /** Ends it as the kernel or an operator without patience does. */
  kill(): Promise<void>
  /** Its exit code; null where a signal ended it. */
  ended(): Promise<number | null>
}

/** What may differ from one process to the next. */
export type Changes = Partial<CrashOrder>

/** A process that has loaded everything and does nothing yet. */
export interface Waiting {
  /** Settles when it is ready to begin. */
  readonly loaded: Promise<unknown>
  begin(changes?: Changes): Promise<Running>
  /** Ends it, wherever it is in its beginning. */
  kill(): Promise<void>
}

export interface Place {
  readonly remains: Remains
  /** Authorization servers by connector id. */
  readonly fakes: Readonly<Record<string, FakeAuthorizationServer>>
  /** For every process. */
  readonly options?: Changes
}

/** Loads a process; it begins when it is told to. */
export function loadBackend(t: TestContext, place: Place): Waiting {
  // An ignored SIGXFSZ stays ignored: beyond its limit a write fails, as on a full disk, instead of ending the process.
  const child = spawn('/bin/sh', ['-c', 'trap \'\' XFSZ; exec "$0" "$@"', process.execPath, program], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'connector-auth-compiled') },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const exit = once(child, 'exit')
  const loaded = Promise.race([once(child, 'message'), exit])
  let log = ''
  child.stderr?.on('data', (chunk) => (log += String(chunk)))
  const kill = async () => {
    child.kill('SIGKILL')
    await exit
  }
  t.after(kill)
  return {
    loaded,
    kill,
    async begin(changes = {}) {
      await loaded
      const ready = once(child, 'message')
      child.send(JSON.stringify({ ...orderOf(place), ...place.options, ...changes }))
      const said = await Promise.race([ready, exit])
      const port = Number(said[0]?.port)
      if (!(port > 0)) throw new Error(`The backend ended at its start: ${log}`)
      const url = `http://127.0.0.1:${port}`
      return {
        child,
        url,
        calls: callsOver(url),
        log: () => log,
        kill,
        ended: async () => (await exit)[0],
      }
    },
  }
}

/** Loads a process and begins at once. */
export function startBackend(t: TestContext, place: Place, changes?: Changes): Promise<Running> {
  return loadBackend(t, place).begin(changes)
}

function orderOf({ remains, fakes }: Place): CrashOrder {
  const all = Object.entries(fakes)
  return {
    database: remains.database,
    journal: remains.journal,
    publicUrl: `${appOrigin}/connector-auth`,
    sealingKeys: [sealingKey],
    apiKeys: [apiKey],
    connectors: all.map(([id, fake]) => fake.record({ id })),
    clients: Object.fromEntries(all.map(([id, { clientId, clientSecret }]) => [id, { clientId, clientSecret }])),
    egress: { allow: all.map(([, { issuer }]) => issuer) },
    rateLimits: { perAddress: false, perCredential: false },
  }
}

function callsOver(url: string): Running['calls'] {
  return callsOf(
    {
      async fetch(request) {
        const { method, headers } = request
        const body = method === 'GET' ? null : await request.text()
        return fetch(request.url.replace(`${appOrigin}/connector-auth`, url), { method, headers, body })
      },
      async mintConnectToken(who) {
        const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
        const body = JSON.stringify(who)
        return (await fetch(`${url}/api/v1/connect-tokens`, { method: 'POST', headers, body })).json()
      },
    },
    { authorize: visit },
  )
}

/** A consenting person's browser. */
async function visit(url: string): Promise<URL> {
  const answer = await fetch(url, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? '')
}
