/** The sealing key of a laptop: a file beside the store, readable by its owner only, made once whoever comes first. */

import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidRequestError } from '../protocol/errors.ts'

/**
 * Reads the key file's entries, or makes a first key.
 *
 * The file is written aside and linked into place, so that of two processes one makes it and both read the same, whole.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where others may read the file, or it holds no key.
 */
export function localSealingKeys(folder: string): readonly string[] {
  const file = join(folder, 'sealing.keys')
  return readKeys(file) ?? makeKeys(file)
}

function makeKeys(file: string): readonly string[] {
  const aside = `${file}.${randomBytes(8).toString('hex')}`
  const descriptor = openSync(aside, 'wx', 0o600)
  try {
    writeFileSync(descriptor, `k1:${randomBytes(32).toString('base64url')}\n`)
    // What is sealed with it must never be on the disk before it.
    fsyncSync(descriptor)
    linkSync(aside, file)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
  } finally {
    closeSync(descriptor)
    unlinkSync(aside)
  }
  const keys = readKeys(file)
  if (keys) return keys
  throw invalid(`${file} vanished while it was made. Try again.`)
}

function readKeys(file: string): readonly string[] | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    // Windows has no such bits: there the folder's own access list holds.
    if (process.platform !== 'win32' && (fstatSync(descriptor).mode & 0o077) !== 0)
      throw invalid(
        `${file} is readable by others. If none has read it, chmod 600 it; else remove it and connect anew.`,
      )
    const keys = readFileSync(descriptor, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
    if (keys.length === 0) throw invalid(`${file} is empty. Bring back a backup, or remove it and the store.`)
    return keys
  } finally {
    closeSync(descriptor)
  }
}

const isCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code

const invalid = (message: string) => new InvalidRequestError('invalid_configuration', message)
