/** Reads an authorization server's own description of itself. */

import { InvalidResponseError, NetworkError, TimeoutError } from '../../protocol/errors.ts'
import { parse, SchemaError } from '../../protocol/parse.ts'
import { type Infer, flag, object, text } from '../../protocol/schema.ts'
import type { Egress } from '../egress/egress.ts'
import { readBody } from './token-response.ts'

const endpoint = text({ pattern: '^https?://[^\\s\\\\]+$', maxLength: 2_000 })
const metadata = object(
  { issuer: text() },
  {
    authorization_endpoint: endpoint,
    token_endpoint: endpoint,
    revocation_endpoint: endpoint,
    userinfo_endpoint: endpoint,
    pushed_authorization_request_endpoint: endpoint,
    device_authorization_endpoint: endpoint,
    require_pushed_authorization_requests: flag,
    authorization_response_iss_parameter_supported: flag,
  },
)
export type Metadata = Infer<typeof metadata>

/** Gives an issuer's metadata, read at most once an hour; what was read before serves while the issuer does not answer. */
export type Discover = (issuer: string, kind: 'oauth' | 'openid') => Promise<Metadata>

const keptMs = 3_600_000
/** How long old metadata serves before an issuer that did not answer is asked again. */
const patienceMs = 60_000

/** Makes the function that reads metadata and remembers it. */
export function createDiscovery(send: Egress, now: () => number): Discover {
  const known = new Map<string, { readonly at: number; readonly metadata: Metadata }>()
  const running = new Map<string, Promise<Metadata>>()

  async function read(issuer: string, url: string): Promise<Metadata> {
    const before = known.get(url)
    try {
      const answer = await readMetadata(send, issuer, url)
      known.set(url, { at: now(), metadata: answer })
      return answer
    } catch (error) {
      const silent = error instanceof NetworkError || error instanceof TimeoutError
      if (!before || !silent) throw error
      known.set(url, { at: now() - keptMs + patienceMs, metadata: before.metadata })
      return before.metadata
    }
  }

  return async (issuer, kind) => {
    const url = metadataUrl(issuer, kind)
    const before = known.get(url)
    if (before && before.at + keptMs > now()) return before.metadata
    let flight = running.get(url)
    if (!flight) {
      flight = read(issuer, url).finally(() => running.delete(url))
      running.set(url, flight)
    }
    return flight
  }
}

/** RFC 8414 §3.1 puts the well-known part before an issuer's path, OpenID Connect Discovery §4 behind it. */
function metadataUrl(issuer: string, kind: 'oauth' | 'openid'): string {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  url.pathname =
    kind === 'oauth' ? `/.well-known/oauth-authorization-server${path}` : `${path}/.well-known/openid-configuration`
  return url.href
}

/**
 * @throws {InvalidResponseError} `invalid_metadata`, also for another issuer's (RFC 8414 §3.3)
 * @throws {NetworkError} `authorization_server_unavailable`
 */
async function readMetadata(send: Egress, issuer: string, url: string): Promise<Metadata> {
  const answer = await send({ url, method: 'GET' })
  if (answer.status >= 500 || answer.status === 429) {
    throw new NetworkError('authorization_server_unavailable', `${issuer} does not tell its metadata now.`, {
      retryable: true,
      statusCode: answer.status,
    })
  }
  const wrong = (why: string, cause?: unknown) =>
    new InvalidResponseError('invalid_metadata', `The metadata of ${issuer} cannot be used: ${why}.`, { cause })
  if (answer.status !== 200) throw wrong(`its address answers ${answer.status}`)
  let read: Metadata
  try {
    read = parse(metadata, readBody(answer), 'drop')
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw wrong(error.message, error)
  }
  if (read.issuer !== issuer) throw wrong('it names another issuer')
  const unreadable = Object.entries(read).find(
    ([name, value]) => name.endsWith('_endpoint') && !URL.canParse(String(value)),
  )
  if (unreadable) throw wrong(`${unreadable[0]} is not a URL`)
  return read
}
