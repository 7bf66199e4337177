/** The options about running the backend: who may call beside API keys, how often, from where, and who reads metrics. */

import { findFaults } from '../protocol/faults.ts'
import { type JwtOptions, type RateLimitOptions, jwtOptions, rateLimitOptions } from '../protocol/operations.ts'
import { type TrustedProxy, readTrustedProxy } from './http/address.ts'
import { type RateLimitSettings, defaultRateLimits } from './http/rate-limit.ts'
import { Secret } from './secret.ts'

export interface OperationsOptions {
  /** Accepts the host's own JWTs, in trade for a connect token. */
  readonly jwt?: JwtOptions
  /** Requests per credential and address, in this process. */
  readonly rateLimits?: RateLimitOptions
  /** Addresses and ranges (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` counts; none where absent. */
  readonly trustedProxies?: readonly string[]
  /** The bearer for `GET /metrics`; without it the route is not there. */
  readonly metricsToken?: string
  /**
   * The file for new tokens that the store cannot take; beside an SQLite file where absent. On a disk that outlives the
   * process, and one file per backend.
   */
  readonly journal?: string
}

export interface OperationsSettings {
  readonly jwt: JwtOptions | undefined
  readonly rateLimits: RateLimitSettings
  readonly trustedProxies: readonly TrustedProxy[]
  readonly metricsToken: Secret | undefined
  readonly journal: string | undefined
}

/** What else the options allow, that these must fit. */
interface Allowed {
  readonly origins: readonly string[]
  readonly egress: readonly string[]
}

/** Checks them, and adds every fault to the list. */
export function readOperations(options: OperationsOptions, allowed: Allowed, faults: string[]): OperationsSettings {
  const { jwt, rateLimits = {}, trustedProxies = [], metricsToken } = options
  if (jwt) faults.push(...jwtFaults(jwt, allowed))
  faults.push(...findFaults(rateLimitOptions, rateLimits, 'rateLimits'))
  if (options.journal === '') faults.push('journal: is not a path')
  return {
    jwt,
    journal: options.journal,
    rateLimits: {
      perCredential: chosen(rateLimits.perCredential, defaultRateLimits.perCredential),
      perAddress: chosen(rateLimits.perAddress, defaultRateLimits.perAddress),
      failedPerAddress: chosen(rateLimits.failedPerAddress, defaultRateLimits.failedPerAddress),
    },
    trustedProxies: readProxies(trustedProxies, faults),
    metricsToken: metricsToken === undefined ? undefined : readMetricsToken(metricsToken, faults),
  }
}

function jwtFaults(jwt: JwtOptions, { origins, egress }: Allowed): string[] {
  const faults = findFaults(jwtOptions, jwt, 'jwt')
  if (faults.length > 0) return faults
  if (!isReachable(jwt.jwksUrl, egress))
    faults.push('jwt.jwksUrl: must be an https URL, or stand on an origin of egress.allow')
  if (jwt.algorithms?.length === 0) faults.push('jwt.algorithms: is empty; leave it out to allow all')
  if (jwt.origins?.length === 0) faults.push('jwt.origins: is empty; leave it out to allow every origin of the space')
  const foreign = (jwt.origins ?? []).filter((origin) => !origins.includes(origin))
  return [...faults, ...foreign.map((origin) => `jwt.origins: ${origin} is not among allowedOrigins`)]
}

function isReachable(url: string, egress: readonly string[]): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, origin } = new URL(url)
  return protocol === 'https:' || egress.includes(origin)
}

function chosen<T extends object>(limit: T | boolean | undefined, usual: T): T | false {
  return limit === undefined || limit === true ? usual : limit
}

function readProxies(texts: readonly string[], faults: string[]): readonly TrustedProxy[] {
  return texts.flatMap((text, index) => {
    const range = readTrustedProxy(text)
    if (!range) faults.push(`trustedProxies[${index}]: ${JSON.stringify(text)} is no address or range like 10.0.0.0/8`)
    return range ? [range] : []
  })
}

function readMetricsToken(token: string, faults: string[]): Secret {
  // A comma would read as two credentials, and the beginnings of other kinds as those.
  if (!/^(?!cak_|cct_)[\x21-\x2b\x2d-\x7e]{16,500}$/.test(token))
    faults.push('metricsToken: must be 16 to 500 printable characters, without space or comma, and no API key')
  return new Secret(token)
}
