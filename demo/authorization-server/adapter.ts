/** Keeps every model of oidc-provider in SQLite, so that grants and refresh tokens outlive a restart. */
import type { DatabaseSync } from 'node:sqlite'
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { parseObject } from './database.ts'

/** Makes the storage adapter of one oidc-provider model.
 *
 * @param options - `onReuse` hears of a refresh token that lost a race against itself.
 */
export function createAdapter(options: {
  readonly database: DatabaseSync
  readonly model: string
  readonly onReuse: () => void
}): Adapter {
  const { database, model } = options
  const find = (column: 'id' | 'uid' | 'user_code', value: string): AdapterPayload | undefined =>
    readPayload(
      database
        .prepare(
          `SELECT payload, consumed_at FROM record
           WHERE model = ? AND ${column} = ? AND (expires_at = 0 OR expires_at > unixepoch())`,
        )
        .get(model, value),
    )
  return {
    upsert: async (id, payload, expiresIn) => upsert(database, { model, id, payload, expiresIn }),
    find: async (id) => find('id', id),
    findByUid: async (uid) => find('uid', uid),
    findByUserCode: async (userCode) => find('user_code', userCode),
    consume: async (id) => consume(options, id),
    destroy: async (id) => {
      database.prepare('DELETE FROM record WHERE model = ? AND id = ?').run(model, id)
    },
    revokeByGrantId: async (grantId) => {
      database.prepare('DELETE FROM record WHERE model = ? AND grant_id = ?').run(model, grantId)
    },
  }
}

function readPayload(row: Record<string, unknown> | undefined): AdapterPayload | undefined {
  if (typeof row?.['payload'] !== 'string') return undefined
  const payload: AdapterPayload = parseObject(row['payload'])
  return row['consumed_at'] ? { ...payload, consumed: row['consumed_at'] } : payload
}

function upsert(
  database: DatabaseSync,
  record: { model: string; id: string; payload: AdapterPayload; expiresIn: number | undefined },
): void {
  const { model, id, payload, expiresIn } = record
  const expiresAt = expiresIn ? Math.floor(Date.now() / 1000) + expiresIn : 0
  database
    .prepare(
      `INSERT INTO record (model, id, payload, grant_id, uid, user_code, consumed_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?)
       ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
         uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`,
    )
    .run(
      model,
      id,
      JSON.stringify(payload),
      payload.grantId ?? '',
      payload.uid ?? '',
      payload.userCode ?? '',
      expiresAt,
    )
}

/** oidc-provider reads a token and marks it used in two steps; two refreshes at the same moment would both pass. One
 * conditional write decides the race, and the loser ends the family exactly as a later reuse does. */
function consume(options: { database: DatabaseSync; model: string; onReuse: () => void }, id: string): void {
  const { database, model } = options
  const used = database
    .prepare('UPDATE record SET consumed_at = unixepoch() WHERE model = ? AND id = ? AND consumed_at = 0')
    .run(model, id)
  if (used.changes === 1) return
  database
    .prepare(
      "DELETE FROM record WHERE grant_id <> '' AND grant_id = (SELECT grant_id FROM record WHERE model = ? AND id = ?)",
    )
    .run(model, id)
  if (model === 'RefreshToken') options.onReuse()
  throw new errors.InvalidGrant('grant used twice at the same moment')
}
