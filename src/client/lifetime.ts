/** How long credentials may be used: a lifetime counted from their receipt, never two wall clocks compared. */

import { type Credentials, credentials } from '../protocol/credentials.ts'
import { type Infer, object, whole } from '../protocol/schema.ts'

/** Kept for an hour at most, whatever the authorization server says. */
const longestSeconds = 3_600
/** A token must outlive the call it is for. */
const leewaySeconds = 10
/** The backend renews in the last half minute; before that, asking it would bring the same token. */
const aheadSeconds = 20
const jitterSeconds = 10

/** Credentials as they are stored; times in milliseconds. */
export const received = object({
  credentials,
  receivedAt: whole(),
  /** Until then they are given without a further thought. */
  freshMilliseconds: whole(),
  /** Until then they are given, and renewed behind. */
  usableMilliseconds: whole(),
})
export type Received = Infer<typeof received>

/** Credentials that are in memory under their cache key. */
export interface Kept extends Received {
  readonly name: string
  /** When they were received, on the clock of `performance.now()`. */
  readonly since: number
}

/** Gives credentials that have just been received their time. */
export function receive(given: Credentials, receivedAt: number): Received {
  const lifetime = Math.min(given.expiresInSeconds ?? longestSeconds, longestSeconds)
  const usable = Math.max(0, lifetime - leewaySeconds)
  // Not all at once, where many pages received theirs together; and not for ever, where a token is short-lived.
  const fresh = Math.max(lifetime - aheadSeconds - Math.random() * jitterSeconds, lifetime / 2)
  return {
    credentials: given,
    receivedAt,
    freshMilliseconds: Math.floor(Math.min(fresh, usable) * 1_000),
    usableMilliseconds: usable * 1_000,
  }
}

/** Takes credentials into memory. */
export function keptOf(name: string, value: Received, now: number): Kept {
  return { ...value, name, since: performance.now() - (now - value.receivedAt) }
}

/** Whether credentials are younger than that.
 *
 * Two clocks, the safer one counts: the wall clock can be set, the other may stand still while a computer sleeps.
 */
export function isWithin({ receivedAt, since }: Kept, milliseconds: number, now: number): boolean {
  const age = now - receivedAt
  return age >= 0 && age < milliseconds && performance.now() - since < milliseconds
}

/** Credentials with the seconds that are left of them now. */
export function present({ credentials: given, receivedAt }: Received, now: number): Credentials {
  const { expiresInSeconds } = given
  return {
    ...given,
    expiresInSeconds: expiresInSeconds && Math.max(0, expiresInSeconds - Math.ceil((now - receivedAt) / 1_000)),
  }
}
