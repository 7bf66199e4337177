/** Moves a store from SQLite to PostgreSQL the way an operator does: exported to a file, imported from it. */

import { createReadStream, createWriteStream, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import { exportStore, importStore, sqliteStore } from '../src/server/index.ts'
import { openStore, sealingKey } from './setting.ts'

/** @returns the seconds that each half took. */
export async function copyToPostgres(
  file: string,
  url: string,
): Promise<{ readonly exportSeconds: number; readonly importSeconds: number }> {
  const copy = `${file}.jsonl`
  const from = sqliteStore(file)
  const out = createWriteStream(copy)
  const began = performance.now()
  await exportStore(from, async (lines) => {
    if (!out.write(lines)) await once(out, 'drain')
  })
  out.end()
  await once(out, 'finish')
  await from.close()
  const between = performance.now()
  const into = openStore({ postgres: url })
  await importStore(into, { sealingKeys: [sealingKey], lines: linesOf(copy) })
  await into.close()
  const done = performance.now()
  rmSync(copy)
  await analyze(url)
  return { exportSeconds: (between - began) / 1_000, importSeconds: (done - between) / 1_000 }
}

/** Opened when the first line is asked for: what is read before that is lost. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Infinity })
}

/** What autovacuum does within minutes. */
async function analyze(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('VACUUM ANALYZE')
  await client.query('CHECKPOINT')
  await client.end()
}
