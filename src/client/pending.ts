/** Attempts under way, as they are kept for a reload, another tab, or the return of a full-page redirect. */

import { pageSession } from '../protocol/auth-session.ts'
import { fit } from '../protocol/fit.ts'
import { codeVerifier, connectionId, connectorId } from '../protocol/ids.ts'
import { type Infer, flag, list, object, text, whole } from '../protocol/schema.ts'
import type { PendingPlace } from './pending-place.ts'

const record = object(
  {
    created: pageSession,
    verifier: codeVerifier,
    secret: codeVerifier,
    connectorId,
    /** Whether this tab was left for it. */
    left: flag,
    /** On the wall clock, in milliseconds: the page that reads it has a clock of its own. */
    startedAt: whole(),
    expiresAt: whole(),
  },
  {
    connectionId,
    new: flag,
    scopes: list(text()),
    force: flag,
    /** Whether something was typed for it, which no record has. */
    typed: flag,
    /** Where the bridge goes on to. */
    returnTo: text({ maxLength: 16_384 }),
  },
)

/** An attempt under way. */
export type Pending = Infer<typeof record>

const longestMilliseconds = 600_000

/** Reads the attempts whose time is not up, the latest first. */
export async function listPending(place: PendingPlace, now: number): Promise<readonly Pending[]> {
  const found = await Promise.all((await place.names()).map(async (name) => readPending(place, name, now)))
  return found.filter((one) => one !== undefined).sort((a, b) => b.startedAt - a.startedAt)
}

async function readPending(place: PendingPlace, name: string, now: number): Promise<Pending | undefined> {
  try {
    const pending = fit(record, await place.read(name))
    const left = pending.expiresAt - now
    if (left > 0 && left <= longestMilliseconds) return pending
    place.remove(pending.created.id)
  } catch {
    // Changed by somebody, or of another version: as if it were not there.
  }
  return undefined
}
