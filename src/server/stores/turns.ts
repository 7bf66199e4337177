/** Lets one after the other use what only one can use, in the order in which they asked. */

export interface Turns {
  /** Settles when it is the caller's turn. */
  take(): Promise<void>
  /** Ends the caller's turn. */
  give(): void
}

/** How long those who wait may follow each other before the event loop goes on. */
const longestMs = 5

/**
 * Makes a queue of turns.
 *
 * Promises come before everything else in Node: a long queue of statements that each take no time would be worked off
 * before one more socket is read, so between two turns the event loop goes on now and then.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = []
  let taken = false
  let since: number | undefined

  /** How long this turn of the event loop has been going on here. */
  function elapsed(): number {
    const now = performance.now()
    if (since === undefined) {
      since = now
      setImmediate(() => (since = undefined))
    }
    return now - since
  }

  return {
    async take() {
      if (taken) return new Promise((resolve) => waiting.push(resolve))
      taken = true
    },
    give() {
      const next = waiting.shift()
      if (!next) taken = false
      else if (elapsed() < longestMs) next()
      else setImmediate(next)
    },
  }
}
