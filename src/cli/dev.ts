/** `dev`: a backend on loopback, with a fake of each connector's service where wanted. */

import { existsSync } from 'node:fs'
import { type ConnectorRecord, callbackUrl, createBackend, sqliteStore } from '../server/index.ts'
import { type FakeService, asTyped, inputsOf, startFakeService } from '../fakes/index.ts'
import { type Listening, jsonLogger, listen } from '../node/index.ts'
import { chooseConnector, readConfiguration } from './configuration.ts'
import { withDevToken } from './dev-token.ts'
import { serve } from './serve.ts'

export interface DevOptions {
  readonly fakes?: boolean
  readonly connectors?: readonly string[]
  readonly config: string
  readonly port: number
  /** Origins of pages that may call beside the backend's own. */
  readonly origin?: readonly string[]
}

/** Starts what a developer needs; with `fakes` nothing is registered anywhere, and nothing is kept. */
export async function dev(options: DevOptions, print: (line: string) => void): Promise<Listening> {
  if (!options.fakes) return serve({ config: options.config, port: options.port, host: 'localhost', dev: true }, print)
  const publicUrl = `http://localhost:${options.port}`
  const services = await Promise.all(recordsOf(options).map((record) => startService(record, publicUrl)))
  const backend = createBackend({
    publicUrl,
    dev: true,
    store: sqliteStore(':memory:'),
    connectors: services.map(({ record }) => record),
    clients: Object.fromEntries(
      services.flatMap((service) => (isRegistered(service) ? [[service.record.id, service.client]] : [])),
    ),
    custom: Object.fromEntries(
      services.flatMap(({ record }) => (record.method === 'custom' ? [[record.id, fakeScheme]] : [])),
    ),
    deviceConnectors: services.map(({ record }) => record.id),
    allowedOrigins: [publicUrl, ...(options.origin ?? [])],
    egress: { allow: services.flatMap(({ origins }) => origins) },
    logger: jsonLogger({ level: 'warn' }),
  })
  const closeFakes = async () => void (await Promise.all(services.map((service) => service.close())))
  try {
    await backend.ready()
    const listening = await listen(withDevToken(backend, publicUrl), { port: options.port, hostname: 'localhost' })
    for (const service of services) print(lineOf(service))
    print(`connector-auth with fakes listens on ${publicUrl}; POST ${publicUrl}/dev/connect-token gives a token`)
    return {
      port: listening.port,
      close: async () =>
        listening
          .close()
          .then(() => backend.close())
          .then(closeFakes),
    }
  } catch (error) {
    await backend.close()
    await closeFakes()
    throw error
  }
}

/** The named connectors, else those of the configuration, else a few that show the methods. */
function recordsOf({ connectors, config }: DevOptions): readonly ConnectorRecord[] {
  const configured = existsSync(config) ? readConfiguration(config).connectors : undefined
  if (!connectors) return (configured ?? ['google', 'slack', 'github', 'stripe', 'anthropic']).map(chooseConnector)
  const own = new Map(configured?.map(chooseConnector).map((record) => [record.id, record]))
  return connectors.map((id) => own.get(id) ?? chooseConnector(id))
}

function startService(record: ConnectorRecord, publicUrl: string): Promise<FakeService> {
  const settings = { publicUrl: new URL(publicUrl), basePath: '', space: 'default' }
  return startFakeService(record, { redirectUri: callbackUrl(settings, record.id) })
}

/** Where a person types the client's id, the host has no registration. */
function isRegistered({ record }: FakeService): boolean {
  if (record.method === 'oauth2') return true
  return record.method === 'client_credentials' && !inputsOf(record).some(({ name }) => name === 'clientId')
}

/** What stands in for a scheme that only the host knows. */
const fakeScheme = { authenticate: async () => ({ accessToken: 'fake-token' }) }

/** What to type, where something is typed. */
function lineOf({ record, values }: FakeService): string {
  const typed = Object.entries(asTyped(inputsOf(record), values)).map(([name, value]) => `${name}=${value}`)
  return `${record.id.padEnd(20)}${record.method.padEnd(20)}${typed.join(' ')}`
}
