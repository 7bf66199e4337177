/** The audit: one row for everything that was changed or refused, only ever inserted. */

import type { Kysely, Selectable } from 'kysely'
import type { AuditEvent, AuditEventName, AuditPage, AuditQuery } from '../protocol/audit.ts'
import type { Core } from './core.ts'
import { randomHex } from './digest.ts'
import { currentContext } from './http/context.ts'
import type { Tables } from './stores/tables.ts'

/** What happened, and to whom it belongs. Never a secret: what is written here is never taken out again. */
export interface Recorded {
  readonly event: AuditEventName
  /** The id of what it is about where that is no connection: an API key, an auth session, the tag of a connect token. */
  readonly target?: string
  readonly org?: string
  readonly tenant?: string
  readonly subject?: string
  readonly connectorId?: string
  readonly connectionId?: string
  /** `success` where absent. */
  readonly result?: 'success' | 'failure'
  /** Of a failure. */
  readonly reason?: string
}

/**
 * Records an event. The request and its caller come from the request's context; outside one the actor is `system`.
 *
 * @param db - A transaction, so that the change and its record stand or fall together; the store itself where absent.
 */
export async function record(core: Core, event: Recorded, db: Kysely<Tables> = core.store.db): Promise<void> {
  const context = currentContext()
  const { kind, id } = context?.actor ?? { kind: 'system', id: '' }
  const at = core.settings.now()
  const { connectorId, connectionId, ...said } = { ...nothing, ...event }
  const row: Tables['audit'] = {
    ...said,
    id: nextId(at),
    at,
    space: core.settings.space,
    request_id: context?.requestId ?? '',
    actor_kind: kind,
    actor: id,
    connector: connectorId,
    connection_id: connectionId,
  }
  await db.insertInto('audit').values(row).execute()
}

/** Whose connection an event is about. */
export function aboutConnection(row: {
  readonly org: string
  readonly tenant: string
  readonly subject: string
  readonly connector: string
  readonly connection_id: string
}): Pick<Recorded, 'org' | 'tenant' | 'subject' | 'connectorId' | 'connectionId'> {
  const { org, tenant, subject, connector: connectorId, connection_id: connectionId } = row
  return { org, tenant, subject, connectorId, connectionId }
}

/** No column is null. */
const nothing = {
  target: '',
  org: '',
  tenant: '',
  subject: '',
  connectorId: '',
  connectionId: '',
  result: 'success',
  reason: '',
} as const

const pageSize = 100

/** Reads a page of the space's audit, oldest first. */
export async function readAudit(core: Core, query: AuditQuery): Promise<AuditPage> {
  const limit = Number(query.limit ?? pageSize)
  let rows = core.store.db.selectFrom('audit').selectAll().where('space', '=', core.settings.space)
  if (query.after !== undefined) rows = rows.where('id', '>', query.after)
  if (query.subject !== undefined) rows = rows.where('subject', '=', query.subject)
  if (query.tenant !== undefined) rows = rows.where('tenant', '=', query.tenant)
  if (query.connectorId !== undefined) rows = rows.where('connector', '=', query.connectorId)
  const found = await rows
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const events = found.slice(0, limit).map(eventOf)
  return { events, next: found.length > limit ? (events.at(-1)?.id ?? null) : null }
}

function eventOf(row: Selectable<Tables['audit']>): AuditEvent {
  return {
    id: row.id,
    at: new Date(Number(row.at)).toISOString(),
    requestId: row.request_id,
    actor: { kind: row.actor_kind, id: row.actor },
    event: row.event,
    target: row.target,
    org: row.org,
    tenant: row.tenant,
    subject: row.subject,
    connectorId: row.connector,
    connectionId: row.connection_id,
    result: row.result,
    reason: row.reason,
  }
}

let lastMs = 0
let count = 0

/** Sorts by time, within this process also by order, and is unique across processes. */
function nextId(now: number): string {
  if (now > lastMs) {
    lastMs = now
    count = 0
  } else {
    // A clock that was set back, or many in one millisecond: the order stays.
    count += 1
    if (count > 0xffff) {
      lastMs += 1
      count = 0
    }
  }
  return `au_${lastMs.toString(16).padStart(12, '0')}${count.toString(16).padStart(4, '0')}${randomHex(48)}`
}
