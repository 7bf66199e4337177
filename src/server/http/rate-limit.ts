/** How often one may ask: by credential, by address, and more strictly by address for credentials that are not valid. */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { RetryLaterError } from '../retry-later.ts'

/** So many requests in so many seconds. */
interface RateLimit {
  readonly points: number
  readonly seconds: number
}

/** The limits of one process; `false`: there is none. */
export interface RateLimitSettings {
  readonly perCredential: RateLimit | false
  readonly perAddress: RateLimit | false
  readonly failedPerAddress: RateLimit | false
}

export const defaultRateLimits = {
  perCredential: { points: 600, seconds: 60 },
  perAddress: { points: 3_000, seconds: 60 },
  failedPerAddress: { points: 60, seconds: 60 },
} as const satisfies RateLimitSettings

/** Too many requests; the answer carries `Retry-After`. */
class RateLimitedError extends RetryLaterError {
  constructor(retryAfterSeconds: number) {
    super('rate_limited', `Too many requests. Try again in ${retryAfterSeconds} s.`, retryAfterSeconds)
    this.name = 'RateLimitedError'
  }
}

/** Each counts one request and throws a {@link RateLimitedError} beyond the limit. */
export interface RateLimits {
  countCredential(hash: string): Promise<void>
  /** An address that is not known is not limited: whoever mounts the backend did not tell it. */
  countAddress(address: string | undefined): Promise<void>
  /** Refuses an address that has failed too often; it counts nothing. */
  refuseFailing(address: string | undefined): Promise<void>
  /** Counts a failure. @returns Whether the limit still lets it through: then it is worth a record. */
  countFailure(address: string | undefined): Promise<boolean>
}

/** Counts in the memory of this process: several replicas let through as many times as much. */
export function createRateLimits(options: RateLimitSettings): RateLimits {
  const credential = limiterOf(options.perCredential)
  const address = limiterOf(options.perAddress)
  const failed = limiterOf(options.failedPerAddress)
  return {
    countCredential: (hash) => count(credential, hash),
    countAddress: async (from) => (from === undefined ? undefined : count(address, from)),
    async refuseFailing(from) {
      const state = from === undefined ? null : await failed?.get(from)
      if (failed && state && state.consumedPoints >= failed.points) throw tooMany(state)
    },
    async countFailure(from) {
      try {
        await failed?.consume(from ?? 'unknown')
        return true
      } catch (error) {
        if (error instanceof RateLimiterRes) return false
        throw error
      }
    },
  }
}

function limiterOf(limit: RateLimit | false): RateLimiterMemory | undefined {
  return limit === false ? undefined : new RateLimiterMemory({ points: limit.points, duration: limit.seconds })
}

async function count(limiter: RateLimiterMemory | undefined, key: string): Promise<void> {
  try {
    await limiter?.consume(key)
  } catch (error) {
    // The library rejects with its own count where the limit is passed.
    throw error instanceof RateLimiterRes ? tooMany(error) : error
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): RateLimitedError {
  return new RateLimitedError(Math.max(1, Math.ceil(msBeforeNext / 1_000)))
}
