/** The journal's file: lines that are on the disk when a call returns, and what is left of it after a crash. */

import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { parse } from '../../protocol/parse.ts'
import { type Infer, either, object, oneOf, text } from '../../protocol/schema.ts'

const entry = object({
  id: text({ pattern: '^[0-9a-f]{32}$' }),
  /** `refresh`: new tokens of a connection; `grant`: what an attempt brought. */
  kind: oneOf('refresh', 'grant'),
  /** The connection's row, or the auth session. */
  about: text({ maxLength: 100 }),
  tenant: text({ maxLength: 200 }),
  sealed: text({ maxLength: 1_000_000 }),
})
export type JournalEntry = Infer<typeof entry>

const line = either(entry, object({ done: text({ pattern: '^[0-9a-f]{32}$' }) }))

/** What the file says: entries that are not done. */
export interface JournalContent {
  readonly entries: readonly JournalEntry[]
  readonly done: readonly string[]
  /** Lines that a crash or a full disk cut off, or somebody changed. */
  readonly damaged: number
}

/** Reads all lines; one that is damaged is passed over. */
export function readJournal(file: string): JournalContent {
  const entries = new Map<string, JournalEntry>()
  const done: string[] = []
  let damaged = 0
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  for (const text of bytes.toString('utf8').split('\n')) {
    if (text === '') continue
    try {
      const said = parse(line, JSON.parse(text))
      if ('done' in said) done.push(said.done)
      else entries.set(said.id, said)
    } catch {
      damaged += 1
    }
  }
  for (const id of done) entries.delete(id)
  return { entries: [...entries.values()], done, damaged }
}

/** Changes whenever the file does; '' where there is none. */
export function journalStamp(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true })
  return stat ? `${stat.size}.${stat.mtimeNs}` : ''
}

/** Appends a line. When this returns it is on the disk; when it throws, it may be cut off. @returns the file's size. */
export function appendLine(file: string, said: JournalEntry | { readonly done: string }): number {
  const existed = existsSync(file)
  const handle = openSync(file, 'a+', 0o600)
  try {
    fchmodSync(handle, 0o600)
    const bytes = Buffer.from(`${endsClean(handle) ? '' : '\n'}${JSON.stringify(said)}\n`)
    if (writeSync(handle, bytes) < bytes.length) throw new Error(`${file} could not be written to its end: no space.`)
    fsyncSync(handle)
    if (!existed) syncFolder(file)
    return fstatSync(handle).size
  } finally {
    closeSync(handle)
  }
}

/** Makes sure that the file can be written, before it is needed. */
export function touchJournal(file: string): void {
  const existed = existsSync(file)
  const handle = openSync(file, 'a', 0o600)
  try {
    fchmodSync(handle, 0o600)
    if (!existed) syncFolder(file)
  } finally {
    closeSync(handle)
  }
}

/** Empties the file, unless somebody has written since it had this size. */
export function emptyJournal(file: string, size: number): void {
  const handle = openSync(file, 'r+')
  try {
    if (fstatSync(handle).size !== size) return
    ftruncateSync(handle, 0)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** A line that was cut off must not swallow the next one. */
function endsClean(handle: number): boolean {
  const { size } = fstatSync(handle)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(handle, last, 0, 1, size - 1)
  return last[0] === 0x0a
}

/** A file that was just made is only there after a crash when its folder is on the disk too. */
function syncFolder(file: string): void {
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
