/** Where a proxied call goes: a host that the record names, and a path that cannot leave it. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { type Values, fillUrl } from '../template.ts'

type ProxyHost = NonNullable<ConnectorRecord['proxy']>[string]

export interface Target {
  readonly url: URL
  readonly host: ProxyHost
}

/**
 * Builds the URL of a proxied call.
 *
 * @param path - As it stands in the request's URL, percent-encoded, with its leading slash.
 * @throws {InvalidRequestError} `proxy_host_unknown` · `method_not_proxied` · `path_not_allowed`
 * @see RFC 10017 §6.1.3.6: hosts, paths and methods are allow-listed
 */
export function targetOf(
  record: ConnectorRecord,
  call: { readonly alias: string; readonly method: string; readonly path: string; readonly search: string },
  values: Values,
): Target {
  const host = Object.hasOwn(record.proxy ?? {}, call.alias) ? record.proxy?.[call.alias] : undefined
  if (!host)
    throw new InvalidRequestError('proxy_host_unknown', `${record.name} has no proxied host named ${call.alias}.`)
  if (!(host.methods ?? methods).some((method) => method === call.method))
    throw new InvalidRequestError('method_not_proxied', `${call.method} is not proxied to ${call.alias}.`)
  const { origin } = new URL(fillUrl(host.origin, values))
  const url = new URL(`${origin}${safePath(call.path)}${call.search}`)
  const allowed = host.paths?.map((prefix) => new URL(fillUrl(`${origin}${prefix}`, values)).pathname)
  if (url.origin !== origin || (allowed && !allowed.some((prefix) => startsWith(url.pathname, prefix))))
    throw notAllowed()
  return { url, host }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A path that is still another one after so many decodings was made to deceive. */
const mostDecodings = 5

/** However often a server decodes it, the path has no dot segment, no backslash and no empty first segment (attack 43). */
function safePath(path: string): string {
  let decoded = path
  for (let depth = 0; depth < mostDecodings; depth += 1) {
    if (!/^\/(?![/\\])/.test(decoded) || decoded.includes('\\')) throw notAllowed()
    if (decoded.split(/[/;]/).some((segment) => segment === '..' || segment === '.')) throw notAllowed()
    if (/\p{Cc}/u.test(decoded)) throw notAllowed()
    const next = decode(decoded, depth)
    if (next === decoded) return path
    decoded = next
  }
  throw notAllowed()
}

/** A name may hold a percent sign (`100%25`): decoded once, it begins nothing any more. */
function decode(path: string, depth: number): string {
  try {
    return decodeURIComponent(depth === 0 ? path : path.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch {
    throw notAllowed()
  }
}

function startsWith(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}

function notAllowed(): InvalidRequestError {
  return new InvalidRequestError('path_not_allowed', 'The path may not be called through the proxy.')
}
