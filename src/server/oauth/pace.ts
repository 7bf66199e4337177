/** Keeps token requests within what an authorization server bears: a few at once, and none while it asks for rest. */

import pLimit, { type LimitFunction } from 'p-limit'
import type { EgressAnswer } from '../egress/egress.ts'
import { RetryLaterError } from '../retry-later.ts'

/** Which server: a connector's name for messages, and a key. */
export interface PacedServer {
  readonly name: string
  readonly key: string
}

export interface Pace {
  /**
   * Runs work when it is its turn; beyond the limit it waits.
   *
   * @throws {RetryLaterError} `authorization_server_busy` while the server rests; the work has not begun
   */
  run<T>(server: PacedServer, work: () => Promise<T>): Promise<T>
  /** Reads from an answer whether the server wants rest (RFC 6585 §4, RFC 9110 §10.2.3 and §15.6.4). */
  heed(server: PacedServer, answer: EgressAnswer): void
}

/** No server may stop us for longer, whatever it says. */
const longestRestMs = 3_600_000
/** The longest rest after a 429 that names no time. */
const longestGuessMs = 60_000

/** Typed hosts could make more; then the oldest are forgotten. */
const maxServers = 10_000

const isIdle = ({ activeCount, pendingCount }: LimitFunction) => activeCount + pendingCount === 0

interface Server {
  readonly limit: LimitFunction
  restUntil: number
  /** Answers in a row that asked for rest. */
  refusals: number
}

/**
 * Paces the calls of this process. Other replicas find out for themselves.
 *
 * @param atOnce - Calls to one server at the same time.
 * @param now - Milliseconds since 1970, for servers that name a date; rest itself is measured without the clock.
 */
export function createPace(atOnce: number, now: () => number): Pace {
  const servers = new Map<string, Server>()

  function serverOf(key: string): Server {
    const known = servers.get(key)
    if (known) return known
    if (servers.size >= maxServers) forgetOldest()
    const made = { limit: pLimit(atOnce), restUntil: 0, refusals: 0 }
    servers.set(key, made)
    return made
  }

  function forgetOldest(): void {
    for (const [key, { limit }] of servers) if (isIdle(limit)) return void servers.delete(key)
  }

  /** As many are kept as are busy or at rest: typed names could make many. */
  function forget(key: string, { limit, restUntil, refusals }: Server): void {
    const rested = refusals === 0 || restUntil < performance.now() - longestRestMs
    if (isIdle(limit) && rested) servers.delete(key)
  }

  return {
    async run({ name, key }, work) {
      const server = serverOf(key)
      try {
        refuseAtRest(server, name)
        return await server.limit(() => {
          // Its turn came after others were told to stop.
          refuseAtRest(server, name)
          return work()
        })
      } finally {
        // The limit counts this call until the next turn of the event loop.
        setImmediate(() => forget(key, server))
      }
    },
    heed({ key }, answer) {
      const server = serverOf(key)
      const told = answer.status === 429 || answer.status === 503 ? restTold(answer.header('retry-after'), now()) : 0
      if (answer.status !== 429 && told === 0) {
        server.refusals = 0
        return
      }
      server.refusals += 1
      const guess = Math.random() * Math.min(longestGuessMs, 1_000 * 2 ** server.refusals)
      server.restUntil = Math.max(server.restUntil, performance.now() + (told || guess))
    },
  }
}

/** Milliseconds that `Retry-After` asks for, at most an hour; 0 where it says nothing that can be used. */
function restTold(value: string | undefined, now: number): number {
  if (value === undefined) return 0
  const text = value.trim()
  const isDate = /^[A-Z][a-z]{2},? /.test(text)
  const ms = /^\d{1,15}$/.test(text) ? Number(text) * 1_000 : isDate ? Date.parse(text) - now : 0
  return ms > 0 ? Math.min(ms, longestRestMs) : 0
}

function refuseAtRest({ restUntil }: Server, name: string): void {
  const seconds = Math.ceil((restUntil - performance.now()) / 1_000)
  if (seconds > 0)
    throw new RetryLaterError('authorization_server_busy', `${name} asks to be left alone for ${seconds} s.`, seconds)
}
