/** `keys`: the life of the sealing keys, from one that is added to one that is dropped. */

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Store, readKeyRing, retireKey, rotateKeys, verifyKeys } from '../server/index.ts'
import { readConfiguration } from './configuration.ts'
import { readEnvironment } from './environment.ts'
import { openStore, storeFaults } from './open-store.ts'
import { withProgress } from './progress.ts'
import { readSealingKeys, splitKeys, writeSealingKeys } from './env-file.ts'

type Print = (line: string) => void

export interface AddKeyOptions {
  readonly file: string
  readonly print?: boolean
}

export interface KeysOptions {
  readonly config: string
  readonly file: string
}

/** Makes a key and writes it last into the environment file: it opens, and does not seal yet. */
export function addKey(options: AddKeyOptions, print: Print): void {
  const bytes = randomBytes(32).toString('base64url')
  if (options.print === true) return print(`${freshId([])}:${bytes}`)
  const entries = readSealingKeys(options.file)
  readKeyRing(entries)
  const id = freshId(entries.map(idOf))
  writeSealingKeys(options.file, entries, [...entries, `${id}:${bytes}`])
  print(`Wrote ${id} to ${options.file}, last in the list: it opens, and does not seal yet.`)
  print('1. Deploy the file to every backend, and restart them all.')
  print(`2. connector-auth keys rotate --to ${id}, and deploy the file again.`)
  print('3. connector-auth keys verify; then connector-auth keys drop with the old id, and deploy the file once more.')
}

function freshId(taken: readonly string[]): string {
  const id = `k${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? id : `${id}-${count}`
    if (!taken.includes(candidate)) return candidate
  }
}

const idOf = (entry: string) => entry.slice(0, entry.indexOf(':'))

/**
 * Wraps every data key under the first key of the list.
 *
 * @param options - `to` makes a key the first one before.
 * @returns Whether everything could be read.
 */
export async function rotate(
  options: KeysOptions & { readonly to?: string; readonly data?: boolean },
  print: Print,
): Promise<boolean> {
  if (options.to !== undefined) makeFirst(options.file, options.to, print)
  const ring = readKeyRing(options.to === undefined ? entriesOf(options.file) : readSealingKeys(options.file))
  return withStore(options.config, async (store, space) => {
    const report = await withProgress('Rotating', () => rotateKeys({ store, space, ring, data: options.data === true }))
    print(`${report.rewrapped} data keys were wrapped under ${ring.active.id}.`)
    print(`${report.newDataKeys} data keys were made, ${report.resealedRows} rows were sealed anew.`)
    for (const { id, wrappingKey } of report.unreadableKeys)
      print(`NOT READ: data key ${id}, wrapped by ${wrappingKey}`)
    for (const { table, id } of report.unreadableRows) print(`NOT READ: ${table} ${id}`)
    return report.unreadableKeys.length + report.unreadableRows.length === 0
  })
}

function makeFirst(file: string, id: string, print: Print): void {
  const entries = readSealingKeys(file)
  const chosen = entries.find((entry) => idOf(entry) === id)
  if (chosen === undefined) throw invalid(`${file} has no sealing key ${id}. It has ${entries.map(idOf).join(', ')}.`)
  if (chosen === entries[0]) return
  writeSealingKeys(file, entries, [chosen, ...entries.filter((entry) => entry !== chosen)])
  print(
    `${id} is the first key of ${file} now. Deploy the file to every backend: until then they wrap under the old key.`,
  )
}

/** Counts what each key wraps, and opens a sample or everything. @returns Whether all of it opened. */
export async function verify(options: KeysOptions & { readonly all?: boolean }, print: Print): Promise<boolean> {
  const ring = readKeyRing(entriesOf(options.file))
  return withStore(options.config, async (store, space) => {
    const { wrapping, openedTexts, failed } = await withProgress('Opening', () =>
      verifyKeys({ store, space, ring, all: options.all === true }),
    )
    for (const { id, dataKeys, inRing } of wrapping)
      print(
        `${id}: ${dataKeys} data keys${inRing ? '' : ' (MISSING in the list)'}${id === ring.active.id ? ' (seals)' : ''}`,
      )
    for (const { id } of ring.keys) if (!wrapping.some((row) => row.id === id)) print(`${id}: 0 data keys`)
    for (const { table, id, column } of failed) print(`NOT OPENED: ${table} ${id} ${column}`)
    print(
      `${openedTexts} texts opened, ${failed.length} did not${options.all === true ? '' : ' (a sample; --all for every row)'}.`,
    )
    return failed.length === 0 && wrapping.every(({ inRing }) => inRing)
  })
}

/** Takes a key out of the environment file, once nothing is wrapped by it. */
export async function dropKey(id: string, options: KeysOptions, print: Print): Promise<void> {
  const entries = readSealingKeys(options.file)
  if (!entries.some((entry) => idOf(entry) === id)) throw invalid(`${options.file} has no sealing key ${id}.`)
  if (entries[0] !== undefined && idOf(entries[0]) === id)
    throw invalid(`${id} is the key that seals. Make another one the first: connector-auth keys rotate --to ID.`)
  await withStore(options.config, async (store) => {
    const count = await retireKey(store, id)
    if (count > 0) throw invalid(`${id} still wraps ${count} data keys. Run connector-auth keys rotate first.`)
    writeSealingKeys(
      options.file,
      entries,
      entries.filter((entry) => idOf(entry) !== id),
    )
  })
  print(`Took ${id} out of ${options.file}. Deploy the file to every backend. Backups made before still need ${id}.`)
}

/** What `serve` would read: the process's environment stands over the file. */
function entriesOf(file: string): readonly string[] {
  const entries = splitKeys(process.env['CONNECTOR_AUTH_SEALING_KEYS'] ?? '')
  return entries.length > 0 ? entries : readSealingKeys(file)
}

async function withStore<T>(config: string, work: (store: Store, space: string) => Promise<T>): Promise<T> {
  const configuration = readConfiguration(config)
  const { database = 'connector-auth.sqlite', databaseUrlEnv, space = 'default' } = configuration
  const environment = readEnvironment()
  const [fault] = storeFaults(configuration, environment)
  if (fault) throw invalid(fault)
  if (databaseUrlEnv === undefined && !existsSync(database))
    throw invalid(`There is no store ${database}. Run this where the backend runs.`)
  const store = await openStore(configuration, environment)
  try {
    await store.migrate()
    return await work(store, space)
  } finally {
    await store.close()
  }
}

function invalid(message: string): InvalidRequestError {
  return new InvalidRequestError('invalid_configuration', message)
}
