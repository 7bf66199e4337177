/** Changes a file that holds secrets: for its owner's eyes alone, whole or not at all, and by one process at a time. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { InvalidRequestError } from '../protocol/errors.ts'

/**
 * Reads a file, has it changed, and writes it; what is not there is empty. A crash leaves the file as it was or as it is to
 * be.
 *
 * @param change - gives the new content; what it throws leaves the file as it is.
 * @param patienceMs - how long one process waits for another.
 * @throws {InvalidRequestError} `invalid_configuration` where another process does not let go of the file.
 */
export function changeFile(file: string, change: (before: string) => string, patienceMs = 5_000): void {
  const release = lock(file, patienceMs)
  try {
    replace(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''))
  } finally {
    release()
  }
}

/**
 * An exclusive SQLite transaction on a file beside it: the operating system ends it with its process, so that no lock is
 * left without an owner. The empty lock file stays: who deletes one that another waits for lets two in.
 */
function lock(file: string, patienceMs: number): () => void {
  const database = new DatabaseSync(`${file}.lock`)
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}; BEGIN EXCLUSIVE`)
  } catch (cause) {
    database.close()
    throw new InvalidRequestError(
      'invalid_configuration',
      `Another connector-auth is changing ${file}. Nothing was written; try again.`,
      { cause },
    )
  }
  return () => database.close()
}

/** A link stays a link: what it points to is replaced. */
function replace(link: string, content: string): void {
  const file = existsSync(link) ? realpathSync(link) : link
  // A name that nobody can lay something under before.
  const draft = `${file}.${crypto.randomUUID()}.new`
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      writeSync(handle, content)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
  syncFolder(dirname(file))
}

/** The new name outlives a power cut. */
function syncFolder(folder: string): void {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
