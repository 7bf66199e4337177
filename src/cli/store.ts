/** `migrate`, `store export` and `store import`: the store by itself, without a backend. */

import { createReadStream, existsSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Store, exportStore, importStore } from '../server/index.ts'
import { readConfiguration, split } from './configuration.ts'
import { readEnvironment } from './environment.ts'
import { openStore, storeFaults } from './open-store.ts'
import { withProgress } from './progress.ts'

type Print = (line: string) => void

/** Brings the store's schema up to date, and says from which version to which. */
export async function migrate(config: string, print: Print): Promise<void> {
  await withStore(config, async (store) => {
    const { from, to } = await withProgress('Migrating', () => store.migrate())
    print(
      from === to
        ? `The store has schema version ${to} already.`
        : `The store went from schema version ${from} to ${to}.`,
    )
  })
}

/**
 * Writes all rows, sealed as they are, to a new file that only you can read. Backends may run meanwhile.
 *
 * @throws {InvalidRequestError} `invalid_request` where the file exists · `store_schema_older` · `store_schema_newer`
 */
export async function exportTo(file: string, config: string, print: Print): Promise<void> {
  if (existsSync(file)) throw new InvalidRequestError('invalid_request', `${file} exists. Nothing was written.`)
  await withStore(config, async (store) => {
    const handle = await open(file, 'wx', 0o600)
    try {
      let written = 0
      const write = async (lines: string) => {
        written += lines.length
        await handle.writeFile(lines)
      }
      const rows = await withProgress(
        'Writing',
        () => exportStore(store, write),
        () => megabytes(written),
      )
      await handle.sync()
      print(`Wrote ${rows} rows to ${file}. What is sealed in it opens with the same sealing keys only.`)
    } catch (error) {
      // Half a file is refused by import, but need not lie about.
      await rm(file, { force: true })
      throw error
    } finally {
      await handle.close()
    }
  })
}

/**
 * Fills an empty store from an exported file; needs the sealing keys of the store it came from.
 *
 * @throws as {@link importStore}
 */
export async function importFrom(file: string, config: string, print: Print): Promise<void> {
  if (!existsSync(file)) throw new InvalidRequestError('invalid_request', `There is no ${file}.`)
  await withStore(config, async (store) => {
    let read = 0
    const lines = linesOf(file, (length) => (read += length))
    const sealingKeys = split(readEnvironment()['CONNECTOR_AUTH_SEALING_KEYS'])
    const rows = await withProgress(
      'Reading',
      () => importStore(store, { sealingKeys, lines }),
      () => megabytes(read),
    )
    print(`Read ${rows} rows from ${file}.`)
  })
}

/** Opened at the first line that is asked for: what is read before anybody asks would be lost. */
async function* linesOf(file: string, count: (length: number) => void): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    count(line.length)
    yield line
  }
}

const megabytes = (characters: number) => `${(characters / 1e6).toFixed(1)} MB`

async function withStore(config: string, act: (store: Store) => Promise<void>): Promise<void> {
  const environment = readEnvironment()
  const configuration = readConfiguration(config)
  const faults = storeFaults(configuration, environment)
  if (faults.length > 0)
    throw new InvalidRequestError('invalid_configuration', `${config} has faults:\n- ${faults.join('\n- ')}`)
  const store = await openStore(configuration, environment)
  try {
    await act(store)
  } finally {
    await store.close()
  }
}
