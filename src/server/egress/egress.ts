/** The one way out: every call of the backend to another server goes through here. */

import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import { Agent, request } from 'undici'
import {
  ConnectorAuthError,
  InvalidRequestError,
  InvalidResponseError,
  NetworkError,
  TimeoutError,
} from '../../protocol/errors.ts'
import { isPublicAddress, literalAddress } from './address.ts'
import { version } from '../version.ts'

export interface EgressRequest {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface EgressAnswer {
  readonly status: number
  readonly contentType: string
  /** The body, at most 1 MB. */
  readonly text: string
  /** A header of the answer by its lower-case name. */
  header(name: string): string | undefined
}

/** Sends one request; redirects are answers like others and are not followed. */
export type Egress = (request: EgressRequest) => Promise<EgressAnswer>

/** A request that is passed on, and its answer, both as streams. */
export interface PassedRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | Readable | null
  readonly signal: AbortSignal
}

export interface PassedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/** Passes one request on; the answer's body is not limited but by the time without a byte. */
export type Forward = (request: PassedRequest) => Promise<PassedAnswer>

export interface EgressOptions {
  /** Origins that may be plain http or special-purpose addresses: a private identity provider, a fake while developing. */
  readonly allow: readonly string[]
  /** The whole call's limit. */
  readonly timeoutSeconds: number
  /** How long a passed request may be without a byte; 60 where absent. */
  readonly idleSeconds?: number
  /** Resolves names; the system's resolver where absent. */
  readonly lookup?: typeof lookup
}

const maxBytes = 1_000_000
/** How long after its deadline an answer that has arrived may be read. */
const lateMs = 50

/**
 * Makes the egress function: https only, DNS answers checked against special-purpose ranges and pinned, no redirects,
 * 1 MB and a deadline for the whole call. No environment proxy is used: it would choose addresses behind the check.
 *
 * @returns A function that throws {@link InvalidRequestError} `endpoint_not_allowed` · {@link TimeoutError}
 *   `authorization_server_timeout` · {@link NetworkError} `authorization_server_unavailable` ·
 *   {@link InvalidResponseError} `invalid_token_response` (too large).
 */
export function createEgress(options: EgressOptions): {
  readonly send: Egress
  readonly forward: Forward
  close(): Promise<void>
} {
  const guarded = new Agent({ connect: { lookup: guardLookup(options.lookup ?? lookup) } })
  const idleMs = (options.idleSeconds ?? 60) * 1_000
  const open = new Agent()
  const allowed = new Set(options.allow)

  function dispatcherFor(url: URL): Agent {
    if (allowed.has(url.origin)) return open
    refuseUnlessPublic(url)
    return guarded
  }

  async function forward(call: PassedRequest): Promise<PassedAnswer> {
    const url = readUrl(call.url)
    const dispatcher = dispatcherFor(url)
    const { method, headers, body, signal } = call
    try {
      const idle = { headersTimeout: idleMs, bodyTimeout: idleMs }
      const answer = await request(url, { method: method as 'GET', headers, body, dispatcher, signal, ...idle })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    } catch (error) {
      throw asEgressError(error, url, error instanceof Error && error.name === 'HeadersTimeoutError')
    }
  }

  async function send(call: EgressRequest): Promise<EgressAnswer> {
    const url = readUrl(call.url)
    const dispatcher = dispatcherFor(url)
    const { signal, stop } = startDeadline(options.timeoutSeconds)
    try {
      const answer = await request(url, {
        method: call.method,
        headers: { accept: 'application/json', 'user-agent': `connector-auth/${version}`, ...call.headers },
        body: call.body ?? null,
        dispatcher,
        signal,
      })
      const header = (name: string) => {
        const value = answer.headers[name]
        return Array.isArray(value) ? value[0] : value
      }
      const text = await readBounded(answer.body)
      return { status: answer.statusCode, contentType: header('content-type') ?? '', text, header }
    } catch (error) {
      throw asEgressError(error, url, signal.aborted)
    } finally {
      stop()
    }
  }

  return { send, forward, close: async () => void (await Promise.all([guarded.close(), open.close()])) }
}

/**
 * A process that stood still, as on a suspended machine, finds the answer in its socket and the time over: what has
 * arrived is read first, since a refresh token in it is the only one that still counts.
 */
function startDeadline(seconds: number): { readonly signal: AbortSignal; stop(): void } {
  const deadline = new AbortController()
  let timer = setTimeout(() => {
    timer = setTimeout(() => deadline.abort(), lateMs)
  }, seconds * 1_000)
  return { signal: deadline.signal, stop: () => clearTimeout(timer) }
}

/** Tells whether a failed call never left this machine, so that whatever it carried is as good as before. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof ConnectorAuthError)) return false
  if (['endpoint_not_allowed', 'invalid_input', 'invalid_metadata', 'authorization_server_busy'].includes(error.reason))
    return true
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return notConnected.includes(code)
}

/** Nothing was sent: there was no connection, or its other end was not who it must be. */
const notConnected = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_VERIFY_FIRST_CERTIFICATE',
]

/**
 * Refuses a URL that is not a public https address, as far as the URL itself tells.
 *
 * @throws {InvalidRequestError} `endpoint_not_allowed`
 */
export function refuseUnlessPublic(url: URL): void {
  if (url.protocol !== 'https:') throw notAllowed(url, 'it is not https')
  if (url.username || url.password) throw notAllowed(url, 'it carries a user name or password')
  if (url.port !== '') throw notAllowed(url, 'its port is not 443')
  // RFC 6761 §6.3: never asked of DNS, always this machine.
  if (/(^|\.)localhost\.?$/.test(url.hostname)) throw notAllowed(url, 'it is this machine')
  const address = literalAddress(url.hostname)
  if (address !== undefined && !isPublicAddress(address)) throw notAllowed(url, 'its address is not public')
}

/** Resolves once and connects to what was checked, so a second answer (DNS rebinding) is never asked for. */
function guardLookup(resolve: typeof lookup): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname, { ...lookupOptions, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0)
      const [first] = addresses
      if (!first || addresses.some(({ address }) => !isPublicAddress(address))) {
        return callback(
          new InvalidRequestError('endpoint_not_allowed', `${hostname} does not resolve to public addresses only.`),
          '',
          0,
        )
      }
      if (lookupOptions.all) return callback(null, addresses)
      callback(null, first.address, first.family)
    })
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new InvalidResponseError('invalid_token_response', 'The answer is larger than 1 MB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** An authorization server may tell anything as its endpoint. */
function readUrl(text: string): URL {
  if (URL.canParse(text)) return new URL(text)
  throw new InvalidRequestError('endpoint_not_allowed', 'What was to be called is not a URL.')
}

function asEgressError(error: unknown, url: URL, timedOut: boolean): ConnectorAuthError {
  if (error instanceof ConnectorAuthError) return error
  if (timedOut) {
    return new TimeoutError(
      'authorization_server_timeout',
      `${url.host} did not answer in time. Try again in a moment.`,
      { cause: error, retryable: true },
    )
  }
  return new NetworkError('authorization_server_unavailable', `${url.host} cannot be reached. Try again in a moment.`, {
    cause: error,
    retryable: true,
  })
}

function notAllowed(url: URL, why: string): InvalidRequestError {
  return new InvalidRequestError('endpoint_not_allowed', `${url.origin} may not be called: ${why}.`)
}
