/** Revocations that are still to be made: queued with the end of their connection, tried until they are done. */

import { type Transaction, sql } from 'kysely'
import type { Disconnected } from '../../protocol/connection.ts'
import { parse } from '../../protocol/parse.ts'
import { object, text } from '../../protocol/schema.ts'
import { requireConnector } from '../connectors/find.ts'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import { contactOf } from '../oauth/contact.ts'
import { measured } from '../oauth/measured.ts'
import { type RevocationResult, revokeTokens } from '../oauth/revoke.ts'
import type { Tables } from '../stores/tables.ts'
import { type Details, readDetails, writeDetails } from './details.ts'
import type { ConnectionRow } from './rows.ts'

/** Whose tokens are to be ended. */
type EndedConnection = Pick<
  ConnectionRow,
  'space' | 'org' | 'tenant' | 'subject' | 'connector' | 'connection_id' | 'registration'
>

/** What is to be ended. */
export interface EndedTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly details: Details
}

const sealedTokens = object({
  accessToken: text({ maxLength: 16_384 }),
  refreshToken: text({ maxLength: 16_384 }),
  details: text({ maxLength: 200_000 }),
})

/** After this many tries, about two days, the tokens are left to expire. */
const maxTries = 14
const firstWaitMs = 30_000
const longestWaitMs = 21_600_000
/** How long one try owns its row. */
const tryingMs = 60_000

/** A revocation, sealed before the transaction that writes it: what seals may have to read the store itself. */
export interface QueuedRevocation {
  readonly id: string
  write(trx: Transaction<Tables>): Promise<void>
}

/** Prepares a revocation for the transaction that ends its connection. */
export async function prepareRevocation(
  core: Core,
  connection: EndedConnection,
  tokens: EndedTokens,
): Promise<QueuedRevocation> {
  const id = randomHex(128)
  const { accessToken, refreshToken, details } = tokens
  const plain = JSON.stringify({ accessToken, refreshToken, details: writeDetails(details) })
  const { space, org, tenant, subject, connector, connection_id, registration } = connection
  const values = {
    id,
    space,
    org,
    tenant,
    subject,
    connector,
    connection_id,
    registration,
    sealed: await core.sealer.seal(plain, tenant, ['revocation', id, 'sealed', 0]),
    tries: 0,
    next_at: 0,
    created_at: core.settings.now(),
  }
  return { id, write: async (trx) => void (await trx.insertInto('revocation').values(values).execute()) }
}

/** Tries one queued revocation now; what fails stays queued. */
export async function tryRevocation(core: Core, id: string): Promise<Disconnected['revocation']> {
  const { clock, db } = core.store
  const owned = await db
    .updateTable('revocation')
    .set((eb) => ({ tries: eb('tries', '+', 1), next_at: sql<number>`${clock} + ${tryingMs}` }))
    .where('id', '=', id)
    .where('next_at', '<=', clock)
    .returningAll()
    .executeTakeFirst()
  // Another process has it.
  if (!owned) return 'failed_will_retry'
  const trying = revoke(core, owned)
  core.redemptions.add(trying)
  const result = await trying.finally(() => core.redemptions.delete(trying))
  const givenUp = result === 'failed' && owned.tries >= maxTries
  if (result === 'failed' && !givenUp) return postpone(core, owned)
  await db.deleteFrom('revocation').where('id', '=', id).execute()
  const about = { target: id, ...aboutConnection(owned) }
  if (result === 'revoked') await record(core, { event: 'revocation.done', ...about })
  if (result !== 'failed') return result
  core.settings.logger.error('a revocation was given up', { connector: owned.connector })
  await record(core, { event: 'revocation.failed', ...about, result: 'failure', reason: 'given_up' })
  return 'failed_will_retry'
}

/** Waits longer each time. */
async function postpone(core: Core, { id, tries, connector }: Tables['revocation']): Promise<'failed_will_retry'> {
  const { clock, db } = core.store
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1))
  await db
    .updateTable('revocation')
    .set({ next_at: sql<number>`${clock} + ${waitMs}` })
    .where('id', '=', id)
    .execute()
  core.settings.logger.warn('a revocation failed and will be tried again', { connector })
  return 'failed_will_retry'
}

/** Tries all revocations that are due. @returns how many there were. */
export async function tryDueRevocations(core: Core): Promise<number> {
  const due = await core.store.db
    .selectFrom('revocation')
    .select('id')
    .where('space', '=', core.settings.space)
    .where('next_at', '<=', core.store.clock)
    .orderBy('next_at')
    .limit(100)
    .execute()
  for (const { id } of due) await tryRevocation(core, id)
  return due.length
}

async function revoke(
  core: Core,
  row: Pick<Tables['revocation'], 'id' | 'tenant' | 'connector' | 'registration' | 'sealed'>,
): Promise<RevocationResult> {
  try {
    const plain: unknown = JSON.parse(
      await core.sealer.open(row.sealed, row.tenant, ['revocation', row.id, 'sealed', 0]),
    )
    const { accessToken, refreshToken, details: text } = parse(sealedTokens, plain)
    const details = readDetails(text)
    const connector = await requireConnector(core, row.connector, row.registration)
    const { record: rules } = connector
    if (rules.method === 'oauth2') {
      const contact = await contactOf(core.discover, { ...connector, record: rules }, details)
      return await revokeTokens(measured(core, rules.id, 'revoke'), contact, { accessToken, refreshToken })
    }
    const scheme = core.settings.custom.get(rules.id)
    if (!scheme?.revoke) return 'unsupported'
    await scheme.revoke({ accessToken, refreshToken, values: details.inputs })
    return 'revoked'
  } catch (error) {
    core.settings.logger.warn('tokens could not be revoked', { connector: row.connector, error })
    return 'failed'
  }
}
