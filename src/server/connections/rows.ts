/** Reads connections of one owner. */

import type { Selectable } from 'kysely'
import type { Connection } from '../../protocol/connection.ts'
import type { ScopeRules } from '../../protocol/connector.ts'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { prepare } from '../stores/prepared.ts'
import type { Tables } from '../stores/tables.ts'
import type { Owner } from '../tokens/owner.ts'

export type ConnectionRow = Selectable<Tables['connection']>

/** All connections of an owner, of one connector or of every one. */
export async function connectionRows(
  core: Core,
  { org, tenant, subject }: Owner,
  connectorId?: string,
): Promise<readonly ConnectionRow[]> {
  const { space } = core.settings
  if (connectorId !== undefined)
    return connectionsOfConnector(core.store, { space, org, tenant, subject, connector: connectorId })
  return core.store.db
    .selectFrom('connection')
    .selectAll()
    .where('space', '=', space)
    .where('org', '=', org)
    .where('tenant', '=', tenant)
    .where('subject', '=', subject)
    .orderBy('connector')
    .orderBy('created_at')
    .limit(10_000)
    .execute()
}

const connectionsOfConnector = prepare(['space', 'org', 'tenant', 'subject', 'connector'], (db, value) =>
  db
    .selectFrom('connection')
    .selectAll()
    .where('space', '=', value('space'))
    .where('org', '=', value('org'))
    .where('tenant', '=', value('tenant'))
    .where('subject', '=', value('subject'))
    .where('connector', '=', value('connector'))
    .orderBy('created_at'),
)

/** A connection with its credential, and what was added for its connector: all that opening it needs, in one read. */
export type OpenRow = ConnectionRow &
  Selectable<Tables['credential']> & {
    readonly added_record: string | null
    readonly added_registration: string | null
  }

const openRows = prepare(['space', 'org', 'tenant', 'subject', 'connector'], (db, value) =>
  db
    .selectFrom('connection')
    .innerJoin('credential', 'credential.row_id', 'connection.row_id')
    .leftJoin('connector', (on) =>
      on.onRef('connector.space', '=', 'connection.space').onRef('connector.id', '=', 'connection.connector'),
    )
    .selectAll(['connection', 'credential'])
    .select(['connector.record as added_record', 'connector.registration as added_registration'])
    .where('connection.space', '=', value('space'))
    .where('connection.org', '=', value('org'))
    .where('connection.tenant', '=', value('tenant'))
    .where('connection.subject', '=', value('subject'))
    .where('connection.connector', '=', value('connector'))
    .orderBy('connection.created_at'),
)

/**
 * The one connection that is meant, to be opened: the named one, or the only one.
 *
 * @throws as {@link requireConnection}
 */
export async function requireOpenRow(
  core: Core,
  { org, tenant, subject }: Owner,
  connectorId: string,
  connectionId?: string,
): Promise<OpenRow> {
  const { space } = core.settings
  const rows = await openRows(core.store, { space, org, tenant, subject, connector: connectorId })
  return onlyOne(rows, connectorId, connectionId)
}

/**
 * The one connection that is meant: the named one, or the only one.
 *
 * @throws {AuthenticationError} `not_connected`
 * @throws {InvalidRequestError} `connection_ambiguous`
 */
export async function requireConnection(
  core: Core,
  owner: Owner,
  connectorId: string,
  connectionId?: string,
): Promise<ConnectionRow> {
  return onlyOne(await connectionRows(core, owner, connectorId), connectorId, connectionId)
}

function onlyOne<R extends ConnectionRow>(rows: readonly R[], connectorId: string, connectionId?: string): R {
  const [first, ...others] =
    connectionId === undefined ? rows : rows.filter((row) => row.connection_id === connectionId)
  if (!first)
    throw new AuthenticationError(
      'not_connected',
      `There is no connection with ${connectorId}. Connect the account first.`,
    )
  if (others.length > 0)
    throw new InvalidRequestError(
      'connection_ambiguous',
      `There are ${others.length + 1} connections with ${connectorId}. Name one.`,
    )
  return first
}

/** A row as the protocol tells it. */
export function connectionOf(row: ConnectionRow, rules: ScopeRules | undefined): Connection {
  return {
    connectorId: row.connector,
    connectionId: row.connection_id,
    status: row.status === 'needs_reconnect' ? 'needs_reconnect' : 'active',
    reason: row.reason || null,
    owner: row.owner === 'shared' ? 'shared' : 'user',
    account: row.account_id ? { id: row.account_id, name: row.account_name } : null,
    scopes: scopesOf(JSON.parse(row.scopes_requested), JSON.parse(row.scopes_granted), rules),
    createdAt: new Date(Number(row.created_at)).toISOString(),
    updatedAt: new Date(Number(row.updated_at)).toISOString(),
  }
}

/**
 * The scopes that a grant has now: what the answer told, what it never tells, or what was known before where it told nothing.
 *
 * @see RFC 6749 §5.1, §6
 */
export function grantedScopes(
  rules: ScopeRules | undefined,
  told: readonly string[] | undefined,
  before: readonly string[],
): readonly string[] {
  if (!told) return before
  const untold = before.filter((scope) => rules?.untold?.includes(scope))
  return [...new Set([...told, ...untold])]
}

/** Requested, granted, and what is missing; a scope that contains another stands for it (`implies`). */
export function scopesOf(
  requested: readonly string[],
  granted: readonly string[],
  rules: ScopeRules | undefined,
): Connection['scopes'] {
  const covered = coveredBy(granted, rules)
  return { requested, granted, missing: requested.filter((scope) => !covered.has(scope)) }
}

/** The granted scopes with all that they contain. */
export function coveredBy(granted: readonly string[], rules: ScopeRules | undefined): ReadonlySet<string> {
  const covered = new Set(granted)
  // A set that grows while it is walked is walked to its end: what is implied may imply more.
  for (const scope of covered) for (const more of rules?.implies?.[scope] ?? []) covered.add(more)
  return covered
}
