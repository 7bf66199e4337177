/** `serve` with limits of a test: the command line has none for them. */

import { parse } from '../../src/protocol/parse.ts'
import { record, whole } from '../../src/protocol/schema.ts'
import { backendOptions } from '../../src/cli/configuration.ts'
import { endOnSignals } from '../../src/cli/signals.ts'
import { jsonLogger, listen } from '../../src/node/index.ts'
import { createBackend } from '../../src/server/index.ts'

const limits = parse(record(whole({ minimum: 1 })), JSON.parse(process.env['TEST_LIMITS'] ?? '{}'))
const options = await backendOptions('connector-auth.json', process.env, false)
const backend = createBackend({ ...options, limits, logger: jsonLogger() })
await backend.ready()
const listening = await listen(backend, { port: 0 })
endOnSignals(async () => {
  backend.drain()
  await listening.close()
  await backend.close()
})
process.stdout.write(`listens on port ${listening.port}\n`)
