/** Listens on a port of this machine. */

import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type RequestInfo, nodeListener } from '../server/index.ts'

export interface Listening {
  readonly port: number
  /** Stops accepting, lets what runs finish for up to half a minute, then closes. */
  close(): Promise<void>
}

/**
 * Serves a fetch handler over HTTP.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the port is taken.
 */
export async function listen(
  handler: { fetch(request: Request, info?: RequestInfo): Promise<Response> },
  options: { readonly port: number; readonly hostname?: string },
): Promise<Listening> {
  const hostname = options.hostname ?? '127.0.0.1'
  // Slow senders are cut: 10 s for the head, and 10 s for a body that the backend reads itself. What is passed on, such as a
  // large upload, may take five minutes.
  const answer = nodeListener(handler)
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 300_000, connectionsCheckingInterval: 1_000 },
    (incoming, outgoing) => void answer(incoming, outgoing),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? taken(options.port) : error),
    )
    server.listen(options.port, hostname, resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  // A connection that was busy a moment ago would else be kept alive for seconds.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const limit = setTimeout(() => server.closeAllConnections(), 30_000)
  await closed
  clearInterval(idle)
  clearTimeout(limit)
}

function taken(port: number): InvalidRequestError {
  return new InvalidRequestError(
    'invalid_configuration',
    `Port ${port} is taken. End what listens there, or choose another port.`,
  )
}
