/** A record for each quirk that a service may have: what a fake, a backend and a test can be held against. */

import type { Quirk } from './quirk.ts'
import { authorizeQuirks } from './quirks-authorize.ts'
import { enteredQuirks } from './quirks-entered.ts'
import { tokenQuirks } from './quirks-token.ts'

const all = { ...authorizeQuirks, ...tokenQuirks, ...enteredQuirks } satisfies Readonly<Record<string, Quirk>>

export type QuirkName = keyof typeof all

/** The quirks by name; a record's id is its name. */
export const quirks: ReadonlyMap<string, Quirk> = new Map(
  Object.entries<Quirk>(all).map(([name, quirk]) => [name, { ...quirk, record: { ...quirk.record, id: name, name } }]),
)
