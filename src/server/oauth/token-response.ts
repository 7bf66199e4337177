/** Reads what a token endpoint answered, as its connector's record says. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { EgressAnswer } from '../egress/egress.ts'

/** Tokens as they were granted. */
export interface Tokens {
  readonly accessToken: string
  /** '' where the answer has none: the old one stays (RFC 6749 §6). */
  readonly refreshToken: string
  readonly tokenType: string
  /** undefined where nobody said. */
  readonly expiresInSeconds: number | undefined
  /** undefined where the answer has none: what was asked for was granted (RFC 6749 §5.1). */
  readonly scopes: readonly string[] | undefined
  /** The answer's own text, for its ID Token. */
  readonly raw: EgressAnswer
}

/** Takes the refresh token out of an answer whatever else is wrong with it; '' where there is none. */
export function rescueRefreshToken(record: ConnectorRecord, answer: EgressAnswer): string {
  if (answer.status < 200 || answer.status > 299) return ''
  const body = readBody(answer)
  return body ? tokenText(at(body, record.token.map?.refresh ?? standardPaths.refresh)) : ''
}

/** What a token endpoint's answer means. */
export type TokenAnswer =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  /** Definitive: the code or refresh token is not good (any more). */
  | { readonly kind: 'grant_rejected'; readonly error: string }
  /** Definitive, and the fault of the request or the registration, not of the grant. */
  | { readonly kind: 'request_refused'; readonly error: string }
  /** A refusal in words that are no known verdict on the grant: a firewall's page, a rate limit, a code of the server's own. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: string }
  /** Transient. */
  | { readonly kind: 'unavailable'; readonly status: number }
  /** A success that cannot be read. */
  | { readonly kind: 'unreadable' }

/**
 * Reads a token endpoint's answer.
 *
 * @see RFC 6749 §5.1, §5.2
 */
export function readTokenResponse(record: ConnectorRecord, answer: EgressAnswer): TokenAnswer {
  const body = readBody(answer)
  const error = errorText(record, body)
  if (error || answer.status < 200 || answer.status > 299) return classify(answer, error)
  const paths = { ...standardPaths, ...record.token.map }
  const accessToken = tokenText(at(body, paths.access))
  if (!accessToken) return { kind: 'unreadable' }
  const tokens: Tokens = {
    accessToken,
    refreshToken: rescueRefreshToken(record, answer),
    tokenType: printable(at(body, 'token_type')).slice(0, 64) || 'Bearer',
    expiresInSeconds: lifetime(at(body, paths.expiry)) ?? record.refresh?.assumedLifetimeSeconds,
    scopes: splitScopes(at(body, paths.scope), record.token.scopeSeparator ?? record.authorize.scope?.separator),
    raw: answer,
  }
  return { kind: 'tokens', tokens }
}

/** RFC 6749 §5.1 */
const standardPaths = { access: 'access_token', refresh: 'refresh_token', expiry: 'expires_in', scope: 'scope' }

/** `error` codes that speak of the request or the client, never of the grant (RFC 6749 §5.2). */
const requestErrors = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_request',
  'invalid_scope',
  'invalid_target',
]

/** Verdicts on the code or refresh token itself: RFC 6749 §5.2, and the names that well-known servers use instead. */
const grantErrors = [
  'invalid_grant',
  'bad_refresh_token',
  'invalid_refresh_token',
  'bad_verification_code',
  'invalid_code',
]

function classify(answer: EgressAnswer, error: string): TokenAnswer {
  const { status } = answer
  if (status >= 500 || status === 429 || status === 408) return { kind: 'unavailable', status }
  if (grantErrors.includes(error)) return { kind: 'grant_rejected', error }
  if (requestErrors.includes(error)) return { kind: 'request_refused', error }
  if (error === '' && status === 401) return { kind: 'request_refused', error: 'invalid_client' }
  // Some servers answer a dead refresh token with an empty 400: it means reconnect, not retry.
  if (status === 400 && answer.text.trim() === '') return { kind: 'grant_rejected', error }
  if (error === '' && status < 400) return { kind: 'unreadable' }
  return { kind: 'refused', status, error }
}

/** Reads a value by a dotted path; own properties only. */
export function at(body: unknown, path: string): unknown {
  let value = body
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[name]
  }
  return value
}

/** A string or number as text for people: no control characters, 300 at most; '' for anything else. */
export function printable(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return String(value)
    .replace(/\p{Cc}/gu, '')
    .slice(0, 300)
}

/** JSON, or a form as GitHub and older servers send it; undefined for everything else. */
export function readBody(answer: EgressAnswer): object | undefined {
  const text = answer.text.replace(/^\uFEFF/, '').trim()
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined
  } catch {
    if (!text.includes('=') || /[\s<{]/.test(text)) return undefined
    return Object.fromEntries(new URLSearchParams(text))
  }
}

/** A token that can stand in a header; '' for anything else. */
function tokenText(value: unknown): string {
  return typeof value === 'string' && value.length <= 16_384 && /^[\x21-\x7e]+$/.test(value) ? value : ''
}

function lifetime(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds > 3_153_600_000) return undefined
  return Math.max(0, Math.floor(seconds))
}

function splitScopes(text: unknown, separator = ' '): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined
  const parts = text.split(separator).flatMap((part) => part.split(/\s+/))
  return [...new Set(parts.filter((part) => /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(part)))]
}

/** The error in an answer: RFC 6749 §5.2, or where the record says that a 200 hides one. */
function errorText(record: ConnectorRecord, body: object | undefined): string {
  for (const path of ['error', ...(record.token.error ?? [])]) {
    const value = at(body, path)
    const code = typeof value === 'object' ? at(value, 'code') : value
    if (typeof code === 'string' && code !== '') return printable(code)
  }
  return at(body, 'ok') === false ? 'not_ok' : ''
}
