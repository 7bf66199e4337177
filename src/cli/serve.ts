/** `serve`: the backend as a process. */

import { setTimeout as wait } from 'node:timers/promises'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Listening, type LogLevel, jsonLogger, listen, logLevels } from '../node/index.ts'
import { type Backend, createBackend } from '../server/index.ts'
import { backendOptions } from './configuration.ts'
import { withDevToken } from './dev-token.ts'
import { readEnvironment } from './environment.ts'
import { surviveStrayRejections } from './signals.ts'

export interface ServeOptions {
  readonly config: string
  readonly port?: number
  readonly host?: string
  readonly dev?: boolean
  /** Serves metrics without a token, on loopback only. */
  readonly metricsPort?: number
  /** How long requests are still accepted after a signal while `/readyz` is red; 0 where absent. */
  readonly drainSeconds?: number
}

/** Starts the backend and listens; a fault of configuration, store or keys ends it before anything is listened on. */
export async function serve(options: ServeOptions, print: (line: string) => void): Promise<Listening> {
  const environment = readEnvironment()
  const level = readLevel(environment['CONNECTOR_AUTH_LOG_LEVEL'])
  const drainMs = readDrainSeconds(options.drainSeconds) * 1_000
  const dev = options.dev === true
  const { port, ...settings } = await backendOptions(options.config, environment, dev)
  const logger = jsonLogger({ level })
  surviveStrayRejections(logger)
  const backend = createBackend({ ...settings, logger })
  const open: Listening[] = []
  const close = async () => {
    backend.drain()
    // A balancer goes on sending here until it has seen the red answer.
    if (open.length > 0) await wait(drainMs)
    await Promise.all(open.map((listening) => listening.close()))
    await backend.close()
  }
  try {
    await backend.ready()
    const handler = dev ? withDevToken(backend, settings.publicUrl) : backend
    const host = options.host === undefined ? {} : { hostname: options.host }
    const listening = await listen(handler, { port: options.port ?? port, ...host })
    open.push(listening)
    if (options.metricsPort !== undefined) open.push(await listen(metricsOf(backend), { port: options.metricsPort }))
    print(`connector-auth listens on port ${listening.port} for ${settings.publicUrl}`)
    return { port: listening.port, close }
  } catch (error) {
    await close()
    throw error
  }
}

function metricsOf(backend: Backend): { fetch(request: Request): Promise<Response> } {
  return {
    async fetch({ url, method }) {
      if (new URL(url).pathname !== '/metrics') return new Response('GET /metrics\n', { status: 404 })
      if (method !== 'GET') return new Response('GET /metrics\n', { status: 405, headers: { allow: 'GET' } })
      const { text, contentType } = await backend.metrics()
      return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
    },
  }
}

function readDrainSeconds(seconds = 0): number {
  if (seconds >= 0 && seconds <= 300) return seconds
  throw new InvalidRequestError('invalid_configuration', '--drain-seconds is not a number from 0 to 300.')
}

function readLevel(text: string | undefined): LogLevel {
  const level = logLevels.find((one) => one === (text || 'info'))
  if (level) return level
  throw new InvalidRequestError(
    'invalid_configuration',
    `CONNECTOR_AUTH_LOG_LEVEL is not one of ${logLevels.join(', ')}.`,
  )
}
