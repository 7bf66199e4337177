/** Which connection an attempt is for. */

import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import type { Owner } from '../tokens/owner.ts'
import { type ConnectionRow, connectionRows } from './rows.ts'

/** A named connection, or a new one; absent: the only one, or `default` where there is none. */
export type WantedConnection = { readonly id: string } | { readonly new: boolean }

export interface ResolvedConnection {
  /** '' = a new one. */
  readonly connectionId: string
  /** Whether the id was resolved from there being no connection, not asked for. */
  readonly resolved: boolean
  /** What the connection was granted before. */
  readonly standing: readonly string[]
}

/**
 * Resolves the connection at the start of an attempt.
 *
 * @throws {AuthenticationError} `not_connected` when a named connection does not exist
 * @throws {InvalidRequestError} `connection_ambiguous`
 */
export async function resolveConnection(
  core: Core,
  owner: Owner,
  connectorId: string,
  wanted: WantedConnection | undefined,
): Promise<ResolvedConnection> {
  if (wanted && 'new' in wanted && wanted.new) return { connectionId: '', resolved: false, standing: [] }
  const rows = await connectionRows(core, owner, connectorId)
  if (wanted && 'id' in wanted) {
    const named = rows.find((row) => row.connection_id === wanted.id)
    // `default` may be asked for before it exists: it is the name of the first.
    if (!named && wanted.id !== 'default')
      throw new AuthenticationError('not_connected', `There is no connection ${wanted.id}.`)
    return { connectionId: wanted.id, resolved: false, standing: scopesOfRow(named) }
  }
  const [first, ...others] = rows
  if (others.length > 0)
    throw new InvalidRequestError(
      'connection_ambiguous',
      `There are ${rows.length} connections with ${connectorId}. Name one, or add another.`,
    )
  return first
    ? { connectionId: first.connection_id, resolved: false, standing: scopesOfRow(first) }
    : { connectionId: 'default', resolved: true, standing: [] }
}

const scopesOfRow = (row: ConnectionRow | undefined): readonly string[] => (row ? JSON.parse(row.scopes_granted) : [])
