/** Mounts the backend in a plain Node server, and so in Express. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Backend } from '../backend.ts'

/** A request listener for `http.createServer` or `app.use(path, …)`; it must see the body unread. */
export function nodeListener(
  backend: Pick<Backend, 'fetch'>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    (request, { incoming }) => backend.fetch(request, { remoteAddress: incoming.socket.remoteAddress }),
    { overrideGlobalObjects: false },
  )
}
