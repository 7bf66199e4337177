/** The browser core: connects accounts by a popup and gives access tokens, without a view. */

import type { Connection, Disconnected } from '../protocol/connection.ts'
import type { Credentials } from '../protocol/credentials.ts'
import { AuthenticationError } from '../protocol/errors.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import type { Attempt, Resumed } from './attempt.ts'
import type { AuthSession } from './auth-session.ts'
import type { Connecting } from './connecting.ts'
import { openDatabase } from './database.ts'
import type {
  ClientEvent,
  ClientOptions,
  ConnectRequest,
  ConnectionStatus,
  ConnectorFetchInit,
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
  /** Opens the window; call it in the click, before any `await`. A connector that asks for something first (`asks` of
   * `connectors()`, called before) brings an attempt that asks: show `state.fields` and call `enter`. */
  start(request: SessionRequest): Attempt
  /** Connects, with `inputs` where the connector asks for something first; in a click. It never rejects. */
  connect(request: ConnectRequest): Promise<Outcome>
  /** Connects another account; in a click. It never rejects. */
  add(request: ConnectRequest): Promise<Outcome>
  /** Goes on with an attempt that was begun before a reload or a full-page redirect, in another tab, or by a view that
   * is gone; undefined where there is none. It rejects where no connect token can be had. */
  resume(request: ConnectRequest): Promise<Resumed | undefined>
  /** What {@link Client.resume} would go on with, the latest first. */
  pending(): Promise<readonly ConnectRequest[]>
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
  /** Calls the connector's API with the connection's credentials, at origins of its record only.
   *
   * @param url - Absolute, or a path of the record's first API origin or of the proxy's `alias`.
   * @throws {InvalidRequestError} `url_not_allowed`: nothing was sent
   */
  connectorFetch(connectorId: string, url: string | URL, init?: ConnectorFetchInit): Promise<Response>
  /** The session keys under which tokens are cached for this person; '' is the set without a key. */
  sessionKeys(): Promise<readonly string[]>
  /** Drops the tokens of one session key, this client's own where absent; the connections stay. */
  clearSession(sessionKey?: string): Promise<void>
  /** Takes a connect token, or a JWT, in the place of the present one. Of the same person, all goes on; of another, attempts
   * end with the event `person_changed`. False where it is the last one that was given, or none. */
  renew(authToken: string | undefined): boolean
  /** Forgets the person, in every client of this page and backend: ends attempts and calls, wipes what is kept, ends
   * the connect token. Then another may sign in. */
  signOut(): Promise<void>
  /** Ends attempts and calls and lets go of the database; what is kept stays for the next page. */
  close(): void
}

/** Who signs out of one client of a page signs out of all that speak to the same backend: its URL, by how each leaves.
 * One that was closed is not among them, and its own signing out does not open it again. */
const leavers = new Map<() => Promise<void>, string>()

/** Makes a client. */
export function createClient(options: ClientOptions): Client {
  // First of all: opening is the whole cost of a cold read.
  const database = options.storage === 'memory' || options.store ? undefined : openDatabase()
  // In its own step: a host's fault must not become ours.
  const emit = (event: ClientEvent) => queueMicrotask(() => options.onEvent?.(event))
  const loadKeeping = createPart(async () => {
    const { createKeeping, openPlace } = await import('./keeping.ts')
    const vault = await openPlace(options, database, (cause) => emit({ type: 'storage_degraded', cause }))
    return (own: PersonKeeping) => createKeeping({ ...own, vault, onSignedOut: () => void leave() })
  })
  const backend = new URL(options.baseUrl || '/', location.href).href
  // The token of the first person must not speak for the next.
  const { authToken: _, ...later } = options
  let person = createPerson({ options, backend, emit, loadKeeping })
  // Beside first paint, so that it is there when the first token is asked for.
  void loadKeeping().catch(ignore)
  database?.catch(ignore)

  const leave = async () => {
    const { leave: forget, end } = person
    if (leavers.has(leave)) person = createPerson({ options: later, backend, emit, loadKeeping })
    end(new AuthenticationError('signed_out', 'Signed out. Sign in again.'))
    emit({ type: 'signed_out' })
    emit({ type: 'sign_out_finished', ...(await forget()) })
  }
  leavers.set(leave, backend)

  const start = (request: SessionRequest) => person.start(request)
  const hit = (connectorId: string, options?: CredentialsOptions) =>
    options?.forceRefresh || options?.exactScopes ? undefined : person.hit(connectorId, options)
  return {
    connectors: () => person.connectors(),
    prepare: (request) => person.connecting().then((connecting) => connecting.prepare(request), ignore),
    start,
    connect: (request) => start({ ...request, form: false }).finished,
    add: (request) => start({ ...request, form: false, new: true }).finished,
    resume: async (request) => (await resuming(person))?.resume(request),
    pending: async () => (await resuming(person))?.pending() ?? [],
    initialize: async (request) => (await person.connecting()).initialize(request),
    getStatus: async (...of) => (await person.keeping()).getStatus(...of),
    getCredentials: async (...of) => (await person.keeping()).getCredentials(...of),
    async getAccessToken(connectorId, options) {
      // A hit is not worth another promise.
      const kept = hit(connectorId, options) ?? (await (await person.keeping()).read(connectorId, options))
      return kept.credentials.accessToken
    },
    connections: async (...of) => (await person.keeping()).connections(...of),
    disconnect: async (...of) => (await person.keeping()).disconnect(...of),
    connectorFetch: async (...of) => (await person.keeping()).connectorFetch(...of),
    sessionKeys: async () => (await person.keeping()).sessionKeys(),
    clearSession: async (...of) => (await person.keeping()).clearSession(...of),
    renew: (authToken) => person.renew(authToken),
    signOut: () => leaveAll(new Map(leavers).set(leave, backend), backend),
    close() {
      leavers.delete(leave)
      person.end(new AuthenticationError('aborted', 'Closed.'))
      database?.then((opened) => opened.close(), ignore)
    },
  }
}

async function leaveAll(all: ReadonlyMap<() => Promise<void>, string>, backend: string): Promise<void> {
  await Promise.all([...all].map(async ([each, of]) => of === backend && each()))
}

/** What attempts are resumed with: most pages have none, and load nothing for it; a frame, and a browser inside an app,
 * readies itself for the click. An answer on the URL is not left there until a connect token can be had. */
async function resuming({ known, connecting }: Person): Promise<Connecting | undefined> {
  const may = self !== top || /[?&]state=/.test(location.search) || (await (await known()).mayGoOn())
  return may ? connecting() : undefined
}

/** What could not be loaded has kept nothing either. */
const ignore = () => undefined
