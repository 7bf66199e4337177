/** `serve`: the backend as a process. */

import { existsSync } from 'node:fs'
import { type Listening, jsonLogger, listen } from '../node/index.ts'
import { createBackend } from '../server/index.ts'
import { backendOptions } from './configuration.ts'
import { withDevToken } from './dev-token.ts'

export interface ServeOptions {
  readonly config: string
  readonly port?: number
  readonly host?: string
  readonly dev?: boolean
}

/** Starts the backend and listens; a fault of configuration, store or keys ends it before anything is listened on. */
export async function serve(options: ServeOptions, print: (line: string) => void): Promise<Listening> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { port, ...settings } = backendOptions(options.config, process.env)
  const dev = options.dev === true
  const backend = createBackend({ ...settings, dev, logger: jsonLogger() })
  try {
    await backend.ready()
    const handler = dev ? withDevToken(backend, settings.publicUrl) : backend
    const listening = await listen(handler, {
      port: options.port ?? port,
      ...(options.host === undefined ? {} : { hostname: options.host }),
    })
    print(`connector-auth listens on port ${listening.port} for ${settings.publicUrl}`)
    return { port: listening.port, close: async () => listening.close().then(() => backend.close()) }
  } catch (error) {
    await backend.close()
    throw error
  }
}
