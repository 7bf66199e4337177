/** The audit: what was changed or refused, when, by whom. */

import { connectorId, groupName, subject } from './ids.ts'
import { type Infer, list, nullable, object, oneOf, text } from './schema.ts'

/** What can be recorded; a closed list, so that a reader can rely on the names. */
const auditEventName = oneOf(
  'connect_token.minted',
  'connect_token.revoked',
  'api_key.created',
  'api_key.revoked',
  'auth_session.created',
  'auth_session.failed',
  'connection.connected',
  'connection.reconnected',
  'connection.disconnected',
  'connection.needs_reconnect',
  'connection.refreshed',
  'revocation.done',
  'revocation.failed',
  'connector.saved',
  'connector.removed',
  'client_registration.saved',
  'access.refused',
)
export type AuditEventName = Infer<typeof auditEventName>

/** Who did it: `system` is the backend itself, or the host in the same process; `unknown` was refused. */
const actorKind = oneOf('api_key', 'connect_token', 'host_jwt', 'metrics_token', 'system', 'unknown')
export type ActorKind = Infer<typeof actorKind>

/** Sortable by time and unique: `au_` and 28 hex digits. */
const auditId = text({ pattern: '^au_[0-9a-f]{28}$', maxLength: 31 })

const auditEvent = object({
  id: auditId,
  /** ISO 8601 in UTC. */
  at: text({ maxLength: 40 }),
  requestId: text({ maxLength: 64 }),
  /** `id` is the API key's id or the connect token's tag; '' where there is none. */
  actor: object({ kind: actorKind, id: text({ maxLength: 64 }) }),
  event: auditEventName,
  /** The id of what it is about where that is no connection: an API key, an auth session, the tag of a connect token. */
  target: text({ maxLength: 64 }),
  org: text({ maxLength: 200 }),
  tenant: text({ maxLength: 200 }),
  subject: text({ maxLength: 200 }),
  connectorId: text({ maxLength: 64 }),
  connectionId: text({ maxLength: 64 }),
  result: oneOf('success', 'failure'),
  /** Of a failure; '' otherwise. */
  reason: text({ maxLength: 64 }),
})
export type AuditEvent = Infer<typeof auditEvent>

export const auditQuery = object(
  {},
  {
    /** The last id that was read; absent: from the beginning. */
    after: auditId,
    /** 1 to 1000; 100 where absent. */
    limit: text({ pattern: '^([1-9][0-9]{0,2}|1000)$', maxLength: 4 }),
    subject,
    tenant: groupName,
    connectorId,
  },
)
export type AuditQuery = Infer<typeof auditQuery>

/** Oldest first; `next` is the `after` of the next page, null where this is the last: the last event's id goes on later. */
export const auditPage = object({ events: list(auditEvent, { maxItems: 1_000 }), next: nullable(auditId) })
export type AuditPage = Infer<typeof auditPage>
