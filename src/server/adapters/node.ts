/** Mounts the backend in a plain Node server, and so in Express. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Backend } from '../backend.ts'

/** A request listener for `http.createServer` or `app.use(path, …)`; it must see the body unread. */
export function nodeListener(
  backend: Pick<Backend, 'fetch'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    async (request, { incoming, outgoing }) => {
      const answer = await backend.fetch(request, { remoteAddress: incoming.socket.remoteAddress })
      return answer.headers.has('connector-auth-proxied') ? breakingOff(answer, outgoing) : answer
    },
    { overrideGlobalObjects: false },
  )
}

/** An answer whose service breaks off breaks the connection off, too; the listener would print the error. */
function breakingOff(answer: Response, outgoing: { destroy(): unknown }): Response {
  const reader = answer.body?.getReader()
  if (!reader) return answer
  const source = {
    async pull(controller: ReadableStreamDefaultController<Uint8Array>) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch {
        outgoing.destroy()
        controller.close()
      }
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  }
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), answer)
}
