/** API keys: made, listed by their last four digits, ended. */

import { timingSafeEqual } from 'node:crypto'
import type { ApiKeyCreated, ApiKeyRequest, ApiKeys } from '../../protocol/api-key.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import { randomHex, sha256 } from '../digest.ts'
import { prepare } from '../stores/prepared.ts'

const lastFourOf = (key: string) => key.slice(-4)
const configuredId = (index: number) => `configured-${index + 1}`
const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString()

/** Makes an API key; only its hash is stored, so this answer is the only one that shows it. */
export async function createApiKey(core: Core, { name }: ApiKeyRequest): Promise<ApiKeyCreated> {
  const key = `cak_${randomHex(256)}`
  const id = `key_${randomHex(128)}`
  const now = core.settings.now()
  const values = { id, name, last_four: lastFourOf(key), created_at: now, revoked_at: 0 }
  await core.store.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('api_key')
      .values({ hash: sha256(key), space: core.settings.space, ...values })
      .execute()
    await record(core, { event: 'api_key.created', target: id }, trx)
  })
  return { id, name, key, lastFour: lastFourOf(key), createdAt: isoTime(now) }
}

/** Lists the keys of the configuration, then those of the store, oldest first. */
export async function listApiKeys(core: Core): Promise<ApiKeys> {
  const rows = await core.store.db
    .selectFrom('api_key')
    .select(['id', 'name', 'last_four', 'created_at', 'revoked_at'])
    .where('space', '=', core.settings.space)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const configured = core.settings.apiKeys.map((key, index) => ({
    id: configuredId(index),
    name: configuredId(index),
    lastFour: lastFourOf(key.reveal()),
    createdAt: null,
    revokedAt: null,
  }))
  const stored = rows.map((row) => ({
    id: row.id,
    name: row.name,
    lastFour: row.last_four,
    createdAt: isoTime(Number(row.created_at)),
    revokedAt: Number(row.revoked_at) === 0 ? null : isoTime(Number(row.revoked_at)),
  }))
  return { apiKeys: [...configured, ...stored] }
}

/**
 * Ends an API key; it is read at each request, so it ends everywhere at once. Ending it twice is ending it.
 *
 * @throws {InvalidRequestError} `not_found` · `api_key_configured`
 */
export async function revokeApiKey(core: Core, id: string): Promise<void> {
  if (core.settings.apiKeys.some((_, index) => configuredId(index) === id)) {
    throw new InvalidRequestError(
      'api_key_configured',
      `The API key ${id} stands in the configuration. Take it out there and start the backend again.`,
    )
  }
  await core.store.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('api_key')
      .select('revoked_at')
      .where('space', '=', core.settings.space)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new InvalidRequestError('not_found', 'There is no such API key.')
    const ended = await trx
      .updateTable('api_key')
      .set({ revoked_at: core.settings.now() })
      .where('space', '=', core.settings.space)
      .where('id', '=', id)
      .where('revoked_at', '=', 0)
      .executeTakeFirst()
    if (ended.numUpdatedRows > 0n) await record(core, { event: 'api_key.revoked', target: id }, trx)
  })
}

/** The id of a key that is valid now; undefined for any other text. */
export async function findApiKey(core: Core, key: string): Promise<string | undefined> {
  const hash = sha256(key)
  const digest = Buffer.from(hash)
  // Every configured key is compared, and all in the same time.
  const matches = core.settings.apiKeys.map((own) => timingSafeEqual(Buffer.from(sha256(own.reveal())), digest))
  const index = matches.indexOf(true)
  if (index >= 0) return configuredId(index)
  const [row] = await keyByHash(core.store, { hash, space: core.settings.space })
  return row && Number(row.revoked_at) === 0 ? row.id : undefined
}

const keyByHash = prepare(['hash', 'space'], (db, value) =>
  db
    .selectFrom('api_key')
    .select(['id', 'revoked_at'])
    .where('hash', '=', value('hash'))
    .where('space', '=', value('space')),
)
