/** A backend that listens on loopback and proxies one service, for calls as they come over a socket. */

import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { listen } from '../../src/node/index.ts'
import type { EnteredConnector } from '../../src/protocol/connector.ts'
import type { BackendOptions } from '../../src/server/index.ts'
import { apiKey } from './backend.ts'
import { type Service, described, startService } from './service.ts'

export interface Proxied extends Service {
  readonly port: number
  /** Where proxied calls go: `/connector-auth/api/v1/proxy/keyed/api`. */
  readonly base: string
}

/** The head of an answer with its body. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

export const key = 'k-3f9a-secret'

/** What an API key's request says of itself. */
export const asHost = { authorization: `Bearer ${apiKey}`, 'connector-auth-subject': 'ana' }

/** A service whose key travels in a header. */
export function keyedRecord(origin: string, changes: Partial<EnteredConnector> = {}): EnteredConnector {
  return {
    ...described,
    id: 'keyed',
    name: 'Keyed service',
    method: 'api_key',
    inject: { headers: { 'X-Api-Key': '{apiKey}' } },
    proxy: { api: { origin } },
    apiOrigins: [origin],
    ...changes,
  }
}

/** Starts upstream, backend and listener; ana is connected. */
export async function startProxied(
  t: TestContext,
  changes: (origin: string) => Partial<EnteredConnector> = () => ({}),
  more: Partial<BackendOptions> = {},
): Promise<Proxied> {
  const service = await startService(t, (origin) => keyedRecord(origin, changes(origin)), more)
  const listening = await listen(service.backend, { port: 0 })
  t.after(() => listening.close())
  const entered = await service.enter({ apiKey: key })
  if (entered.status !== 201) throw new Error(JSON.stringify(entered.body))
  return { ...service, port: listening.port, base: '/connector-auth/api/v1/proxy/keyed/api' }
}

/** Writes a request as it is given, so that no client tidies it up first. */
export function sendRaw(
  port: number,
  line: string,
  headers: readonly (readonly [string, string])[] = Object.entries(asHost),
  body = '',
): Promise<RawAnswer> {
  const lines = [line, 'Host: app.test', 'Connection: close', ...headers.map(([name, value]) => `${name}: ${value}`)]
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`))
    let text = ''
    socket.setEncoding('utf8').setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = '', ...rest] = text.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') })
    })
  })
}
