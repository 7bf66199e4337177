/** Runs an example against the demo's authorization server: `npm run example -- react`. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startAuthorizationServer } from '../demo/authorization-server/index.ts'

export interface Example {
  readonly url: string
  close(): Promise<void>
}

export interface ExampleOptions {
  readonly port: number
  /** 0 takes a free one. */
  readonly authorizationServerPort: number
}

const clientId = 'example'
const next = [process.execPath, 'node_modules/next/dist/bin/next', 'start'] as const

/** Starts the authorization server, and the server of a built example with a client registered there.
 *
 * @throws {Error} when the example does not answer within half a minute.
 */
export async function startExample(name: string, options: ExampleOptions): Promise<Example> {
  const folder = join(import.meta.dirname, name)
  if (!existsSync(join(folder, 'package.json'))) throw new Error(`There is no example "${name}".`)
  const { port } = options
  const url = `http://localhost:${port}`
  const clientSecret = crypto.randomUUID()
  const redirectUris = [`${url}/connector-auth/callback/default/acme`]
  const authorizationServer = await startAuthorizationServer({
    port: options.authorizationServerPort,
    file: ':memory:',
    clients: [{ clientId, clientName: `The ${name} example`, clientSecret, redirectUris }],
  })
  const kept = mkdtempSync(join(tmpdir(), 'connector-auth-example-'))
  const env = {
    PORT: String(port),
    ISSUER: authorizationServer.issuer,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    STORE: join(kept, 'connector-auth.sqlite'),
  }
  const [file, ...parameters] = name === 'next' ? next : ([process.execPath, 'server.ts'] as const)
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  const server = spawn(file, parameters, { cwd: folder, env: { ...process.env, ...env }, stdio: [...stdio] })
  const close = async () => {
    await end(server)
    await authorizationServer.close()
    rmSync(kept, { recursive: true, force: true })
  }
  const answers = await Promise.race([answering(url), once(server, 'exit').then(() => false)])
  if (answers) return { url, close }
  await close()
  throw new Error(`The example "${name}" does not answer.`)
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGKILL')
  await once(server, 'exit')
}

async function answering(url: string): Promise<boolean> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(`${url}/connector-auth/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return true
    await wait(100)
  }
  return false
}

if (import.meta.main) {
  const port = Number(process.env['PORT'] ?? 4100)
  const example = await startExample(process.argv[2] ?? 'react', { port, authorizationServerPort: port + 1 })
  process.stdout.write(`\n  ${example.url}\n\n  Ctrl-C ends it.\n`)
  const stop = () => void example.close().finally(() => process.exit(0))
  process.once('SIGINT', stop).once('SIGTERM', stop)
}
