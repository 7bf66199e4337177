/** Copies the rows of an SQLite file into an empty PostgreSQL database, as fast as it takes them. */

import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { Client } from 'pg'
import { tableShapes } from '../src/server/stores/columns.ts'
import { openStore } from './setting.ts'

export async function copyToPostgres(file: string, url: string): Promise<void> {
  const store = openStore({ postgres: url })
  await store.migrate()
  await store.close()
  // The server reads the files itself, as another user.
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-copy-'))
  chmodSync(folder, 0o755)
  const database = new DatabaseSync(file, { readOnly: true })
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`SET synchronous_commit = off`)
  for (const [table, { columns }] of tableShapes) {
    const names = columns.map(([name]) => name).join()
    const rows = database.prepare(`SELECT ${names} FROM ${table}`)
    const path = join(folder, table)
    await writeText(path, rows.iterate())
    await client.query(`COPY ${table} (${names}) FROM '${path}'`)
    rmSync(path)
  }
  // What autovacuum does within minutes.
  await client.query('VACUUM ANALYZE')
  await client.query('CHECKPOINT')
  await client.end()
  database.close()
  rmSync(folder, { recursive: true, force: true })
}

/** The text format of COPY: columns by tabs, rows by line ends, both and the backslash escaped. */
async function writeText(path: string, rows: Iterable<Readonly<Record<string, SQLOutputValue>>>): Promise<void> {
  const out = createWriteStream(path)
  let lines = ''
  for (const row of rows) {
    lines += `${Object.values(row).map(escaped).join('\t')}\n`
    if (lines.length < 1_000_000) continue
    if (!out.write(lines)) await once(out, 'drain')
    lines = ''
  }
  out.end(lines)
  await once(out, 'finish')
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (value: SQLOutputValue) => String(value).replaceAll(/[\\\t\n\r]/g, (found) => escapes[found] ?? found)
