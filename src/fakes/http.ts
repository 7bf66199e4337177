/** The HTTP under every fake: listens on loopback, reads a request whole, sends an answer rightly or as a script says. */

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a fake received, in order. */
export interface FakeRequest {
  readonly method: string
  /** Which of the fake's origins it came to. */
  readonly origin: string
  readonly path: string
  /** The query as it was sent, without `?`. */
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as it was sent. */
  readonly body: string
  /** The form fields of the body, or the query of a GET. */
  readonly fields: Readonly<Record<string, string>>
}

/** An answer before it is sent. */
export interface FakeReply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Parts are sent one after another as they come. */
  readonly body: string | AsyncIterable<string>
}

/** How an endpoint answers one request, instead of rightly. */
export type FakeAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: string
      readonly contentType?: string
      /** Such as `retry-after`. */
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Does its work, then answers after a while. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Does its work, then resets the connection: the answer is lost. */
  | { readonly kind: 'cut' }
  /** Resets the connection before it does any work: the request is lost. */
  | { readonly kind: 'lose' }
  /** Does its work, then answers a byte at a time, so many milliseconds apart. */
  | { readonly kind: 'drip'; readonly ms: number }
  /** Does its work, then begins an answer whose headers never end: one more each time, so many milliseconds apart. */
  | { readonly kind: 'endless'; readonly ms: number }
  /** Does its work, then answers 200 with what is not JSON, though the header says so. */
  | { readonly kind: 'garbage' }

/** One origin of a fake. */
export interface Listener {
  readonly origin: string
  close(): Promise<void>
}

/** Answers one request. */
export type Serve = (request: FakeRequest, response: ServerResponse) => Promise<void>

/** Listens on 127.0.0.1, on any free port where none is named. */
export async function listen(serve: Serve, port = 0): Promise<Listener> {
  let origin = ''
  const server = createServer((incoming, response) => {
    // A caller that hangs up is not the fake's fault.
    answerOne(incoming, response, origin, serve).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  origin = `http://127.0.0.1:${address.port}`
  return {
    origin,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answerOne(
  incoming: IncomingMessage,
  response: ServerResponse,
  origin: string,
  serve: Serve,
): Promise<void> {
  await serve(await readRequest(incoming, origin), response)
}

async function readRequest(incoming: IncomingMessage, origin: string): Promise<FakeRequest> {
  const url = new URL(incoming.url ?? '/', origin)
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString('utf8')
  const fields = incoming.method === 'GET' ? url.searchParams : new URLSearchParams(body)
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
  const rawQuery = url.search.slice(1)
  return {
    method: incoming.method ?? '',
    origin,
    path: url.pathname,
    rawQuery,
    headers,
    body,
    fields: Object.fromEntries(fields),
  }
}

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): FakeReply {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}

/** Sends what `work` answers, or what the script says instead. */
export async function send(
  response: ServerResponse,
  scripted: FakeAnswer | undefined,
  work: () => Promise<FakeReply> | FakeReply,
): Promise<void> {
  if (scripted?.kind === 'lose') return reset(response)
  if (scripted?.kind === 'answer') {
    const { status, body, contentType = 'application/json', headers } = scripted
    return write(response, { status, headers: { 'content-type': contentType, ...headers }, body })
  }
  const reply = await work()
  return scripted ? spoil(response, scripted, reply) : write(response, reply)
}

/** The work was done; the answer suffers. */
async function spoil(
  response: ServerResponse,
  scripted: Exclude<FakeAnswer, { kind: 'lose' | 'answer' }>,
  reply: FakeReply,
): Promise<void> {
  switch (scripted.kind) {
    case 'delay':
      await pause(scripted.ms)
      return write(response, reply)
    case 'cut':
      return reset(response)
    case 'drip':
      return write(response, { ...reply, body: drip(reply.body, scripted.ms) })
    case 'endless':
      return endless(response, scripted.ms)
    case 'garbage':
      return write(response, { ...json(200, {}), body: '{"access_token": \u0000 <html>' })
  }
}

/** As a network or a crash does: no orderly end. */
function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

async function endless({ socket }: ServerResponse, ms: number): Promise<void> {
  socket?.write('HTTP/1.1 200 OK\r\n')
  for (let count = 0; socket && !socket.destroyed; count += 1) {
    socket.write(`x-more-${count}: ${count}\r\n`)
    await pause(ms)
  }
}

async function write(response: ServerResponse, { status, headers = {}, body }: FakeReply): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.writeHead(status)
  if (typeof body === 'string') return void response.end(body)
  for await (const part of body) {
    if (response.destroyed) return
    response.write(part)
  }
  response.end()
}

async function* drip(body: FakeReply['body'], ms: number): AsyncGenerator<string> {
  for await (const part of typeof body === 'string' ? [body] : body) {
    for (const character of part) {
      await pause(ms)
      yield character
    }
  }
}

/** Waits. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
