/** Mounts the backend in a Next.js route handler, or any other that wants one function per method. */

import type { Backend } from '../backend.ts'

type Handle = (request: Request) => Promise<Response>

/** For `app/connector-auth/[...path]/route.ts`: `export const { GET, POST, … } = nextHandlers(backend)`. */
export function nextHandlers(
  backend: Pick<Backend, 'fetch'>,
): Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', Handle>> {
  const handle: Handle = (request) => backend.fetch(request)
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle }
}
