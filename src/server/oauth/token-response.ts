/** Reads what a token endpoint answered, as its connector's record says. */

import type { RefreshRules, TokenEndpoint } from '../../protocol/token-endpoint.ts'
import type { EgressAnswer } from '../egress/egress.ts'

/** What of a record says how its token endpoint answers. */
export interface TokenRules {
  readonly token: TokenEndpoint
  readonly refresh?: RefreshRules | undefined
  readonly authorize?: { readonly scope?: { readonly separator?: string } }
}

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
export function rescueRefreshToken(record: TokenRules, answer: EgressAnswer): string {
  if (answer.status < 200 || answer.status > 299) return ''
  const body = readBody(answer)
  return body ? tokenAt(body, record.token.map?.refresh ?? 'refresh_token') : ''
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
 * @param now - Milliseconds since 1970, for services that answer a point in time.
 * @see RFC 6749 §5.1, §5.2
 */
export function readTokenResponse(record: TokenRules, answer: EgressAnswer, now: number): TokenAnswer {
  const body = readBody(answer)
  const error = errorText(record, body)
  if (error || answer.status < 200 || answer.status > 299) return classify(record, answer, error)
  const accessToken = tokenAt(body, record.token.map?.access ?? 'access_token')
  const beside = belongings(record, body, now)
  if (!accessToken || notBearer.includes(beside.tokenType.toLowerCase())) return { kind: 'unreadable' }
  return { kind: 'tokens', tokens: { accessToken, ...beside, raw: answer } }
}

/** Types whose tokens are no access token, or need a proof that we do not make (RFC 6749 §7.1, RFC 8693 §2.2.1). */
const notBearer = ['mac', 'pop', 'n_a']

/** What stands beside the access token. */
function belongings({ token, refresh, authorize }: TokenRules, body: object | undefined, now: number) {
  const { type = 'token_type', expiry = 'expires_in', scope = 'scope', refresh: refreshPath } = token.map ?? {}
  const separator = token.scopeSeparator ?? authorize?.scope?.separator
  return {
    refreshToken: tokenAt(body, refreshPath ?? 'refresh_token'),
    tokenType: printable(at(body, type)).slice(0, 64) || 'Bearer',
    expiresInSeconds: readExpiry(body, expiry, now) ?? refresh?.assumedLifetimeSeconds,
    scopes: splitScopes(at(body, scope), separator),
  }
}

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
  'token_expired',
  'token_revoked',
  'expired_token',
  // The person must come back: another sign-in, another consent (Microsoft, OpenID Connect Core §3.1.2.6).
  'interaction_required',
  'login_required',
  'consent_required',
]

function classify({ token }: TokenRules, answer: EgressAnswer, error: string): TokenAnswer {
  const { status } = answer
  const { busy = [], dead = [] } = token.errors ?? {}
  if (status >= 500 || status === 429 || status === 408 || busy.includes(error)) return { kind: 'unavailable', status }
  if (grantErrors.includes(error) || dead.includes(error)) return { kind: 'grant_rejected', error }
  if (requestErrors.includes(error)) return { kind: 'request_refused', error }
  return error === '' ? classifyMute(answer) : { kind: 'refused', status, error }
}

/** An answer that names no error. */
function classifyMute({ status, text }: EgressAnswer): TokenAnswer {
  if (status === 401) return { kind: 'request_refused', error: 'invalid_client' }
  // Some servers answer a dead refresh token with an empty 400: it means reconnect, not retry.
  if (status === 400 && text.trim() === '') return { kind: 'grant_rejected', error: '' }
  return status < 400 ? { kind: 'unreadable' } : { kind: 'refused', status, error: '' }
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
    return typeof body === 'object' && body !== null ? body : undefined
  } catch {
    if (!text.includes('=') || /[\s<{]/.test(text)) return undefined
    return Object.fromEntries(new URLSearchParams(text))
  }
}

/** A token that can stand in a header; '' for anything else. */
function tokenText(value: unknown): string {
  return typeof value === 'string' && value.length <= 16_384 && /^[\x21-\x7e]+$/.test(value) ? value : ''
}

/** The first of the paths that holds a token. */
function tokenAt(body: unknown, paths: string | readonly string[]): string {
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const token = tokenText(at(body, path))
    if (token) return token
  }
  return ''
}

type Expiry = NonNullable<NonNullable<TokenEndpoint['map']>['expiry']>

/** Seconds from now: told as a lifetime, or as a point in time. */
function readExpiry(body: unknown, expiry: Expiry, now: number): number | undefined {
  const { path, unit = 'seconds', absolute = false } = typeof expiry === 'string' ? { path: expiry } : expiry
  const told = inMilliseconds(at(body, path), unit, absolute)
  const milliseconds = absolute ? told - now : told
  if (!Number.isFinite(milliseconds) || milliseconds > 3_153_600_000_000) return undefined
  return Math.max(0, Math.floor(milliseconds / 1_000))
}

/** A number, a number as text, or a date; NaN for anything else. */
function inMilliseconds(value: unknown, unit: 'seconds' | 'milliseconds', absolute: boolean): number {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof number === 'number') return number * (unit === 'seconds' ? 1_000 : 1)
  return absolute && typeof number === 'string' ? Date.parse(number) : Number.NaN
}

/** Scopes of a text, joined by the record's separator or a space, or of a list; undefined for anything else. */
export function splitScopes(text: unknown, separator = ' '): readonly string[] | undefined {
  if (Array.isArray(text)) return splitScopes(text.filter((scope) => typeof scope === 'string').join(' '))
  if (typeof text !== 'string') return undefined
  const parts = text.split(separator).flatMap((part) => part.split(/\s+/))
  return [...new Set(parts.filter((part) => /^[\x21\x23-\x5b\x5d-\x7e]{1,300}$/.test(part)))]
}

/** The error in an answer: RFC 6749 §5.2, or where the record says that a 200 hides one. */
function errorText(record: TokenRules, body: object | undefined): string {
  for (const path of ['error', ...(record.token.error ?? [])]) {
    const value = at(body, path)
    const code = typeof value === 'object' ? at(value, 'code') : value
    if ((typeof code === 'string' && code !== '') || (typeof code === 'number' && code !== 0)) return printable(code)
  }
  return at(body, 'ok') === false ? 'not_ok' : ''
}
