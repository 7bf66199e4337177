/** Sends requests, so many at a time, and times each. */

import { Pool } from 'undici'

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Timed {
  readonly perSecond: number
  readonly seconds: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** How many answers there were with each status. */
  readonly statuses: Readonly<Record<number, number>>
}

/**
 * Sends `count` requests, the next one of a caller when its last is answered.
 *
 * @param make - Gets the request's number.
 */
export async function load(
  origin: string,
  { count, callers }: { readonly count: number; readonly callers: number },
  make: (nth: number) => Request,
): Promise<Timed> {
  const pool = new Pool(origin, { connections: callers, headersTimeout: 600_000, bodyTimeout: 600_000 })
  const times = new Float64Array(count)
  const statuses: Record<number, number> = {}
  let next = 0
  const caller = async () => {
    for (let nth = next++; nth < count; nth = next++) {
      const request = make(nth)
      const began = performance.now()
      const { statusCode, body } = await pool.request({ ...request, body: request.body ?? null })
      await body.dump({ limit: 1_000_000 })
      times[nth] = performance.now() - began
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: callers }, caller))
  const seconds = (performance.now() - began) / 1_000
  await pool.close()
  times.sort()
  const at = (share: number) => times[Math.min(count - 1, Math.floor(share * count))] ?? 0
  return { perSecond: count / seconds, seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), statuses }
}

/** The middle one of several. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
