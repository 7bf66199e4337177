/** A service of which a test writes every answer: HTTP on loopback, and all that it received. */

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A request as it arrived; `target` is the request line's own. */
export interface Received {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answerer = (request: Received, response: ServerResponse) => void | Promise<void>

export interface Upstream {
  readonly origin: string
  readonly received: Received[]
  /** What answers from now on; an echo at first. */
  answer: Answerer
  /** Takes requests before their body is read; undefined lets them be read. */
  raw: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
}

const echo: Answerer = ({ method, target, body }, response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method, target, body }))

/** Starts one that ends with the test, on any free port where none is named. */
export async function startUpstream(t: TestContext, answer: Answerer = echo, at = 0): Promise<Upstream> {
  const server = createServer((request, response) => {
    if (upstream.raw) return upstream.raw(request, response)
    const chunks: Uint8Array[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request
      const received = { method, target, headers, body: Buffer.concat(chunks).toString() }
      upstream.received.push(received)
      void upstream.answer(received, response)
    })
    request.on('error', () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const upstream: Upstream = { origin: `http://127.0.0.1:${port}`, received: [], answer, raw: undefined }
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return upstream
}
