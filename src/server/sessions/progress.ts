/** Tells a page how far its attempt on the bridge is, as soon as that changes. */

import type { Core } from '../core.ts'
import { type Asker, type SessionRow, requireSession } from './rows.ts'

export type Progress = 'pending' | 'started' | 'returned' | 'ended'

const pollSeconds = 25
const lookMs = 300

/**
 * Waits until the progress is another than `after`, for 25 s at most. A later poll of the same attempt ends this one.
 *
 * @throws {InvalidRequestError} `not_found`
 */
export async function awaitProgress(
  core: Core,
  id: string,
  asker: Asker,
  after: Progress | undefined,
  signal: AbortSignal,
): Promise<Progress> {
  // Only who may ask takes the turn of who asked before.
  await requireSession(core, id, asker)
  const turn = new AbortController()
  core.polls.get(id)?.abort()
  core.polls.set(id, turn)
  const deadline = performance.now() + pollSeconds * 1_000
  try {
    for (;;) {
      const progress = progressOf(core, await requireSession(core, id, asker))
      const over = performance.now() >= deadline || turn.signal.aborted || signal.aborted
      if (progress !== after || over) return progress
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  } finally {
    if (core.polls.get(id) === turn) core.polls.delete(id)
  }
}

function progressOf(core: Core, row: SessionRow): Progress {
  if (row.status !== 'INACTIVE' || Number(row.expires_at) <= core.settings.now()) return 'ended'
  if (row.parked !== '') return Number(row.parked_until) > core.settings.now() ? 'returned' : 'ended'
  return Number(row.started_at) > 0 ? 'started' : 'pending'
}
