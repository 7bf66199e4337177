/** Reads the credential where clients of the reference systems put it: one header, as ever. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import type { CompatSystem } from './routes.ts'

type Asked = Pick<Request, 'url' | 'headers'>

const keyHeaders: Readonly<Record<CompatSystem, string>> = { fastn: 'x-fastn-api-key', fiberwise: 'x-api-key' }

/**
 * The request's URL and headers, with its credential as a bearer token, so that the same rules are held against it as everywhere:
 * `Bearer token`, Fastn's raw `token`, Fiberwise's `Bearer api_token`, or the system's own key header.
 *
 * @throws {InvalidRequestError} `credential_ambiguous` where two headers carry one.
 */
export function withBearer(request: Asked, system: CompatSystem): Asked {
  const headers = new Headers(request.headers)
  const key = headers.get(keyHeaders[system])
  const authorization = headers.get('authorization')
  if (key !== null && authorization !== null)
    throw new InvalidRequestError(
      'credential_ambiguous',
      `The request carries ${keyHeaders[system]} and Authorization. Send exactly one.`,
    )
  const sent = key === null ? spelled(authorization, system) : `Bearer ${key.replace(/^api_/, '')}`
  if (sent === null || sent === authorization) return request
  headers.set('authorization', sent)
  return { url: request.url, headers }
}

function spelled(authorization: string | null, system: CompatSystem): string | null {
  if (authorization === null) return null
  if (system === 'fiberwise') return authorization.replace(/^Bearer api_/i, 'Bearer ')
  return /^[\x21-\x2b\x2d-\x7e]+$/.test(authorization) ? `Bearer ${authorization}` : authorization
}

/** Headers that Fastn's clients send beside the credential. Those of API keys are not here: no page may send one. */
const fastnHeaders = [
  'realm',
  'stage',
  'x-fastn-custom-auth',
  'x-fastn-custom-auth-context',
  'x-fastn-request-trace-id',
  'x-fastn-space-connection-id',
  'x-fastn-space-id',
  'x-fastn-space-tenantid',
]

/** What a CORS preflight allows more, as the rest of a list. */
export function compatHeaders(systems: ReadonlySet<CompatSystem>): string {
  return systems.has('fastn') ? `, ${fastnHeaders.join(', ')}` : ''
}
