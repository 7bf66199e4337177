/** Reads credentials in Fastn's shape. */

import { InvalidResponseError } from '../protocol/errors.ts'
import { anything, object, record } from '../protocol/schema.ts'
import type { Post } from './fastn-wire.ts'

/** What a connection yields. There is no refresh token: the backend keeps it, and refreshes by itself. */
export interface FastnCredentials {
  /** Absent for keys and passwords: those stand in `extra`. */
  readonly accessToken?: string
  /** ISO 8601 in UTC, where the service said. */
  readonly expiresAt?: string
  /** Everything else that the connector has. */
  readonly extra: Readonly<Record<string, unknown>>
}

export interface GetCredentialsOptions {
  readonly connectorId: string
  /** `community` where absent. */
  readonly orgId?: string
  readonly tenantId?: string
  /** `default`, or a connection's id of 32 hex digits; the only one where absent. */
  readonly connectionId?: string
  /** The user whose own connection it is; the tenant's shared one where absent. */
  readonly subject?: string
}

const answer = object({ auth: record(anything) })
/**
 * Reads a connection's credentials, refreshed where they must be.
 *
 * @throws {AuthenticationError} `not_connected` · `needs_reconnect` · {@link InvalidResponseError} `protocol_mismatch`
 */
export async function readFastnCredentials(
  post: Post,
  { connectorId, orgId = 'community', tenantId, connectionId, subject }: GetCredentialsOptions,
  signal?: AbortSignal,
): Promise<FastnCredentials> {
  const input = { orgId, connectorId, connectionId, subject }
  const { auth } = await post('/api/ucl/connectorAuth', { input }, answer, { tenantId, signal })
  const { access_token: accessToken, expires_at: expiresAt, refresh_token: _, ...extra } = auth
  if (accessToken !== undefined && typeof accessToken !== 'string') throw mismatch('access_token')
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(expiresAt === undefined ? {} : { expiresAt: dateOf(expiresAt) }),
    extra,
  }
}

/** A date as a text, or seconds since 1970. */
function dateOf(expiresAt: unknown): string {
  if (typeof expiresAt === 'string') return expiresAt
  if (typeof expiresAt === 'number' && Number.isFinite(expiresAt)) return new Date(expiresAt * 1_000).toISOString()
  throw mismatch('expires_at')
}

const mismatch = (field: string) =>
  new InvalidResponseError('protocol_mismatch', `The backend's answer has a wrong ${field}. Check baseUrl.`)
