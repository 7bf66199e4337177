/** The proxy's route: whose connection stands in headers, because the body is the service's. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import { connectionId } from '../../protocol/ids.ts'
import { sessionQuery } from '../../protocol/auth-session.ts'
import type { Core } from '../core.ts'
import { controlHeaders } from '../proxy/headers.ts'
import { proxyCall } from '../proxy/proxy.ts'
import { type Caller, limitOf, ownerFor } from './authenticate.ts'
import { checked } from './body.ts'

/**
 * Reads what the caller says to the proxy, then makes the call.
 *
 * @throws {InvalidRequestError} `invalid_request` for a control header that does not fit
 * @throws as `proxyCall`
 */
export async function proxyRequest(
  core: Core,
  request: Request,
  url: URL,
  params: Readonly<Record<string, string>>,
  caller: Caller,
): Promise<Response> {
  const header = (name: keyof typeof controlHeaders) => decoded(request.headers.get(controlHeaders[name]))
  const { tenant, org, subject, owner } = {
    tenant: header('tenant'),
    org: header('org'),
    subject: header('subject'),
    owner: header('owner'),
  }
  const fields = checked(sessionQuery, { tenant, org, subject, owner })
  const connection = header('connection')
  const connectorId = params['connectorId'] ?? ''
  const [, path] = /^\/api\/v1\/proxy\/[^/]+\/[^/]+(\/.*)$/s.exec(url.pathname) ?? []
  if (path === undefined) throw new InvalidRequestError('path_not_allowed', 'The proxied path is missing.')
  return proxyCall(core, {
    request,
    alias: params['alias'] ?? '',
    path,
    credentials: {
      owner: ownerFor(caller, fields),
      limit: limitOf(caller, connectorId),
      connectorId,
      connectionId: connection === undefined ? undefined : checked(connectionId, connection),
    },
  })
}

/** A header carries ASCII alone, so that every name reads the same on both sides; others are percent-encoded. */
function decoded(value: string | null): string | undefined {
  if (value === null) return undefined
  try {
    if (/^[\x20-\x7e]*$/.test(value)) return decodeURIComponent(value)
  } catch {
    // Answered below, as any other fault of it.
  }
  throw new InvalidRequestError('invalid_request', "connector-auth-*: percent-encode what is not ASCII, and '%'.")
}
