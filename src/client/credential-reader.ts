/** Reads credentials: from memory, from the vault, from the backend; one call at a time for the same ones, over all tabs. */

import { reasonOf } from '../api/call.ts'
import type { CredentialsRequest } from '../api/routes.ts'
import type { Credentials } from '../protocol/credentials.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { tagOf } from '../protocol/ids.ts'
import type { GetToken } from './connect-token.ts'
import type { CredentialCache } from './credential-cache.ts'
import { type Kept, isWithin } from './lifetime.ts'
import type { ClientEvent, CredentialsOptions } from './options.ts'
import { type Turn, inTurn } from './turn.ts'

export interface ReaderOptions {
  /** Makes or fetches new ones; `last` is what was kept before. */
  readonly fetchCredentials: (
    connectorId: string,
    request: CredentialsRequest,
    last: Credentials | undefined,
  ) => Promise<Credentials>
  readonly cache: CredentialCache
  /** The backend's absolute URL. */
  readonly backend: string
  readonly getToken: GetToken
  readonly signal: AbortSignal
  readonly now: () => number
  readonly emit: (event: ClientEvent) => void
  /** Whether other tabs see what this one keeps. */
  readonly isShared: () => boolean
}

export interface ReadOptions extends CredentialsOptions {
  /** An access token that the service did not take: any other will do. */
  readonly refused?: string
}

export type ReadKept = (connectorId: string, options?: ReadOptions) => Promise<Kept>

const restMilliseconds = 5_000

/** Makes the reader.
 *
 * It rejects with the backend's reason, `not_connected` among them, and with `scope_not_separable`.
 */
export function createReader(reader: ReaderOptions): ReadKept {
  const { cache, getToken, signal, now } = reader
  const renew = createRenewal(reader)
  const resting = new Map<string, number>()
  const renewBehind = async (connectorId: string, ...rest: [ReadOptions, asked: number]) => {
    if (performance.now() < (resting.get(connectorId) ?? 0)) return
    // The token is good; a backend that cannot renew it now is not asked at every read.
    resting.set(connectorId, performance.now() + restMilliseconds)
    await renew(connectorId, ...rest).catch(() => undefined)
  }
  return async (connectorId, options = {}) => {
    const { forceRefresh, refused } = options
    const asked = now()
    // Before anything is read: whose browser this is, now.
    cache.belong(tagOf(await getToken()))
    const kept = forceRefresh ? undefined : await cache.load(connectorId, options)
    signal.throwIfAborted()
    if (!kept || kept.credentials.accessToken === refused)
      return separable(await renew(connectorId, options, asked), options)
    // Good for now: it is served, and the next one will find a new one.
    if (!isWithin(kept, kept.freshMilliseconds, now())) void renewBehind(connectorId, options, asked)
    return separable(kept, options)
  }
}

type Renew = (connectorId: string, options: ReadOptions, asked: number) => Promise<Kept>

/** Renews what is kept; whoever asks for the same meanwhile gets the same. */
function createRenewal(reader: ReaderOptions): Renew {
  const { backend, cache, signal, isShared } = reader
  const flights = new Map<string, Promise<Kept>>()
  return (connectorId, options, asked) => {
    const { connectionId = '', scopes = [], forceRefresh = false, refused = '' } = options
    const wanted = [connectorId, connectionId, scopes]
    // The generation is part of it: who asks after a disconnect does not share an answer from before.
    const key = JSON.stringify([cache.generationOf(connectorId), wanted, forceRefresh, refused])
    const fly = () => {
      const fetchNow = () => fetchKept(reader, connectorId, options)
      if (!isShared()) return fetchNow().then(({ value }) => value)
      return inTurn(JSON.stringify(['connector-auth', backend, cache.tag, wanted]), signal, async () => {
        // Another tab may have done it while this one waited.
        const there = await cache.load(connectorId, options, true)
        return there && isNews(reader, there, options, asked) ? { value: there, done: Promise.resolve() } : fetchNow()
      })
    }
    const flight = flights.get(key) ?? fly().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}

/** Whether what lies in the vault is what was to be fetched. */
function isNews({ now }: ReaderOptions, there: Kept, { forceRefresh, refused }: ReadOptions, asked: number): boolean {
  if (refused) return there.credentials.accessToken !== refused
  return forceRefresh ? there.receivedAt > asked : isWithin(there, there.freshMilliseconds, now())
}

async function fetchKept(reader: ReaderOptions, connectorId: string, options: ReadOptions): Promise<Turn<Kept>> {
  const { fetchCredentials, cache, signal, emit } = reader
  const { connectionId, scopes = [], forceRefresh, refused } = options
  const request = {
    ...(connectionId && { connectionId }),
    ...(scopes.length && { scopes }),
    ...((forceRefresh || refused) && { forceRefresh: true }),
  }
  const last = cache.last(connectorId, request)?.credentials
  const before = cache.generationOf(connectorId)
  const credentials = await fetchCredentials(connectorId, request, last).catch((error: unknown) =>
    drop(reader, connectorId, options, error),
  )
  signal.throwIfAborted()
  const renewed = request.forceRefresh || (last && last.accessToken !== credentials.accessToken) || false
  if (renewed) emit({ type: 'token_refreshed', connectorId, connectionId: credentials.connectionId })
  // Some authorization servers end the old token with the refresh: no other record of it may stay.
  const wanted = before === cache.generationOf(connectorId)
  const { kept, committed } = cache.keep(connectorId, request, credentials, { wanted, renewed })
  return { value: kept, done: committed }
}

/** Drops what has ended, and says so. */
function drop(
  { cache, emit }: ReaderOptions,
  connectorId: string,
  { connectionId }: CredentialsOptions,
  error: unknown,
): never {
  const reason = reasonOf(error)
  if (reason === 'needs_reconnect' || reason === 'not_connected') cache.forget(connectorId)
  if (reason === 'needs_reconnect') emit({ type: 'needs_reconnect', connectorId, connectionId })
  throw error
}

/** Holds back a token that can do more than was asked for, where that was asked.
 *
 * @throws {InvalidRequestError} `scope_not_separable`
 */
function separable(kept: Kept, { exactScopes, scopes = [] }: CredentialsOptions): Kept {
  const more = exactScopes ? kept.credentials.scopes.filter((scope) => !scopes.includes(scope)) : []
  if (!more.length) return kept
  throw new InvalidRequestError(
    'scope_not_separable',
    `The token also has ${more.join(', ')}. Ask for these too, or leave exactScopes out.`,
  )
}
