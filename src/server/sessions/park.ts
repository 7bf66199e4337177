/** Keeps an answer that came back to the backend until whoever started the attempt fetches it. */

import { timingSafeEqual } from 'node:crypto'
import { AuthenticationError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { randomHex, sha256 } from '../digest.ts'
import { erased } from '../sealing/sealed-columns.ts'
import { contactOfSession } from './contact-of-session.ts'
import { readAnswer } from './redeem.ts'
import type { SessionRow } from './rows.ts'
import { sealParked } from './sealed.ts'

/** How long an answer waits: for a page or a host that is there, or for a person who types. */
const parkedSeconds = { bridge: 60, host_callback: 60, typed_code: 300 }

type ParkedRoad = keyof typeof parkedSeconds

/** What parking an answer gave. */
export type Parked =
  | { readonly road: 'bridge'; readonly returnTo: string }
  | { readonly road: 'host_callback'; readonly location: string }
  | { readonly road: 'typed_code'; readonly code: string }

/**
 * Parks an answer, the first one only. On the bridge only for the browser that holds the attempt's binding secret;
 * nothing is stored, and nothing ends, before that was looked at (attacks 1, 3, 4, 9).
 *
 * @param secret - The binding cookie's value.
 * @throws {AuthenticationError} `not_started_here` · `state_mismatch` · `issuer_mismatch` · `session_expired` ·
 *   `session_consumed`
 */
export async function parkAnswer(
  core: Core,
  row: SessionRow,
  query: string,
  secret: string | undefined,
): Promise<Parked> {
  if (row.road === 'bridge' && !(secret && sameText(sha256(secret), row.binding_hash)))
    throw new AuthenticationError('not_started_here', 'This connection was not started in this browser.')
  if (Number(row.expires_at) <= core.settings.now())
    throw new AuthenticationError('session_expired', 'The attempt has expired. Start the connection again.')
  readAnswer(row, await contactOfSession(core, row), query)
  const road = roadOf(row)
  const code = road === 'typed_code' ? typedCode() : randomHex(256)
  const parked = await core.store.db
    .updateTable('auth_session')
    .set({
      parked: await sealParked(core, row, query),
      parked_until: core.settings.now() + parkedSeconds[road] * 1_000,
      completion_hash: road === 'bridge' ? '' : completionHash(row.id, code),
    })
    .where('id', '=', row.id)
    .where('status', '=', 'INACTIVE')
    .where('parked', '=', '')
    .executeTakeFirst()
  if (parked.numUpdatedRows === 0n)
    throw new AuthenticationError('session_consumed', 'The attempt was already finished by another answer.')
  return parkedOf(road, row, code)
}

/** Erases answers whose time is up; what stands in their place keeps a second answer out. */
export async function forgetParkedAnswers({ settings, store }: Core): Promise<void> {
  await store.db
    .updateTable('auth_session')
    .set({ parked: erased, parked_until: 0 })
    .where('parked_until', '>', 0)
    .where('parked_until', '<=', settings.now())
    .execute()
}

function parkedOf(road: ParkedRoad, row: SessionRow, code: string): Parked {
  switch (road) {
    case 'bridge':
      return { road, returnTo: row.return_to }
    case 'host_callback': {
      const url = new URL(row.return_to)
      url.searchParams.set('session', row.id)
      url.searchParams.set('completion', code)
      return { road, location: url.href }
    }
    case 'typed_code':
      return { road, code: `${code.slice(0, 4)}-${code.slice(4)}` }
  }
}

function roadOf({ road }: SessionRow): ParkedRoad {
  if (road === 'bridge' || road === 'host_callback' || road === 'typed_code') return road
  throw new AuthenticationError('not_started_here', 'This connection was not started here.')
}

/** Eight characters that are not taken for each other: 40 bits, five tries. */
function typedCode(): string {
  const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ0123456789'
  return [...Buffer.from(randomHex(64), 'hex')].map((byte) => alphabet[byte % 32]).join('')
}

/** The hash of a completion code, bound to its attempt; a typed one reads the same in any case and spacing. */
export function completionHash(sessionId: string, code: string): string {
  const written = code.length > 20 ? code : code.toUpperCase().replaceAll(/[\s-]/g, '')
  return sha256(`${sessionId}.${written}`)
}

/** Compares two digests of equal length in constant time. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
