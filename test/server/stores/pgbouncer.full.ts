/** The contract once more, through PgBouncer in transaction mode: a connection there is lent for one transaction. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { postgresStore } from '../../../src/server/postgres.ts'
import { findPgbouncer } from '../../../tools/pgbouncer.ts'
import { freePort } from '../../support/free-port.ts'
import { sharedPostgres } from '../../support/postgres.ts'
import { openIn, storeContract } from './contract.ts'
import { flowContract } from './contract-flows.ts'

/** Fewer than one store has, so that lent ones change hands. */
const lent = 3

const bouncer = await startPgbouncer()
after(() => bouncer.kill())

async function startPgbouncer() {
  const server = await sharedPostgres()
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-bouncer-'))
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid)
  const file = join(folder, 'pgbouncer.ini')
  // Nothing is ignored of what a client says at its start: what it asks for must be what the pooler can give.
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${server.port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${lent}
max_client_conn = 200
`,
  )
  const child = spawn(findPgbouncer(), ['-q', file], { ...nobody, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  for (let round = 0; ; round += 1) {
    const store = postgresStore({ connectionString: server.url('postgres', port) })
    const answer = await sql`SELECT 1`.execute(store.db).catch(() => undefined)
    await store.close()
    if (answer) break
    if (round > 100 || child.exitCode !== null) throw new Error(`PgBouncer does not answer: ${log}`)
    await wait(50)
  }
  return {
    kill: () => child.kill('SIGKILL'),
    async open() {
      const connectionString = server.url(await server.createDatabase(), port)
      return { open: () => postgresStore({ connectionString, maxConnections: 8 }) }
    },
  }
}

storeContract(() => bouncer.open())
flowContract(() => bouncer.open())

test('more clients than lent connections share them, and no setting of one is seen by another', async (t) => {
  const database = await bouncer.open()
  const stores = [openIn(t, database), openIn(t, database)]
  const pids = await Promise.all(
    stores.flatMap(({ db }) =>
      Array.from({ length: 20 }, async () =>
        db.transaction().execute(async (trx) => {
          const { rows } = await sql<{ pid: number; limit: string }>`
            SELECT pg_backend_pid() AS pid, current_setting('statement_timeout') AS limit`.execute(trx)
          assert.equal(rows[0]?.limit, '10s')
          return rows[0]?.pid
        }),
      ),
    ),
  )
  assert.ok(new Set(pids).size <= lent)
  for (const { db } of stores)
    assert.equal(
      (await sql<{ limit: string }>`SELECT current_setting('statement_timeout') AS limit`.execute(db)).rows[0]?.limit,
      '0',
    )
})
