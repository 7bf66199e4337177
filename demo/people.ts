/** Who can sign in to the demo's host app, and who is signed in. */

import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'

export const people = { ana: 'Ana', ben: 'Ben' } as const
export type PersonId = keyof typeof people

/** The person of a request.
 *
 * In a frame of another site no cookie survives, so the page there keeps its session itself and names it in a header, which
 * no other origin can send.
 */
export function personOf(context: Context): PersonId | undefined {
  return personNamed(context.req.header('x-demo-person') ?? getCookie(context, 'demo_user'))
}

/** @returns undefined where there is no such person */
export function personNamed(name: unknown): PersonId | undefined {
  return name === 'ana' || name === 'ben' ? name : undefined
}
