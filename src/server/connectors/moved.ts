/** Keeps credentials that the store has from going to a host that they were not for. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { ClientFields } from '../../protocol/connector-registration.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { requireRecord } from './find.ts'
import { clientHosts, credentialHosts } from './receivers.ts'
import { removedRecord } from './removed.ts'

/**
 * Compares a new record with the one that stands, or stood last: where somebody is connected, where tokens are still to be
 * revoked, and where a client's secret is kept.
 *
 * @param client - a registration that comes with the record, in the place of the one that is kept.
 * @throws {InvalidRequestError} `connector_moved`
 */
export async function refuseMoved(
  core: Core,
  record: ConnectorRecord,
  client: ClientFields | undefined,
): Promise<void> {
  const kept = await keptFor(core, record.id, client)
  if (!kept) return
  const before = await lastRecord(core, record.id)
  // The configuration's own client may have waited for this record.
  if (!before && kept.configured) return
  const known = new Set(before && kept.hostsOf(before))
  // Nothing known to compare with is no permission.
  const moved = kept.hostsOf(record).filter((host) => !known.has(host))
  if (moved.length === 0) return
  throw new InvalidRequestError(
    'connector_moved',
    `${kept.what}, and would go to ${moved.join(', ')} instead of ${[...known].join(', ') || 'a host that nobody knows any more'}. ${record.id} was not saved.`,
  )
}

async function lastRecord(core: Core, id: string): Promise<ConnectorRecord | undefined> {
  try {
    return await requireRecord(core, id)
  } catch (error) {
    if (!(error instanceof InvalidRequestError && error.reason === 'unknown_connector')) throw error
    return removedRecord(core, id)
  }
}

interface Kept {
  /** The beginning of a sentence. */
  readonly what: string
  /** Whether it is of the configuration, and of nothing else. */
  readonly configured?: boolean
  hostsOf(record: ConnectorRecord): readonly string[]
}

async function keptFor(core: Core, id: string, client: ClientFields | undefined): Promise<Kept | undefined> {
  if (await hasRow(core, 'connection', id))
    return { what: `The credentials of accounts are kept for ${id}`, hostsOf: credentialHosts }
  // The connections of these have ended.
  if (await hasRow(core, 'revocation', id))
    return { what: `Tokens are still to be revoked for ${id}`, hostsOf: clientHosts }
  if (client) return undefined
  const what = `A client registration is kept for ${id}`
  if (await hasRow(core, 'client_registration', id)) return { what, hostsOf: clientHosts }
  return core.settings.clients.has(id) ? { what, hostsOf: clientHosts, configured: true } : undefined
}

async function hasRow(core: Core, table: 'connection' | 'revocation' | 'client_registration', id: string) {
  const row = await core.store.db
    .selectFrom(table)
    .select('space')
    .where('space', '=', core.settings.space)
    .where('connector', '=', id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
