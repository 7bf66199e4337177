/** Which pages may call: exact origins, and the headers that tell the browser so. */

import { AuthenticationError } from '../../protocol/errors.ts'
import { compatHeaders } from '../compat/credential-header.ts'
import type { Settings } from '../options.ts'

/**
 * The origin of the page that sent a request with a connect token.
 *
 * A same-origin GET carries no `Origin`; `Sec-Fetch-Site`, which a page cannot forge, then says that it is one.
 *
 * @throws {AuthenticationError} `origin_not_allowed`
 */
export function requireOrigin(
  request: Pick<Request, 'headers'>,
  settings: Settings,
  tokenOrigins: readonly string[],
): string {
  const sent = request.headers.get('origin')
  const sameOrigin = sent === null && request.headers.get('sec-fetch-site') === 'same-origin'
  const origin = sameOrigin ? settings.publicUrl.origin : sent
  const allowed =
    origin !== null &&
    settings.allowedOrigins.has(origin) &&
    (tokenOrigins.length === 0 || tokenOrigins.includes(origin))
  if (!allowed)
    throw new AuthenticationError(
      'origin_not_allowed',
      `The origin ${JSON.stringify((origin ?? 'none').slice(0, 200))} may not call. Add it to allowedOrigins.`,
    )
  return origin
}

/** Lets an allowed origin read the answer; for any other there is no CORS header at all. */
export function addCors(headers: Headers, origin: string | null, settings: Settings): void {
  headers.append('vary', 'Origin')
  if (origin === null || !settings.allowedOrigins.has(origin)) return
  headers.set('access-control-allow-origin', origin)
  const exposed = headers.has('connector-auth-proxied') ? '*' : 'retry-after, x-request-id'
  headers.set('access-control-expose-headers', exposed)
}

/** Answers a CORS preflight; a proxied call may carry whatever headers its service wants. */
export function preflight(request: Request, settings: Settings): Response {
  const headers = new Headers()
  const origin = request.headers.get('origin')
  if (origin !== null && settings.allowedOrigins.has(origin)) {
    const proxied = new URL(request.url).pathname.startsWith('/api/v1/proxy/')
    const wanted = proxied ? request.headers.get('access-control-request-headers') : null
    const more = wanted !== null && /^[a-z0-9, -]{1,1000}$/.test(wanted) ? `, ${wanted}` : ''
    headers.set('access-control-allow-methods', proxied ? 'GET, HEAD, POST, PUT, PATCH, DELETE' : 'GET, POST, DELETE')
    headers.set('access-control-allow-headers', `authorization, content-type${compatHeaders(settings.compat)}${more}`)
    headers.set('access-control-max-age', '600')
  }
  return new Response(null, { status: 204, headers })
}
