/** Stops a store from outside, at a moment that a test chooses: nothing in the server knows of it. */

import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { startTcpCutter } from '../../src/fakes/index.ts'
import type { Place } from './crashes.ts'

/** A store that lets nothing be written from `stop` to `go`, and says nothing. */
export interface Gate {
  /** Where the backend finds the database. */
  readonly database: Place['remains']['database']
  stop(): void
  go(): void
}

/** SQLite: another process that holds the write lock. PostgreSQL: a network that swallows everything. */
export async function gateOf(t: TestContext, { remains: { database } }: Pick<Place, 'remains'>): Promise<Gate> {
  if ('file' in database) {
    const holder = new DatabaseSync(database.file, { timeout: 5_000 })
    t.after(() => holder.close())
    return { database, stop: () => holder.exec('BEGIN IMMEDIATE'), go: () => holder.exec('ROLLBACK') }
  }
  const direct = new URL(database.url)
  const folder = direct.searchParams.get('host') ?? ''
  const cutter = await startTcpCutter({ target: { path: `${folder}/.s.PGSQL.${direct.port}` } })
  t.after(() => cutter.close())
  const url = `postgres://postgres@127.0.0.1:${cutter.port}${direct.pathname}`
  return { database: { url }, stop: () => cutter.pause(), go: () => cutter.resume() }
}

/** The files of a process cannot grow beyond so many bytes: for it, the disk is full. */
export function limitFiles(pid: number | undefined, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
}

/** No page can be added to an SQLite store; smaller files can be written. */
export function fillDisk(pid: number | undefined, file: string): void {
  limitFiles(pid, statSync(`${file}-wal`).size)
}
