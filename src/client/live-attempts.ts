/** The attempts that run in this page, so that no view takes up another's; and one that was let go is taken up as it is. */

import type { Attempt } from './attempt.ts'

/** Each attempt, and whether its view has let it go. */
const live = new Map<Attempt, boolean>()

/** Makes an attempt that is known until it is over; `release` lets it go, and `isFree` tells whether nobody has it since. */
export function enlist(make: (release: () => void, isFree: () => boolean) => Attempt): Attempt {
  const isFree = () => !!live.get(attempt)
  const attempt = make(() => live.has(attempt) && live.set(attempt, true), isFree)
  live.set(attempt, false)
  void attempt.finished.then(() => live.delete(attempt))
  return attempt
}

/** The attempt of a session that runs in this page; `free` where the next view may have it, which then has it alone. */
export function findLive(sessionId: string): { readonly attempt: Attempt; readonly free: boolean } | undefined {
  for (const [attempt, free] of live) {
    if (attempt.sessionId !== sessionId) continue
    live.set(attempt, false)
    return { attempt, free }
  }
  return undefined
}
