/** The redirect URI of a process: a listener on 127.0.0.1 that takes one answer and says "return to the terminal". */

import { timingSafeEqual } from 'node:crypto'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Receiver } from '../agent/index.ts'
import { AuthenticationError, InvalidRequestError, TimeoutError } from '../protocol/errors.ts'

export interface LoopbackOptions {
  /** 0, the default: any free port (RFC 8252 §7.3). Some services want the one that is registered. */
  readonly port?: number
  /** `/callback` by default. */
  readonly path?: string
  /** The page that the person sees at the end; plain text, shown as it stands. */
  readonly finished?: string
}

/**
 * Listens on literal 127.0.0.1 for one authorization response.
 *
 * Only a GET of the exact path, addressed to 127.0.0.1 and with the attempt's state, is taken, once; everything else is
 * told that it was not started here, and the wait goes on, so that nobody else's request ends an attempt.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where the port is taken, or the path is none.
 * @see RFC 8252 §7.3 and §8.3
 */
export async function listenOnLoopback(options: LoopbackOptions = {}): Promise<Receiver> {
  const {
    port = 0,
    path = '/callback',
    finished = 'The answer has arrived. Close this window and return to the terminal.',
  } = options
  if (!/^\/[\w./~-]*$/.test(path)) throw invalid(`path: ${JSON.stringify(path)} is not a plain path such as /callback.`)
  let host = ''
  let expected: ((query: URLSearchParams) => boolean) | undefined
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => {
      const query = answerIn(request, { host, path })
      const taken = query !== undefined && expected?.(new URLSearchParams(query)) === true
      const refused = new URLSearchParams(query).has('error')
      const text = refused ? 'Nothing was connected. Close this window and return to the terminal.' : finished
      say(response, taken ? 200 : 400, taken ? text : 'This was not started here. Return to the terminal.')
      if (taken) server.emit('answer', query)
    },
  )
  await listening(server, port)
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const redirectUri = `http://${host}${path}`
  return {
    redirectUri,
    async receive(stateKey, signal) {
      try {
        return await answered(server, signal, () => {
          expected = (query) => {
            const [state = '', ...more] = query.getAll('state')
            if (more.length > 0 || !equal(state, stateKey)) return false
            expected = undefined
            return true
          }
        })
      } finally {
        await close(server)
      }
    },
    close: () => close(server),
  }
}

/** The query of a request that may be the answer; a name that was made to resolve here is not this host (DNS rebinding). */
function answerIn(request: IncomingMessage, { host, path }: { host: string; path: string }): string | undefined {
  const url = request.url ?? ''
  const [pathname = '', query] = url.split(/\?(.*)/s)
  const right = request.method === 'GET' && request.headers.host === host && pathname === path
  return right && query !== undefined && query.length <= 8_192 ? query : undefined
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    // The code stands in this page's URL.
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(`${text}\n`)
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? invalid(`Port ${port} of 127.0.0.1 is taken. End what listens there, or choose another.`)
          : error,
      ),
    )
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function answered(server: Server, signal: AbortSignal, begin: () => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new TimeoutError('expired', 'No answer came back in time. Start the connection again.'))
    if (signal.aborted) return ended()
    server.once('answer', resolve)
    server.once('close', () => reject(new AuthenticationError('cancelled', 'The listener was closed. Connect again.')))
    signal.addEventListener('abort', ended, { once: true })
    begin()
  })
}

/** Lets the last page be written. */
async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const limit = setTimeout(() => server.closeAllConnections(), 1_000)
  await closed
  clearTimeout(limit)
}

const invalid = (message: string) => new InvalidRequestError('invalid_configuration', message)
