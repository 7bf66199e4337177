/** A standing authorization, as the backend tells of it. */

import { connectionId, connectorId, scope } from './ids.ts'
import { type Infer, list, nullable, object, oneOf, text } from './schema.ts'

/** Scopes asked for, scopes given, and the difference. */
export const scopes = object({ requested: list(scope), granted: list(scope), missing: list(scope) })
export type Scopes = Infer<typeof scopes>

/** Whose account at the third party it is; `name` is for people, `id` is stable. */
export const account = object({ id: text({ maxLength: 300 }), name: text({ maxLength: 300 }) })
export type Account = Infer<typeof account>

export const connection = object({
  connectorId,
  connectionId,
  status: oneOf('active', 'needs_reconnect'),
  /** Why it needs a reconnect; null while it is active. */
  reason: nullable(text()),
  owner: oneOf('user', 'shared'),
  account: nullable(account),
  scopes,
  /** ISO 8601 in UTC. */
  createdAt: text(),
  updatedAt: text(),
})
export type Connection = Infer<typeof connection>

export const connections = object({ connections: list(connection, { maxItems: 10_000 }) })

/** What became of the tokens at the authorization server (RFC 7009) when a connection was ended here. */
export const disconnected = object({ revocation: oneOf('revoked', 'unsupported', 'failed_will_retry') })
export type Disconnected = Infer<typeof disconnected>
