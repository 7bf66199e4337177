/** The SDK for servers and agents: one user's connections, read with the host's API key. */

import { createCall, disconnect, listConnections, readAnyCredentials } from '../api/index.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'
import { ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'

export interface AgentOptions {
  /** The backend's public URL. */
  readonly baseUrl: string
  /** An API key (`cak_…`); never in a browser. */
  readonly apiKey: string
  /** Whose connections: the host's id of the user; not needed for the tenant's `shared` ones. */
  readonly subject?: string
  readonly tenant?: string
  readonly org?: string
  readonly owner?: 'user' | 'shared'
  readonly fetch?: typeof fetch
}

export interface ReadOptions {
  /** Which connection, where there are several. */
  readonly connectionId?: string
  /** Scopes that the token must have. */
  readonly scopes?: readonly string[]
  readonly forceRefresh?: boolean
}

/** Acts for one owner. Every method throws a {@link ConnectorAuthError} with a stable `reason`. */
export interface Agent {
  /**
   * Gives valid credentials, refreshed where they must be; null when the user has not connected, and only then. An access
   * token, or for keys and passwords what was typed with the headers and query parameters that carry it.
   */
  getCredentials(connectorId: string, options?: ReadOptions): Promise<AnyCredentials | null>
  /** Gives a valid access token. @throws {AuthenticationError} `not_connected` · `needs_reconnect` · `wrong_method` */
  getAccessToken(connectorId: string, options?: ReadOptions): Promise<string>
  connections(connectorId?: string): Promise<readonly Connection[]>
  /** Ends a connection and revokes its tokens. */
  disconnect(connectorId: string, options?: { readonly connectionId?: string }): Promise<Disconnected>
}

/**
 * Creates an agent for one owner.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where neither a user nor the tenant's shared connections are meant.
 */
export function createAgent(options: AgentOptions): Agent {
  const { baseUrl, apiKey, fetch, subject, tenant, org, owner = 'user' } = options
  if (owner === 'user' && !subject)
    throw new InvalidRequestError('invalid_configuration', 'subject: say whose connections, or owner: shared.')
  const call = createCall({ baseUrl, fetch, getToken: () => apiKey })
  const who = { subject, tenant, org, owner }
  const read = (connectorId: string, wanted: ReadOptions = {}) =>
    readAnyCredentials(call, connectorId, { ...who, ...wanted })
  return {
    async getCredentials(connectorId, wanted) {
      try {
        return await read(connectorId, wanted)
      } catch (error) {
        if (error instanceof ConnectorAuthError && error.reason === 'not_connected') return null
        throw error
      }
    },
    async getAccessToken(connectorId, wanted) {
      const credentials = await read(connectorId, wanted)
      if ('accessToken' in credentials) return credentials.accessToken
      throw new InvalidRequestError('wrong_method', `${connectorId} has no access token. Use getCredentials().`)
    },
    connections: (connectorId) => listConnections(call, { ...who, connectorId }),
    disconnect: (connectorId, wanted) => disconnect(call, connectorId, { ...who, ...wanted }),
  }
}
