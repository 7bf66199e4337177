/** One typed call per route, but for connectors and the routes of an attempt. */

import { type ConnectTokenRequest, connectTokenAnswer, revokeAnswer } from '../protocol/connect-token.ts'
import { connections, disconnected } from '../protocol/connection.ts'
import { credentials } from '../protocol/credentials.ts'
import type { Call, Loose } from './call.ts'

/** Whose connections are meant: named with an API key, told by a connect token (then absent). */
export type Owner = Loose<{
  readonly tenant?: string
  readonly org?: string
  readonly subject?: string
  readonly owner?: 'user' | 'shared'
}>

/** What to read: of which connection, with which scopes, and whether to refresh first. */
export type CredentialsRequest = Owner &
  Loose<{ readonly connectionId?: string; readonly scopes?: readonly string[]; readonly forceRefresh?: boolean }>

/** Mints a connect token; API key only. */
export const createConnectToken = (call: Call, body: Loose<ConnectTokenRequest>) =>
  call('POST /api/v1/connect-tokens', { answer: connectTokenAnswer, body })

/** Ends every connect token of one subject; API key only. */
export const revokeConnectTokens = (call: Call, body: Owner & { readonly subject: string }) =>
  call('POST /api/v1/connect-tokens/revoke', { answer: revokeAnswer, body })

/** Ends the connect token that the call carries. */
export const deleteConnectToken = (call: Call): Promise<void> => call('DELETE /api/v1/connect-tokens/current', {})

/** Lists the owner's connections. */
export const listConnections = async (call: Call, query: Owner & { readonly connectorId?: string | undefined }) =>
  (await call('GET /api/v1/connections', { answer: connections, query })).connections

/** Gives a valid access token. */
export const readCredentials = (call: Call, connectorId: string, body: CredentialsRequest) =>
  call(`POST /api/v1/connections/${encodeURIComponent(connectorId)}/credentials`, { answer: credentials, body })

/** Ends a connection and revokes its tokens at the authorization server. */
export const disconnect = (
  call: Call,
  connectorId: string,
  body: Owner & { readonly connectionId?: string | undefined },
) => call(`POST /api/v1/connections/${encodeURIComponent(connectorId)}/disconnect`, { answer: disconnected, body })
