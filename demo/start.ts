/** `npm start`: the demo on fixed ports, until Ctrl-C. */

import { join } from 'node:path'
import { ConnectorAuthError } from '../src/server/index.ts'
import { startDemo } from './host.ts'

const root = join(import.meta.dirname, '..')
const port = Number(process.env['PORT'] ?? 4100)

try {
  const demo = await startDemo({
    port,
    authorizationServerPort: Number(process.env['AUTHORIZATION_SERVER_PORT'] ?? port + 1),
    portalPort: Number(process.env['PORTAL_PORT'] ?? port + 2),
    folder: join(root, '.data', 'demo'),
    page: join(root, 'dist', 'demo'),
  })
  process.stdout.write(`\n  connector-auth demo: ${demo.url}\n\n  Ctrl-C ends it. Its files are in .data/demo.\n`)
  const end = () => void demo.close().finally(() => process.exit(0))
  process.once('SIGINT', end).once('SIGTERM', end)
} catch (error) {
  const taken =
    error instanceof ConnectorAuthError || (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
  process.stderr.write(
    taken
      ? `${error.message} Set PORT, AUTHORIZATION_SERVER_PORT or PORTAL_PORT to another.\n`
      : `${error instanceof Error ? error.stack : String(error)}\n`,
  )
  process.exit(1)
}
