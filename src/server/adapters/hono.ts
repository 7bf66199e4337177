/** Mounts the backend in a Hono app. */

import type { Context } from 'hono'
import type { Backend } from '../backend.ts'

/**
 * A handler for `app.all('/connector-auth/*', honoHandler(backend))`; the path is that of the public URL.
 *
 * @param remoteAddress - Finds the client's address where the app does not run on `@hono/node-server`; rate limits by
 *   address need it.
 */
export function honoHandler(
  backend: Pick<Backend, 'fetch'>,
  remoteAddress: (context: Context) => string | undefined = addressOfSocket,
): (context: Context) => Promise<Response> {
  return (context) => backend.fetch(context.req.raw, { remoteAddress: remoteAddress(context) })
}

/** What `@hono/node-server` puts into the environment, looked at as the foreign value that it is. */
function addressOfSocket({ env }: Context): string | undefined {
  const address = field(field(field(env, 'incoming'), 'socket'), 'remoteAddress')
  return typeof address === 'string' ? address : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
