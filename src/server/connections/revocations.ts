/** Revocations that are still to be made: queued with the end of their connection, tried until they are done. */

import { type Transaction, sql } from 'kysely'
import type { Disconnected } from '../../protocol/connection.ts'
import { parse } from '../../protocol/parse.ts'
import { object, text } from '../../protocol/schema.ts'
import { requireConnector } from '../connectors/find.ts'
import { aboutConnection, record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex } from '../digest.ts'
import { inTime } from '../in-time.ts'
import { type Contact, contactOf } from '../oauth/contact.ts'
import { heeded, serverOf } from '../oauth/measured.ts'
import { revokeTokens } from '../oauth/revoke.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { readTokenResponse, rescueRefreshToken } from '../oauth/token-response.ts'
import type { Tables } from '../stores/tables.ts'
import { type Details, readDetails, writeDetails } from './details.ts'
import type { ConnectionRow } from './rows.ts'

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

/** Whose tokens they were. */
export type RevocationPlace = Pick<
  ConnectionRow,
  'space' | 'org' | 'tenant' | 'subject' | 'connector' | 'connection_id' | 'registration'
>

/** After this many tries, about two days, the tokens are left to expire. */
const maxTries = 14
const atOnce = 5
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
  connection: RevocationPlace,
  tokens: EndedTokens,
): Promise<QueuedRevocation> {
  const id = randomHex(128)
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
    sealed: await core.sealer.seal(plainOf(tokens), tenant, context(id)),
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
  const about = { target: id, ...aboutConnection(owned) }
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('revocation').where('id', '=', id).execute()
    if (result === 'revoked') await record(core, { event: 'revocation.done', ...about }, trx)
    if (givenUp)
      await record(core, { event: 'revocation.failed', ...about, result: 'failure', reason: 'given_up' }, trx)
  })
  if (result !== 'failed') return result
  core.settings.logger.error('a revocation was given up', { connector: owned.connector })
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
  // A few at once: one server that is down must not keep the others waiting.
  const next = due.values()
  const work = async () => {
    for (const { id } of next) await tryRevocation(core, id)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return due.length
}

/** Ends tokens that no connection holds: queued first, so that neither a crash nor a server that is down keeps them alive. */
export async function endTokens(core: Core, about: RevocationPlace, tokens: EndedTokens): Promise<void> {
  const queued = await prepareRevocation(core, about, tokens)
  await core.store.db.transaction().execute((trx) => queued.write(trx))
  await tryRevocation(core, queued.id)
}

type OwnedRow = Pick<Tables['revocation'], 'id' | 'tenant' | 'connector' | 'registration' | 'sealed'>

async function revoke(core: Core, row: OwnedRow): Promise<'revoked' | 'unsupported' | 'failed'> {
  try {
    const plain: unknown = JSON.parse(await core.sealer.open(row.sealed, row.tenant, context(row.id)))
    const { details: text, ...tokens } = parse(sealedTokens, plain)
    const details = readDetails(text)
    const connector = await requireConnector(core, row.connector, row.registration)
    const { record: rules } = connector
    if (rules.method === 'oauth2') {
      const contact = await contactOf(core.discover, { ...connector, record: rules }, details)
      return await core.pace.run(serverOf(contact), () => revokeGrant(core, row, contact, { ...tokens, details }))
    }
    const scheme = core.settings.custom.get(rules.id)
    if (!scheme?.revoke) return 'unsupported'
    const revoking = scheme.revoke({ ...tokens, values: details.inputs })
    await inTime(revoking, core.settings.limits.tokenEndpointSeconds, rules.name)
    return 'revoked'
  } catch (error) {
    core.settings.logger.warn('tokens could not be revoked', { connector: row.connector, error })
    return 'failed'
  }
}

/** Some services take only a living access token for a revocation; the refresh token gets one, once a try. */
async function revokeGrant(
  core: Core,
  row: OwnedRow,
  contact: Contact,
  ended: EndedTokens,
): Promise<'revoked' | 'unsupported' | 'failed'> {
  const first = await revokeTokens(heeded(core, contact, 'revoke'), contact, ended)
  if (first !== 'access_token_dead') return first
  // Nothing of the grant lives.
  if (ended.refreshToken === '') return 'revoked'
  const answer = await requestTokens(heeded(core, contact, 'refresh'), contact, { type: 'refresh_token', ...ended })
  const result = readTokenResponse(contact.record, answer, core.settings.now())
  if (result.kind === 'grant_rejected') return 'revoked'
  const rescued = rescueRefreshToken(contact.record, answer)
  const newest = { ...ended, refreshToken: rescued || ended.refreshToken }
  if (rescued) await keepNewest(core, row, newest)
  if (result.kind !== 'tokens') return 'failed'
  const { accessToken } = result.tokens
  const second = await revokeTokens(heeded(core, contact, 'revoke'), contact, { ...newest, accessToken })
  return second === 'access_token_dead' ? 'failed' : second
}

/** The next try needs the refresh token that lives. */
async function keepNewest(core: Core, row: OwnedRow, tokens: EndedTokens): Promise<void> {
  const sealed = await core.sealer.seal(plainOf(tokens), row.tenant, context(row.id))
  await core.store.db.updateTable('revocation').set({ sealed }).where('id', '=', row.id).execute()
}

const context = (id: string) => ['revocation', id, 'sealed', 0]

const plainOf = ({ accessToken, refreshToken, details }: EndedTokens): string =>
  JSON.stringify({ accessToken, refreshToken, details: writeDetails(details) })
