/** A backend inside a script: connections of this machine's user, authorized through a loopback redirect or a device code. */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Agent, type AgentOptions, type Receiver, createAgent } from '../agent/index.ts'
import { AuthenticationError } from '../protocol/errors.ts'
import { type BackendOptions, createBackend, sqliteStore } from '../server/index.ts'
import { dataFolder, ownFolder } from './data-folder.ts'
import { localSealingKeys } from './local-key.ts'
import { endAll, sessionKeysIn } from './local-sessions.ts'
import { type LoopbackOptions, listenOnLoopback } from './loopback.ts'

type FromAgent = Pick<
  AgentOptions,
  | 'sessionKey'
  | 'onAuthorizationRequired'
  | 'authCallback'
  | 'tokenLoader'
  | 'tokenSaver'
  | 'tokenUpdater'
  | 'protectedRequest'
  | 'retry'
>
type FromBackend = Pick<BackendOptions, 'connectors' | 'clients' | 'custom' | 'egress' | 'logger' | 'limits'>

/** Options of {@link createLocal}; `onAuthorizationRequired` is where a script prints or opens the URL. */
export interface LocalOptions extends FromAgent, FromBackend {
  /** Holds store, journal and sealing key; the platform's data folder where absent. */
  readonly folder?: string
  /** Nothing is written: for a computer that others use too. */
  readonly memory?: boolean
  /** Attempts ask for a code on another device instead of coming back to this machine (RFC 8628). */
  readonly device?: boolean
  /** Some services want the very port that is registered. */
  readonly loopback?: LoopbackOptions
}

/** An agent of this machine's user, and the backend behind it. */
export interface Local {
  readonly agent: Agent
  /** Where the store is; undefined with `memory`. */
  readonly folder: string | undefined
  /** The session keys that hold connections here. */
  sessionKeys(): Promise<readonly string[]>
  /** Ends every connection of a session key and revokes its tokens. @returns How many there were. */
  clearSession(sessionKey: string): Promise<number>
  /** Ends attempts that wait for a person, finishes what else is under way, and closes the store. */
  close(): Promise<void>
}

/**
 * Starts a backend in this process; nothing listens but the loopback redirect URI while an attempt runs.
 *
 * Several processes may have the same folder open: they share connections, and refresh them one at a time.
 *
 * @throws {InvalidRequestError} `invalid_configuration` · `store_unusable`
 * @see RFC 8252 §7.3, RFC 8628
 */
export async function createLocal(options: LocalOptions): Promise<Local> {
  const { folder = dataFolder(), memory = false, device = false, connectors, clients, loopback } = options
  const place = memory ? undefined : ownFolder(folder)
  const store = sqliteStore(place === undefined ? ':memory:' : join(place, 'connector-auth.sqlite'))
  const apiKey = `cak_${randomBytes(32).toString('hex')}`
  const backend = createBackend({
    ...pick(options, ['custom', 'egress', 'logger', 'limits']),
    // Nobody visits it: the answers of every attempt come back to 127.0.0.1, or to the token endpoint.
    publicUrl: localUrl,
    store,
    sealingKeys: place === undefined ? [`k1:${randomBytes(32).toString('base64url')}`] : localSealingKeys(place),
    apiKeys: [apiKey],
    connectors,
    clients,
    deviceConnectors: connectors.filter((record) => 'device' in record && record.device).map(({ id }) => id),
    appName: 'this computer',
  })
  await backend.ready()
  const closing = new AbortController()
  const own = { baseUrl: localUrl, apiKey, subject: 'local', fetch: fetchWith(backend), signal: closing.signal }
  const receivers = new Set<Receiver>()
  const agent = createAgent({
    ...pick(options, agentOptions),
    ...own,
    async road() {
      if (device) return { road: 'device' }
      const receiver = await listenOnLoopback(loopback)
      receivers.add(receiver)
      const receive: Receiver['receive'] = (...of) => receiver.receive(...of).finally(() => receivers.delete(receiver))
      return { receiver: { ...receiver, receive } }
    },
  })
  return {
    agent,
    folder: place,
    sessionKeys: () => sessionKeysIn(store),
    clearSession: (sessionKey) => endAll(createAgent({ ...own, sessionKey })),
    async close() {
      // Whoever waits for an answer is told that none will come; a process that is done can end.
      await Promise.all([...receivers].map((receiver) => receiver.close()))
      closing.abort(new AuthenticationError('cancelled', 'The agent was closed. Nothing is lost; start it again.'))
      await backend.close()
    },
  }
}

const agentOptions = [
  'sessionKey',
  'onAuthorizationRequired',
  'authCallback',
  'tokenLoader',
  'tokenSaver',
  'tokenUpdater',
  'protectedRequest',
  'retry',
] as const

/** A name that resolves nowhere (RFC 2606 §2). */
const localUrl = 'https://local.invalid'

/** Calls of the backend stay in this process; calls of services go out. */
const fetchWith =
  (backend: { fetch(request: Request): Promise<Response> }): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init)
    return new URL(request.url).origin === localUrl ? backend.fetch(request) : fetch(request)
  }

/** The options of these names that are there. */
function pick<T, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const entries = names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]] as const]))
  return Object.fromEntries(entries) as Pick<T, K>
}
