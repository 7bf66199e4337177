/** Changes a file that holds secrets: for its owner's eyes alone, whole or not at all, and by one process at a time. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { InvalidRequestError } from '../protocol/errors.ts'

/**
 * Reads a file, has it changed, and writes it; what is not there is empty. A crash leaves the file as it was or as it is to
 * be. A link stays a link: what it points to is locked and replaced, or made.
 *
 * @param change - gives the new content; what it throws leaves the file as it is.
 * @param patienceMs - how long one process waits for another.
 * @throws {InvalidRequestError} `invalid_configuration` where another process does not let go of the file.
 */
export function changeFile(path: string, change: (before: string) => string, patienceMs = 5_000): void {
  const file = behindLinks(path)
  const release = lock(file, patienceMs)
  try {
    replace(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''))
  } finally {
    release()
  }
}

/** One file has one name here, so that two who come by different links wait for each other. */
function behindLinks(path: string): string {
  let file = path
  // As many as Linux follows: after those it is a circle.
  for (let links = 0; links <= 40; links += 1) {
    file = join(realpathSync(dirname(file)), basename(file))
    if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return file
    file = resolve(dirname(file), readlinkSync(file))
  }
  throw new InvalidRequestError('invalid_configuration', `${path} is a link to itself. Nothing was written.`)
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

function replace(file: string, content: string): void {
  // A name that nobody can lay something under before.
  const draft = `${file}.${crypto.randomUUID()}.new`
  try {
    const handle = openSync(draft, 'wx', 0o600)
    try {
      // One write may take a part only: at a full disk, or a limit of size.
      writeFileSync(handle, content)
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
