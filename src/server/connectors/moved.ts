/** Keeps the refresh tokens of standing connections from going to a host that they did not come from. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { urlsOf } from '../catalogue/lint/record-urls.ts'
import type { Core } from '../core.ts'
import { requireRecord } from './find.ts'

const receivers = new Set(['issuer', 'token.url', 'refresh.url', 'revoke.url'])

/**
 * Compares a new record with the one that stands, where somebody is connected.
 *
 * @throws {InvalidRequestError} `connector_moved`
 */
export async function refuseMoved(core: Core, record: ConnectorRecord): Promise<void> {
  const { space } = core.settings
  const connected = await core.store.db
    .selectFrom('connection')
    .select('row_id')
    .where('space', '=', space)
    .where('connector', '=', record.id)
    .limit(1)
    .executeTakeFirst()
  if (!connected) return
  const before = await requireRecord(core, record.id).catch(() => undefined)
  // The record that the connections came from is gone: nothing is known to compare with.
  if (!before) return
  const known = hostsOf(before)
  const moved = [...hostsOf(record)].filter((host) => !known.has(host))
  if (moved.length === 0) return
  throw new InvalidRequestError(
    'connector_moved',
    `Accounts are connected with ${record.id}, and their tokens would go to ${moved.join(', ')} instead of ${[...known].join(', ') || 'nowhere'}. Nothing was saved.`,
  )
}

/** Scheme and host of what gets refresh tokens and the client's secret; templates count as they are written. */
function hostsOf(record: ConnectorRecord): ReadonlySet<string> {
  const urls = urlsOf(record).filter(([field]) => receivers.has(field))
  return new Set(urls.map(([, url]) => url.split('/', 3).join('/')))
}
