/** A backend as a process that waits until it is told what to run, so that its start takes no time when it is needed. */

import { jsonLogger, listen } from '../../src/node/index.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { postgresStore } from '../../src/server/postgres.ts'

/** What it is told. */
export interface CrashOrder extends Omit<BackendOptions, 'store' | 'logger' | 'now'> {
  readonly database: { readonly file: string } | { readonly url: string }
}

const openStore = (place: CrashOrder['database']) =>
  'file' in place ? sqliteStore(place.file) : postgresStore({ connectionString: place.url, maxConnections: 4 })

async function run({ database, ...options }: CrashOrder): Promise<void> {
  const backend = createBackend({ ...options, store: openStore(database), logger: jsonLogger({ level: 'warn' }) })
  await backend.ready()
  const { port, close } = await listen(backend, { port: 0 })
  process.once('SIGTERM', () => {
    backend.drain()
    void close()
      .then(() => backend.close())
      .then(() => process.exit(0))
  })
  process.send?.({ port })
}

// Nobody is left who could use it, or end it.
process.once('disconnect', () => process.exit())
process.once('message', (text) => void run(JSON.parse(String(text))))
process.send?.({ loaded: true })
