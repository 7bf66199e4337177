/** Mounts the backend in a Hono app. */

import type { Context } from 'hono'
import type { Backend } from '../backend.ts'

/** A handler for `app.all('/connector-auth/*', honoHandler(backend))`; the path is that of the public URL. */
export function honoHandler(backend: Pick<Backend, 'fetch'>): (context: Context) => Promise<Response> {
  return (context) => backend.fetch(context.req.raw)
}
