/** Goes on with an attempt that began before: in this tab before a reload or a full-page redirect, or in another tab. */

import { type Resumed, createAttempt } from './attempt.ts'
import { takeAnswer } from './full-page.ts'
import type { Restored } from './journey.ts'
import { enlist, findLive } from './live-attempts.ts'
import type { ConnectRequest } from './options.ts'
import type { PendingPlace } from './pending-place.ts'
import { type Pending, listPending } from './pending.ts'

export interface ResumeOptions {
  /** Rejects where no connect token can be had. */
  readonly place: () => Promise<PendingPlace>
  readonly now: () => number
  /** Ends with the person. */
  readonly signal: AbortSignal
  readonly restore: Restored
}

/** Finds the latest attempt of a connector that no view of this page goes on with; never by an id from outside. */
export async function resumePending(
  { connectorId, connectionId, signal }: ConnectRequest,
  options: ResumeOptions,
): Promise<Resumed | undefined> {
  // First of all: without a connect token too, no code stays on the URL.
  const answerTo = await takeAnswer()
  const place = await options.place()
  const fits = (pending: Pending) =>
    pending.connectorId === connectorId && (!connectionId || connectionId === pending.connectionId)
  // The one whose answer this page came with is the one that it left for.
  const answered = ({ created }: Pending) => ('stateKey' in created && answerTo(created.stateKey) ? 0 : 1)
  const found = (await listPending(place, options.now())).filter(fits)
  for (const pending of found.toSorted((one, other) => answered(one) - answered(other))) {
    const road = await options.restore(pending, answerTo)
    const present = findLive(pending.created.id)
    const adds = !!pending.new
    if (present?.free) return Object.assign(present.attempt, { adds })
    if (present || options.signal.aborted) continue
    const attempt = enlist((onRelease) =>
      createAttempt(road, {
        begin: 'before',
        way: pending.left ? 'tab' : 'window',
        signals: [options.signal, signal],
        onRelease,
      }),
    )
    return Object.assign(attempt, { adds })
  }
  return undefined
}
