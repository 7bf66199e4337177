/** Puts an access token where the service looks for it. */

import { InvalidRequestError } from '../protocol/errors.ts'

/** `header` unless a service knows nothing else; a token in a URL ends in its logs (RFC 9700 §4.3.2). */
export type TokenPlace = 'header' | 'query' | 'body'

export interface Placed {
  readonly url: URL
  readonly init: RequestInit
}

/**
 * Writes the token into a request.
 *
 * @throws {InvalidRequestError} `invalid_request` where `body` is asked for and the body is no form.
 * @see RFC 6750 §2.1 to §2.3
 */
export function placeToken(
  request: Placed,
  token: { readonly value: string; readonly type: string },
  place: TokenPlace,
): Placed {
  const url = new URL(request.url)
  const headers = new Headers(request.init.headers)
  switch (place) {
    case 'header':
      headers.set('authorization', `${schemeOf(token.type)} ${token.value}`)
      return { url, init: { ...request.init, headers } }
    case 'query':
      url.searchParams.set('access_token', token.value)
      headers.set('cache-control', 'no-store')
      return { url, init: { ...request.init, headers } }
    case 'body': {
      const body = formOf(request.init)
      body.set('access_token', token.value)
      return { url, init: { ...request.init, headers, body } }
    }
  }
}

/** Some authorization servers write the scheme small, and some APIs take it with a capital only (RFC 6750 §2.1). */
const schemeOf = (type: string) => (type.toLowerCase() === 'bearer' ? 'Bearer' : type)

/** A form, and not with GET (RFC 6750 §2.2). */
function formOf({ method = 'GET', body }: RequestInit): URLSearchParams {
  if (
    !['GET', 'HEAD'].includes(method.toUpperCase()) &&
    (body === undefined || body === null || body instanceof URLSearchParams)
  )
    return new URLSearchParams(body ?? '')
  throw new InvalidRequestError('invalid_request', 'body: a token in the body needs a POST with URLSearchParams.')
}
