/** `connector-auth keys rotate` as a process that is killed, over and over, on the store of a running backend. */

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Store } from '../../src/server/index.ts'
import type { Place } from './crashes.ts'
import type { Beside } from './kill-lottery.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** What was seen. */
export interface RotationTally {
  begun: number
  /** Those that were killed before their end. */
  killed: number
  /** Those after which old and new data keys stood side by side in the rows. */
  halfway: number
}

/** Each run makes the other one of two keys the first, and seals every row under new data keys. */
export function killedRotation({ remains }: Place, tally: RotationTally): Beside {
  const { folder, database } = remains
  const variable = 'CONNECTOR_AUTH_SEALING_KEYS'
  const keys = ['a', 'b'].map((id) => `${id}:${randomBytes(32).toString('base64url')}`)
  const file = join(folder, '.env')
  writeFileSync(file, `${variable}=${keys.join(',')}\n`, { mode: 0o600 })
  const place = 'file' in database ? { database: database.file } : { databaseUrlEnv: 'DATABASE_URL' }
  const config = { publicUrl: 'https://app.test', connectors: [], clients: {}, ...place }
  writeFileSync(join(folder, 'connector-auth.json'), JSON.stringify(config))
  const store = () => remains.open()

  let running: Command | undefined
  return {
    sealingKeys: () => (/=(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '').split(','),
    async begin() {
      tally.begun += 1
      const looking = store()
      const before = await fingerprint(looking)
      running = start('rotate', '--data', '--to', tally.begun % 2 === 0 ? 'a' : 'b')
      while (running.child.exitCode === null && (await fingerprint(looking)) === before) await wait(5)
      await looking.close()
    },
    async kill() {
      running?.child.kill('SIGKILL')
      if ((await running?.ended)?.signal !== 'SIGKILL') return
      tally.killed += 1
      if (await isHalfway(store())) tally.halfway += 1
    },
    async finish() {
      const rotated = await start('rotate').ended
      assert.equal(rotated.code, 0, rotated.output)
      assert.equal(await isHalfway(store()), false)
      const verified = await start('verify', '--all').ended
      assert.equal(verified.code, 0, verified.output)
      assert.match(verified.output, / 0 did not\./)
      assert.match(verified.output, /: 0 data keys$/m, 'one key wraps all')
    },
  }

  function start(...parameters: readonly string[]): Command {
    const child = spawn(process.execPath, [main, 'keys', ...parameters], {
      cwd: folder,
      env: {
        ...process.env,
        ...('url' in database ? { DATABASE_URL: database.url } : {}),
        NODE_COMPILE_CACHE: join(tmpdir(), 'connector-auth-compiled'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output }))
    return { child, ended }
  }
}

interface Command {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly output: string }>
}

/** Changes with the first thing that a rotation writes. */
async function fingerprint(store: Store): Promise<string> {
  const rows = await store.db.selectFrom('data_key').select(['id', 'wrapped']).orderBy('id').execute()
  const meta = await store.db.selectFrom('meta').select('name').orderBy('name').execute()
  return JSON.stringify([rows, meta])
}

async function isHalfway(store: Store): Promise<boolean> {
  const keys = await store.db.selectFrom('data_key').select(['id', 'tenant', 'version']).execute()
  const newest = keys.filter((key) =>
    keys.every((other) => other.tenant !== key.tenant || Number(other.version) <= Number(key.version)),
  )
  const rows = await store.db.selectFrom('credential').select(['access_token', 'refresh_token']).execute()
  const rotating = await store.db.selectFrom('meta').select('name').where('name', 'like', 'data_rotation:%').execute()
  await store.close()
  const isNew = (text: string) => newest.some(({ id }) => id === text.split('.')[1])
  return (
    rotating.length > 0 && new Set(rows.flatMap((row) => [row.access_token, row.refresh_token]).map(isNew)).size === 2
  )
}
