/** What an attempt keeps sealed: what its road needs here, and the answer between its arrival and its redemption. */

import { parse } from '../../protocol/parse.ts'
import { type Infer, object, text } from '../../protocol/schema.ts'
import type { Core } from '../core.ts'
import type { SessionRow } from './rows.ts'

const sessionDetails = object(
  {
    /** Inputs and proof key, as a connection keeps them. */
    details: text({ maxLength: 200_000 }),
  },
  {
    /** Host callback, typed code: the verifier is kept here. */
    verifier: text(),
    /** Bridge: given out only for the binding secret. */
    authorizationUrl: text({ maxLength: 16_384 }),
    deviceCode: text({ maxLength: 4_000 }),
    deviceIntervalSeconds: text({ maxLength: 10 }),
  },
)
export type SessionDetails = Infer<typeof sessionDetails>

const context = (id: string, column: 'details' | 'parked') => ['auth_session', id, column, 0]

export function sealDetails(
  core: Core,
  place: { readonly id: string; readonly tenant: string },
  details: SessionDetails,
) {
  const bare = details.details === '' && Object.keys(details).length === 1
  return core.sealer.seal(bare ? '' : JSON.stringify(details), place.tenant, context(place.id, 'details'))
}

export async function openSessionDetails(core: Core, row: SessionRow): Promise<SessionDetails> {
  const text = await core.sealer.open(row.details, row.tenant, context(row.id, 'details'))
  return text === '' ? { details: '' } : parse(sessionDetails, JSON.parse(text))
}

/** @param query - The callback's query string. */
export function sealParked(core: Core, row: SessionRow, query: string): Promise<string> {
  return core.sealer.seal(query, row.tenant, context(row.id, 'parked'))
}

/** The parked query; '' where there is none, or its time is up. */
export async function openParked(core: Core, row: SessionRow): Promise<string> {
  if (Number(row.parked_until) <= core.settings.now()) return ''
  return core.sealer.open(row.parked, row.tenant, context(row.id, 'parked'))
}
