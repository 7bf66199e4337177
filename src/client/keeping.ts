/** What keeps and reads the credentials of one person; loaded beside first paint, not before it. */

import { type Call, createCall } from '../api/call.ts'
import { listConnectors } from '../api/connectors.ts'
import { deleteConnectToken, listConnections, readCredentials } from '../api/routes.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { Credentials } from '../protocol/credentials.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import { tagOf } from '../protocol/ids.ts'
import type { GetToken } from './connect-token.ts'
import { endConnection, nullWhereNotConnected, readStatus } from './connections.ts'
import { type CredentialCache, createCache } from './credential-cache.ts'
import { type ReadKept, type ReaderOptions, createReader } from './credential-reader.ts'
import { isInApp } from './in-app.ts'
import { present } from './lifetime.ts'
import { changedIn, prefixOf } from './names.ts'
import type {
  BrowserScheme,
  ClientEvent,
  ClientOptions,
  ConnectionStatus,
  ConnectorFetchInit,
  CredentialsOptions,
  Which,
} from './options.ts'
import { type PendingPlace, createPendingPlace } from './pending-place.ts'
import { createReaches } from './reaches.ts'
import { type Announce, openTabs } from './tabs.ts'
import { type Vault, openVault } from './vault.ts'

export { accept } from './accept.ts'

export interface KeepingOptions {
  readonly options: ClientOptions
  /** The backend's absolute URL. */
  readonly backend: string
  readonly vault: Vault | undefined
  readonly getToken: GetToken
  readonly signal: AbortSignal
  readonly emit: (event: ClientEvent) => void
  /** Another tab has signed this person out. */
  readonly onSignedOut: () => void
}

/** What became of a person's things when they left. */
export type Left = Pick<Extract<ClientEvent, { readonly type: 'sign_out_finished' }>, 'revoked' | 'wiped'>

export interface Keeping {
  readonly cache: CredentialCache
  /** Where sealed records outlive the page; undefined where nothing may. */
  readonly vault: Vault | undefined
  /** Where attempts under way are kept. */
  readonly pending: PendingPlace
  /** The same when it is known whose they are. */
  place(): Promise<PendingPlace>
  /** Whether the page is to be ready to go on with an attempt: there is one, or its first click must open no window. */
  mayGoOn(): Promise<boolean>
  readonly read: ReadKept
  getStatus(connectorId: string, which?: Which): Promise<ConnectionStatus>
  getCredentials(connectorId: string, options?: CredentialsOptions): Promise<Credentials | null>
  connectors(): Promise<readonly PublicConnector[]>
  connections(connectorId?: string): Promise<readonly Connection[]>
  disconnect(connectorId: string, which?: Which): Promise<Disconnected>
  connectorFetch(connectorId: string, url: string | URL, init?: ConnectorFetchInit): Promise<Response>
  sessionKeys(): Promise<readonly string[]>
  clearSession(sessionKey?: string): Promise<void>
  /** Wipes what is kept, tells the other tabs, and ends the last connect token. */
  leave(token: string): Promise<Left>
}

/** Opens the place where credentials outlive the page; undefined where they may not. */
export async function openPlace(
  { store }: ClientOptions,
  database: Promise<IDBDatabase> | undefined,
  onFault: (cause: unknown) => void,
): Promise<Vault | undefined> {
  if (store) return (await import('./seldom.ts')).openHostStore(store, onFault)
  return database && openVault(database, onFault)
}

/** Makes what one person needs to hold credentials. */
export function createKeeping(keeping: KeepingOptions): Keeping {
  const { options, backend, vault, getToken, signal, emit } = keeping
  const { sessionKey, now = Date.now, fetch: hostFetch } = options
  const call = createCall({ baseUrl: backend, fetch: hostFetch, getToken, signal })
  const reachOf = createReaches(call)
  const tabs: Tabs = { announce: () => undefined, told: false }
  const cache = createCache({ vault, backend, sessionKey, now, announce: (change) => tabs.announce(change) })
  tabs.announce = listen(keeping, cache, tabs)
  const fetchCredentials = createSource(keeping, call, reachOf)
  const isShared = () => vault?.works === true
  const read = createReader({ cache, backend, getToken, signal, now, emit, isShared, fetchCredentials })
  const begin = async () => cache.belong(tagOf(await getToken()))
  const fetching = { fetch: (hostFetch ?? fetch).bind(globalThis), backend, getToken, read, signal, reachOf }

  // A host's own store is for tokens alone.
  const pending = createPendingPlace({ vault: options.store ? undefined : vault, backend, tag: () => cache.tag })
  return {
    cache,
    vault,
    pending,
    place: () => begin().then(() => pending),
    mayGoOn: async () => isInApp() || (await pending.names()).length > 0,
    read,
    async getStatus(connectorId, which = {}) {
      if (!schemeOf(options, connectorId)) return readStatus(call, cache, connectorId, which)
      await begin()
      return (await import('./seldom.ts')).statusOfScheme(connectorId, await cache.load(connectorId, which))
    },
    async getCredentials(connectorId, wanted) {
      const kept = await read(connectorId, wanted).catch(nullWhereNotConnected)
      return kept && present(kept, now())
    },
    connectors: () => listConnectors(call),
    connections: (connectorId) => listConnections(call, { connectorId }),
    async disconnect(connectorId, which) {
      if (!schemeOf(options, connectorId)) return endConnection(call, cache, connectorId, which)
      cache.forget(connectorId)
      return { revocation: 'unsupported' }
    },
    connectorFetch: async (...request) => (await import('./seldom.ts')).connectorFetch(fetching, ...request),
    async sessionKeys() {
      await begin()
      return (await import('./seldom.ts')).listSessionKeys(cache)
    },
    async clearSession(key = sessionKey ?? '') {
      await begin()
      return (await import('./seldom.ts')).clearSession(cache, key)
    },
    async leave(token) {
      pending.wipe()
      const [revoked, wiped] = await Promise.all([
        revoke({ baseUrl: backend, fetch: hostFetch }, token),
        cache.wipe(tabs.told),
      ])
      return { revoked, wiped }
    },
  }
}

interface Tabs {
  announce: Announce
  /** Whether it was another tab that ended this person: it has told the others. */
  told: boolean
}

/** Follows what other tabs tell. */
function listen({ backend, signal, getToken, emit, onSignedOut }: KeepingOptions, cache: CredentialCache, tabs: Tabs) {
  return openTabs({
    signal,
    onChange({ tag, key, generation }) {
      const all = tag ? prefixOf(backend, tag) : prefixOf(backend)
      if (!cache.tag || (tag && tag !== cache.tag) || !key.startsWith(all)) return
      const connectorId = changedIn(key)
      if (connectorId) return emit({ type: 'connections_changed', connectorId })
      if (key !== all) return tag ? cache.drop(key, generation) : undefined
      tabs.told = true
      onSignedOut()
    },
    onRestored() {
      cache.clear()
      void getToken(true).catch(() => undefined)
    },
  })
}

const schemeOf = ({ custom = {} }: ClientOptions, connectorId: string): BrowserScheme | undefined =>
  Object.hasOwn(custom, connectorId) ? custom[connectorId] : undefined

/** Where new credentials come from: the backend, or a scheme of the page. */
function createSource(
  { options, signal, emit }: KeepingOptions,
  call: Call,
  reachOf: ReturnType<typeof createReaches>,
): ReaderOptions['fetchCredentials'] {
  return async (connectorId, request, last) => {
    const scheme = schemeOf(options, connectorId)
    if (!scheme) return readCredentials(call, connectorId, request)
    const { askScheme } = await import('./seldom.ts')
    return askScheme({ scheme, connectorId, request, last, reachOf, signal, emit })
  }
}

async function revoke(
  backend: { readonly baseUrl: string; readonly fetch: typeof fetch | undefined },
  token: string,
): Promise<boolean> {
  try {
    if (token) await deleteConnectToken(createCall({ ...backend, getToken: () => token }))
    return true
  } catch {
    return false
  }
}
