/** The authorization server of an attempt, as the attempt began. */

import { type Details, readDetails } from '../connections/details.ts'
import { requireOAuth } from '../connectors/find.ts'
import type { Core } from '../core.ts'
import { type Contact, contactOf } from '../oauth/contact.ts'
import type { SessionRow } from './rows.ts'
import { openSessionDetails } from './sealed.ts'

/** What the attempt has gathered: inputs, proof key, and what was captured so far. */
export async function detailsOfSession(core: Core, row: SessionRow): Promise<Details> {
  return readDetails((await openSessionDetails(core, row)).details)
}

/**
 * @param captured - Values of the callback, which the token endpoint's URL may need.
 * @throws as `requireConnector` and `contactOf`
 */
export async function contactOfSession(
  core: Core,
  row: SessionRow,
  captured: Details['captured'] = {},
): Promise<Contact> {
  const connector = await requireOAuth(core, row.connector, row.registration)
  const details = await detailsOfSession(core, row)
  return contactOf(core.discover, connector, { ...details, captured })
}
