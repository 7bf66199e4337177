/** The browser core: connects accounts by a popup and gives access tokens, without a view. */

import { reasonOf } from '../api/call.ts'
import { disconnect, listConnections, listConnectors } from '../api/routes.ts'
import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { Credentials } from '../protocol/credentials.ts'
import { AuthenticationError, InvalidRequestError } from '../protocol/errors.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import type { Attempt } from './attempt.ts'
import type { AuthSession } from './auth-session.ts'
import type { Kept } from './credential-cache.ts'
import { openDatabase } from './database.ts'
import type {
  ClientEvent,
  ClientOptions,
  ConnectRequest,
  ConnectionStatus,
  CredentialsOptions,
  Outcome,
  SessionRequest,
  Which,
} from './options.ts'
import { createPart } from './part.ts'
import { type Person, type PersonKeeping, createPerson } from './person.ts'

/** Everything a page can do with connections. What rejects does so with a `ConnectorAuthError`. */
export interface Client {
  /** Lists the connectors that can be connected. */
  connectors(): Promise<readonly PublicConnector[]>
  /** Makes ready for a click, so that the window opens at once; never rejects, a fault is told by the attempt. */
  prepare(request: ConnectRequest): Promise<void>
  /** Opens the window; call it in the click, before any `await`. */
  start(request: SessionRequest): Attempt
  /** Connects; in a click. It never rejects. */
  connect(request: ConnectRequest): Promise<Outcome>
  /** Connects another account; in a click. It never rejects. */
  add(request: ConnectRequest): Promise<Outcome>
  /** Goes on with an attempt that was begun before a reload or a full-page redirect, in another tab, or by a view that
   * is gone; undefined where there is none. It rejects where no connect token can be had. */
  resume(request: ConnectRequest): Promise<Attempt | undefined>
  /** Starts an auth session without a window. */
  initialize(request: SessionRequest): Promise<AuthSession>
  /** @throws {InvalidRequestError} `connection_ambiguous` */
  getStatus(connectorId: string, options?: Which): Promise<ConnectionStatus>
  /** Null when there is no such connection, and only then. */
  getCredentials(connectorId: string, options?: CredentialsOptions): Promise<Credentials | null>
  /** @throws {AuthenticationError} `not_connected` · `needs_reconnect` */
  getAccessToken(connectorId: string, options?: CredentialsOptions): Promise<string>
  connections(connectorId?: string): Promise<readonly Connection[]>
  disconnect(connectorId: string, options?: Which): Promise<Disconnected>
  /** Forgets the person, in every client of this page and backend: ends attempts and calls, wipes what is kept, ends
   * the connect token. Then another may sign in. */
  signOut(): Promise<void>
  /** Ends attempts and calls and lets go of the database; what is kept stays for the next page. */
  close(): void
}

/** Who signs out of one client of a page signs out of all that speak to the same backend. */
const leavers = new Map<() => Promise<void>, string>()

/** Makes a client. */
export function createClient(options: ClientOptions): Client {
  // First of all: opening is the whole cost of a cold read.
  const database = options.storage === 'memory' ? undefined : openDatabase()
  // In its own step: a host's fault must not become ours.
  const emit = (event: ClientEvent) => queueMicrotask(() => options.onEvent?.(event))
  const loadKeeping = createPart(() => loadKeepingFor(database, emit))
  const { now = Date.now } = options
  const backend = new URL(options.baseUrl || '/', location.href).href
  // The token of the first person must not speak for the next.
  const { authToken: _, ...later } = options
  let person = createPerson({ options, backend, emit, loadKeeping })
  // Beside first paint, so that it is there when the first token is asked for.
  void loadKeeping().catch(ignore)
  database?.catch(ignore)

  const leave = async () => {
    const { keeping, end, revoke } = person
    person = createPerson({ options: later, backend, emit, loadKeeping })
    end(new AuthenticationError('signed_out', 'Signed out. Sign in again.'))
    const [revoked] = await Promise.all([revoke(), keeping().then(({ cache }) => cache.wipe(), ignore)])
    emit({ type: 'signed_out', revoked })
  }
  leavers.set(leave, backend)

  const start = (request: SessionRequest) => person.start(request)
  const hit = (connectorId: string, options?: CredentialsOptions) =>
    options?.forceRefresh ? undefined : person.hit(connectorId, options)
  const read = async (connectorId: string, options?: CredentialsOptions) =>
    (await person.keeping()).read(connectorId, options)

  return {
    connectors: () => listConnectors(person.call),
    prepare: (request) => person.connecting().then((connecting) => connecting.prepare(request), ignore),
    start,
    connect: (request) => start(request).finished,
    add: (request) => start({ ...request, new: true }).finished,
    resume: (request) => resume(person, request),
    initialize: async (request) => (await person.connecting()).initialize(request),
    getStatus: (connectorId, which) => readStatus(person, connectorId, which),
    async getCredentials(connectorId, options) {
      const kept = hit(connectorId, options) ?? (await read(connectorId, options).catch(nullWhereNotConnected))
      return kept && present(kept, now())
    },
    async getAccessToken(connectorId, options) {
      // A hit is not worth another promise.
      return (hit(connectorId, options) ?? (await read(connectorId, options))).credentials.accessToken
    },
    connections: (connectorId) => listConnections(person.call, { connectorId }),
    disconnect: (connectorId, which) => endConnection(person, connectorId, which),
    async signOut() {
      leavers.set(leave, backend)
      await Promise.all([...leavers].map(async ([each, of]) => of === backend && each()))
    },
    close() {
      leavers.delete(leave)
      person.end(new AuthenticationError('aborted', 'Closed.'))
      database?.then((opened) => opened.close(), ignore)
    },
  }
}

const forget = ({ keeping }: Person, connectorId: string) =>
  keeping().then(({ cache }) => cache.forget(connectorId), ignore)

/** Most pages have nothing to resume, and load nothing for it; a frame readies itself for the click. */
async function resume(person: Person, request: ConnectRequest): Promise<Attempt | undefined> {
  const { pending } = await person.known()
  const may = self !== top || /[?&]state=/.test(location.search) || (await pending.names()).length
  return may ? (await person.connecting()).resume(request) : undefined
}

async function readStatus(
  person: Person,
  connectorId: string,
  { connectionId }: Which = {},
): Promise<ConnectionStatus> {
  const all = await listConnections(person.call, { connectorId })
  const status = statusOf(connectionId ? all.filter((one) => one.connectionId === connectionId) : all)
  // Ended elsewhere: what is kept here must not outlive it.
  if (status.status !== 'connected') await forget(person, connectorId)
  return status
}

async function endConnection(person: Person, connectorId: string, { connectionId }: Which = {}): Promise<Disconnected> {
  try {
    return await disconnect(person.call, connectorId, { connectionId })
  } finally {
    // Also where the answer was lost: it may have been ended.
    await forget(person, connectorId)
  }
}

function nullWhereNotConnected(error: unknown): null {
  if (reasonOf(error) !== 'not_connected') throw error
  return null
}

/** What could not be loaded has kept nothing either. */
const ignore = () => undefined

async function loadKeepingFor(database: Promise<IDBDatabase> | undefined, emit: (event: ClientEvent) => void) {
  const { createKeeping, openVault } = await import('./keeping.ts')
  const vault = database && openVault(database, (cause) => emit({ type: 'storage_degraded', cause }))
  return (own: PersonKeeping) => createKeeping({ ...own, vault })
}

function statusOf([connection, ...more]: readonly Connection[]): ConnectionStatus {
  if (more.length) throw new InvalidRequestError('connection_ambiguous', 'Several connections fit. Name one by its id.')
  if (!connection) return { status: 'not_connected' }
  return { status: connection.status === 'active' ? 'connected' : connection.status, connection }
}

/** Credentials with the seconds that are left of them now. */
function present({ credentials, receivedAt }: Kept, now: number): Credentials {
  const { expiresInSeconds } = credentials
  return {
    ...credentials,
    expiresInSeconds: expiresInSeconds && Math.max(0, expiresInSeconds - Math.ceil((now - receivedAt) / 1_000)),
  }
}
