/** A throw-away PostgreSQL: one server per test process, a database per test; it ends with the process, however that ends. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { findPostgres } from '../../tools/postgres.ts'
import { freePort } from './free-port.ts'

export interface PostgresServer {
  /** On 127.0.0.1. */
  readonly port: number
  /** The folder of its Unix socket. */
  readonly folder: string
  /** Makes an empty database. @returns its name */
  createDatabase(): Promise<string>
  /** The connection string over the Unix socket, or over TCP to a port. */
  url(database: string, port?: number): string
  /** Runs one statement in the server's own database. */
  admin(statement: string): Promise<readonly Record<string, unknown>[]>
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>
  /** Starts it again after {@link kill}. */
  start(): Promise<void>
}

/** PostgreSQL refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

let shared: Promise<PostgresServer> | undefined

/** The process's server, started when the first test asks for it. */
export function sharedPostgres(): Promise<PostgresServer> {
  shared ??= startPostgres()
  return shared
}

/**
 * Starts a server of its own, for tests that kill it.
 *
 * @param settings - `-c` settings, such as `max_connections=5`.
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-pg-'))
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  const bin = reachable(findPostgres(), folder)
  const data = join(folder, 'data')
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'],
    { ...nobody, encoding: 'utf8', cwd: folder },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? ''}${made.stderr}`)
  startGuard(folder)
  const port = await freePort()
  let running: Running | undefined
  const start = async () => void (running = await run({ bin, data, folder, port, settings }))
  await start()
  const url = (database: string, tcpPort?: number) =>
    tcpPort === undefined
      ? `postgres://postgres@localhost:${port}/${database}?host=${encodeURIComponent(folder)}`
      : `postgres://postgres@127.0.0.1:${tcpPort}/${database}`
  const admin = (statement: string) => query(url('postgres'), statement)
  return {
    port,
    folder,
    url,
    admin,
    start,
    async createDatabase() {
      const name = `test_${randomBytes(6).toString('hex')}`
      await admin(`CREATE DATABASE ${name}`)
      return name
    },
    async kill() {
      const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
      process.kill(Number(pid), 'SIGQUIT')
      await running?.ended
    },
  }
}

/** A package's folder may lie where only root reads. */
function reachable(bin: string, folder: string): string {
  if (spawnSync(join(bin, 'initdb'), ['--version'], { ...nobody, cwd: folder }).status === 0) return bin
  const copy = join(folder, 'programs')
  mkdirSync(copy)
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

interface Place {
  readonly bin: string
  readonly data: string
  readonly folder: string
  readonly port: number
  readonly settings: readonly string[]
}

interface Running {
  readonly ended: Promise<unknown>
}

/** Waits until our end of its input closes, which the system does even after a kill -9; then ends the server. */
const guard = [
  'cat >/dev/null',
  'pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)',
  'if [ -n "$pid" ]; then kill -QUIT "$pid"; while kill -0 "$pid"; do sleep 0.05; done; fi 2>/dev/null',
  'rm -rf "$1"',
].join('\n')

function startGuard(folder: string): void {
  letGo(spawn('/bin/sh', ['-c', guard, 'sh', folder], { ...nobody, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] }))
}

async function run({ bin, data, folder, port, settings }: Place): Promise<Running> {
  const fast = ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB', 'listen_addresses=127.0.0.1', ...settings]
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', folder, '-p', String(port), ...fast.flatMap((setting) => ['-c', setting])],
    { ...nobody, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  const ended = once(child, 'exit')
  letGo(child)
  await untilItAnswers({ child, folder, port, log: () => log })
  return { ended }
}

/** The test process may end while the server runs. */
function letGo(child: ChildProcess): void {
  child.unref()
  for (const stream of [child.stdin, child.stderr])
    if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
}

async function untilItAnswers(server: {
  readonly child: ChildProcess
  readonly folder: string
  readonly port: number
  log(): string
}): Promise<void> {
  const { child, folder, port } = server
  for (let round = 0; round < 600; round += 1) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended at its start: ${server.log()}`)
    try {
      await query(`postgres://postgres@localhost:${port}/postgres?host=${encodeURIComponent(folder)}`, 'SELECT 1')
      return
    } catch {
      await wait(50)
    }
  }
  throw new Error(`PostgreSQL did not answer within 30 s: ${server.log()}`)
}

async function query(connectionString: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
