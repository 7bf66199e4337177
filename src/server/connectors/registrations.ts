/** Client registrations that came over the API: sealed, and of one space. */

import type { ClientFields } from '../../protocol/connector-registration.ts'
import { parse } from '../../protocol/parse.ts'
import { anything, object, record, text } from '../../protocol/schema.ts'
import { record as recordEvent } from '../audit.ts'
import type { Core } from '../core.ts'
import { hmac } from '../digest.ts'
import type { Client } from '../oauth/client-authentication.ts'
import { Secret } from '../secret.ts'

const sealed = object({}, { clientSecret: text({ maxLength: 4_000 }), privateKey: record(anything) })

const context = (id: string) => ['client_registration', id, 'secret', 0]

/**
 * Stores a registration; the same client id again takes the new secret, for all connections that use it.
 *
 * @returns Its id.
 */
export async function saveRegistration(core: Core, connectorId: string, client: ClientFields): Promise<string> {
  const id = hmac(core.spaceKey, ['client_registration', connectorId, client.clientId]).toString('hex').slice(0, 32)
  const { clientId, ...secrets } = client
  const secret = await core.sealer.seal(JSON.stringify(secrets), '', context(id))
  const row = {
    id,
    space: core.settings.space,
    connector: connectorId,
    client_id: clientId,
    secret,
    created_at: core.settings.now(),
  }
  await core.store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('client_registration')
      .values(row)
      .onConflict((on) => on.column('id').doUpdateSet({ secret }))
      .execute()
    await recordEvent(core, { event: 'client_registration.saved', target: id, connectorId }, trx)
  })
  return id
}

/** The stored registration with this id; undefined where there is none for this connector. */
export async function findRegistration(core: Core, connectorId: string, id: string): Promise<Client | undefined> {
  const row = await core.store.db
    .selectFrom('client_registration')
    .selectAll()
    .where('id', '=', id)
    .where('space', '=', core.settings.space)
    .where('connector', '=', connectorId)
    .executeTakeFirst()
  if (!row) return undefined
  const { clientSecret, privateKey } = parse(
    sealed,
    JSON.parse(await core.sealer.open(row.secret, '', context(row.id))),
  )
  return {
    clientId: row.client_id,
    clientSecret: clientSecret ? new Secret(clientSecret) : undefined,
    privateKey: privateKey ? new Secret(JSON.stringify(privateKey)) : undefined,
  }
}
