/** Adds, changes and removes connectors over the API, without a new start. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { ClientFields, ConnectorBody, SavedConnector } from '../../protocol/connector-registration.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { lintConnector } from '../catalogue/lint/lint.ts'
import { urlsOf } from '../catalogue/lint/record-urls.ts'
import { record } from '../audit.ts'
import { refuseUnlessPublic } from '../egress/egress.ts'
import type { Core } from '../core.ts'
import { requireUsable } from './client-faults.ts'
import { requireRecord } from './find.ts'
import { refuseMoved } from './moved.ts'
import { forgetRemoved, keepRemoved } from './removed.ts'
import { saveRegistration } from './registrations.ts'

/**
 * Saves a connector's record, its client registration, or both.
 *
 * @throws {InvalidRequestError} `connector_invalid` with every fault of the record · `unknown_connector` · `connector_moved`
 */
export async function saveConnector(core: Core, id: string, body: ConnectorBody): Promise<SavedConnector> {
  const before = await addedConnector(core, id)
  const { found, warnings } = body.record === undefined ? { warnings: [] } : checkRecord(id, body.record)
  if (found) checkEndpoints(core, found)
  if (found && body.move !== true) await refuseMoved(core, found, body.client)
  const usable = found ?? (await requireRecord(core, id))
  if (body.client) requireUsable(usable, body.client)
  const change = {
    record: found ? JSON.stringify(found) : before.record,
    registration: await registrationOf(core, id, body.client, before.registration),
    updated_at: core.settings.now(),
  }
  await core.store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('connector')
      .values({ space: core.settings.space, id, created_at: core.settings.now(), ...change })
      .onConflict((on) => on.columns(['space', 'id']).doUpdateSet(change))
      .execute()
    if (found) await forgetRemoved(core, id, trx)
    await record(core, { event: 'connector.saved', connectorId: id }, trx)
  })
  return { id, warnings }
}

/** What stands there now; '' where nothing does. */
async function addedConnector(
  core: Core,
  id: string,
): Promise<{ readonly record: string; readonly registration: string }> {
  const row = await core.store.db
    .selectFrom('connector')
    .select(['record', 'registration'])
    .where('space', '=', core.settings.space)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? { record: '', registration: '' }
}

/**
 * Removes what was added for a connector; its connections stay, and work again when it is back.
 *
 * @throws {InvalidRequestError} `unknown_connector`
 */
export async function removeConnector(core: Core, id: string): Promise<void> {
  await core.store.db.transaction().execute(async (trx) => {
    const gone = await trx
      .deleteFrom('connector')
      .where('space', '=', core.settings.space)
      .where('id', '=', id)
      .returning('record')
      .executeTakeFirst()
    if (!gone) throw new InvalidRequestError('unknown_connector', `No connector ${id} was added over the API.`)
    await keepRemoved(core, id, gone.record, trx)
    await record(core, { event: 'connector.removed', connectorId: id }, trx)
  })
}

/** A literal address that is not public would be refused at every use; here it is told at once (attack 37). */
function checkEndpoints(core: Core, record: ConnectorRecord): void {
  for (const [field, template] of urlsOf(record)) {
    if (template.includes('{')) continue
    const url = new URL(template)
    if (core.settings.allowedEgress.includes(url.origin)) continue
    try {
      refuseUnlessPublic(url)
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error
      throw new InvalidRequestError('connector_invalid', `record.${field}: ${error.message}`)
    }
  }
}

async function registrationOf(core: Core, id: string, client: ClientFields | undefined, before: string) {
  return client ? saveRegistration(core, id, client) : before
}

function checkRecord(
  id: string,
  candidate: unknown,
): { readonly found: ConnectorRecord; readonly warnings: SavedConnector['warnings'] } {
  const { record: found, findings } = lintConnector(candidate)
  const faults = findings.filter(({ level }) => level === 'fault')
  if (!found || faults.length > 0) {
    const told = faults.map(({ field, mend }) => `${field}: ${mend}`).join('; ')
    throw new InvalidRequestError('connector_invalid', `record: ${told.slice(0, 1_500)}.`)
  }
  if (found.id !== id) throw new InvalidRequestError('connector_invalid', `record.id: write ${id}, as in the path.`)
  return { found, warnings: findings.map(({ field, mend }) => ({ field, mend })) }
}
