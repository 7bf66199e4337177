/** The host's own JWTs: from one configured key set, for one audience, traded for a connect token. */

import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { groupName, subject } from '../../protocol/ids.ts'
import { type JwtOptions, jwtAlgorithms } from '../../protocol/operations.ts'
import { parse } from '../../protocol/parse.ts'
import { type Schema, anything, list, object } from '../../protocol/schema.ts'
import type { Egress } from '../egress/egress.ts'
import type { Logger } from '../logger.ts'

/** Who a valid JWT is about, and how long it is still valid. */
export interface JwtGrant {
  readonly subject: string
  readonly tenant?: string
  readonly org?: string
  readonly secondsLeft: number
}

/** Checks a JWT.
 *
 * It rejects with {@link AuthenticationError} `jwt_invalid` · {@link NetworkError} `jwks_unavailable` (retryable).
 */
export type VerifyJwt = (token: string) => Promise<JwtGrant>

/** Longer ones are refused before anything is read. */
export const maxJwtLength = 8_192
const toleranceSeconds = 5
/** Old keys are better than none while the host's key server does not answer. */
const staleMs = 3_600_000
/** A key server that does not answer is not asked again at once: whoever sends JWTs must not make us call it. */
const pauseMs = 5_000
const maxKeys = 100

interface VerifierParts {
  readonly send: Egress
  readonly now: () => number
  readonly logger: Logger
}

/**
 * Makes the check for the configured host.
 *
 * Headers that name keys (`jku`, `x5u`, `jwk`) are never looked at, and an encrypted token is not one of ours.
 *
 * @see RFC 7519 §7.2, RFC 8725 §3
 */
export function createJwtVerifier(options: JwtOptions, parts: VerifierParts): VerifyJwt {
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    [customFetch]: createKeyFetch(options.jwksUrl, parts),
    cooldownDuration: 30_000,
    timeoutDuration: 20_000,
  })
  const algorithms = [...(options.algorithms ?? jwtAlgorithms)]
  return async (token) => {
    if (token.length > maxJwtLength) throw invalid('it is longer than 8 kB')
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        issuer: options.issuer,
        audience: options.audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(parts.now()),
      })
      return grantOf(payload, options, parts.now())
    } catch (error) {
      throw asOurs(error)
    }
  }
}

function grantOf(payload: Readonly<Record<string, unknown>>, options: JwtOptions, now: number): JwtGrant {
  const seconds = Math.floor(now / 1_000)
  const { exp, iat = seconds, nbf = 0 } = payload
  if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) throw invalid('exp, iat and nbf must be whole seconds')
  // Whichever is earlier: an iat in the future must not buy a longer life.
  if (exp - Math.min(iat, seconds) > (options.maxAgeSeconds ?? 3_600) + toleranceSeconds)
    throw invalid('its lifetime is longer than maxAgeSeconds')
  if (exp <= seconds) throw invalid('it has expired')
  const { tenant, org } = options.claims
  return {
    subject: claim(payload, options.claims.subject, subject),
    ...(tenant === undefined ? {} : { tenant: claim(payload, tenant, groupName) }),
    ...(org === undefined ? {} : { org: claim(payload, org, groupName) }),
    secondsLeft: exp - seconds,
  }
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)

/** A claim that is configured must be there: an empty tenant is another tenant. */
function claim(payload: Readonly<Record<string, unknown>>, name: string, schema: Schema<string>): string {
  const value = Object.hasOwn(payload, name) ? payload[name] : undefined
  try {
    const text = parse(schema, value)
    if (text !== '') return text
  } catch {
    // Told below, without the value.
  }
  throw invalid(`its claim ${name} is missing or not usable`)
}

function asOurs(error: unknown): Error {
  if (error instanceof AuthenticationError || error instanceof NetworkError) return error
  // What jose says of a token has a code of its own; it never quotes the token.
  if (error instanceof errors.JOSEError && !isKeySetFault(error)) return invalid(error.message.slice(0, 200), error)
  if (error instanceof TypeError) return invalid('it cannot be read', error)
  return unavailable(error)
}

function isKeySetFault(error: errors.JOSEError): boolean {
  return error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC'
}

function invalid(why: string, cause?: unknown): AuthenticationError {
  return new AuthenticationError('jwt_invalid', `The JWT is not accepted: ${why.replace(/\.$/, '')}.`, { cause })
}

function unavailable(cause: unknown): NetworkError {
  return new NetworkError('jwks_unavailable', "The host's keys cannot be had. Try again in a moment.", {
    cause,
    retryable: true,
  })
}

const keySet = object({ keys: list(anything, { maxItems: maxKeys }) })

/** Fetches the key set through the one way out, and gives the last good one while it cannot be had. */
function createKeyFetch(url: string, { send, now, logger }: VerifierParts): () => Promise<Response> {
  let good: { readonly text: string; readonly at: number } | undefined
  let failure: { readonly error: unknown; readonly at: number } | undefined
  return async () => {
    try {
      if (failure && now() - failure.at < pauseMs) throw failure.error
      const { status, text } = await send({ url, method: 'GET' })
      if (status !== 200) throw new Error(`the key set's server answered ${status}`)
      parse(keySet, JSON.parse(text), 'drop')
      good = { text, at: now() }
      failure = undefined
      return new Response(text)
    } catch (error) {
      if (failure?.error !== error) {
        failure = { error, at: now() }
        logger.warn('the key set of the host cannot be had', { error })
      }
      if (good && now() - good.at < staleMs) return new Response(good.text)
      throw unavailable(error)
    }
  }
}
