/** What keeps and reads the credentials of one person; loaded beside first paint, not before it. */

import { type Call, createCall } from '../api/call.ts'
import { deleteConnectToken, listConnections, readCredentials } from '../api/routes.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { Credentials } from '../protocol/credentials.ts'
import type { GetToken } from './connect-token.ts'
import { endConnection, nullWhereNotConnected, readStatus } from './connections.ts'
import { type CredentialCache, createCache } from './credential-cache.ts'
import { type ReadKept, createReader } from './credential-reader.ts'
import { present } from './lifetime.ts'
import { prefixOf } from './names.ts'
import type { ClientEvent, ClientOptions, ConnectionStatus, CredentialsOptions, Which } from './options.ts'
import { type PendingPlace, createPendingPlace } from './pending-place.ts'
import { openTabs } from './tabs.ts'
import type { Vault } from './vault.ts'

export { accept } from './accept.ts'
export { openVault } from './vault.ts'

export interface KeepingOptions {
  readonly options: ClientOptions
  /** The backend's absolute URL. */
  readonly backend: string
  readonly vault: Vault | undefined
  readonly call: Call
  readonly getToken: GetToken
  readonly signal: AbortSignal
  readonly emit: (event: ClientEvent) => void
  /** Another tab has signed this person out. */
  readonly onSignedOut: () => void
}

export interface Keeping {
  readonly cache: CredentialCache
  /** Where sealed records outlive the page; undefined where nothing may. */
  readonly vault: Vault | undefined
  /** Where attempts under way are kept. */
  readonly pending: PendingPlace
  readonly read: ReadKept
  getStatus(connectorId: string, which?: Which): Promise<ConnectionStatus>
  getCredentials(connectorId: string, options?: CredentialsOptions): Promise<Credentials | null>
  connections(connectorId?: string): Promise<readonly Connection[]>
  disconnect(connectorId: string, which?: Which): Promise<Disconnected>
  /** Wipes what is kept, tells the other tabs, and ends the last connect token; true when that is ended. */
  leave(token: string): Promise<boolean>
}

/** Makes what one person needs to hold credentials. */
export function createKeeping(keeping: KeepingOptions): Keeping {
  const { options, backend, vault, call, getToken, signal, emit } = keeping
  const { sessionKey, now = Date.now, fetch } = options
  /** Whether it was another tab that ended this person: it has told the others. */
  let told = false
  const announce = openTabs({
    signal,
    onChange: ({ tag, key, generation }) => {
      if (!cache.tag || tag !== cache.tag || !key.startsWith(prefixOf(backend, tag))) return
      if (key !== prefixOf(backend, tag)) return cache.drop(key, generation)
      told = true
      keeping.onSignedOut()
    },
    onRestored: () => {
      cache.clear()
      void getToken(true).catch(() => undefined)
    },
  })
  const cache = createCache({ vault, backend, sessionKey, now, announce })
  const read = createReader({
    cache,
    getToken,
    signal,
    now,
    emit,
    isShared: () => vault?.works === true,
    fetchCredentials: (connectorId, request) => readCredentials(call, connectorId, request),
  })
  return {
    cache,
    vault,
    pending: createPendingPlace({ vault, backend, tag: () => cache.tag }),
    read,
    getStatus: (connectorId, which) => readStatus(call, cache, connectorId, which),
    async getCredentials(connectorId, wanted) {
      const kept = await read(connectorId, wanted).catch(nullWhereNotConnected)
      return kept && present(kept, now())
    },
    connections: (connectorId) => listConnections(call, { connectorId }),
    disconnect: (connectorId, which) => endConnection(call, cache, connectorId, which),
    async leave(token) {
      const [revoked] = await Promise.all([revoke(), cache.wipe(told)])
      return revoked

      async function revoke() {
        try {
          if (token) await deleteConnectToken(createCall({ baseUrl: backend, fetch, getToken: () => token }))
          return true
        } catch {
          return false
        }
      }
    },
  }
}
