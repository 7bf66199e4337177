/** Reads credentials: from memory, from the vault, from the backend; one call at a time for the same ones. */

import { type Call, reasonOf } from '../api/call.ts'
import { readCredentials } from '../api/routes.ts'
import { tagOf } from '../protocol/ids.ts'
import type { GetToken } from './connect-token.ts'
import type { CredentialCache, Kept } from './credential-cache.ts'
import type { ClientEvent, CredentialsOptions } from './options.ts'

export interface ReaderOptions {
  readonly call: Call
  readonly cache: CredentialCache
  readonly getToken: GetToken
  readonly signal: AbortSignal
  readonly emit: (event: ClientEvent) => void
}

export type ReadKept = (connectorId: string, options?: CredentialsOptions) => Promise<Kept>

/** Makes the reader; it rejects with the backend's reason, `not_connected` among them. */
export function createReader(reader: ReaderOptions): ReadKept {
  const flights = new Map<string, Promise<Kept>>()
  return (connectorId, options) => {
    // The generation is part of it: who asks after a disconnect does not share an answer from before.
    const key = JSON.stringify([reader.cache.generation, connectorId, options])
    const flight = flights.get(key) ?? readFurther(reader, connectorId, options).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}

async function readFurther(
  { call, cache, getToken, signal, emit }: ReaderOptions,
  connectorId: string,
  options: CredentialsOptions = {},
): Promise<Kept> {
  const { connectionId, forceRefresh } = options
  // Before anything is read: whose browser this is, now.
  cache.belong(tagOf(await getToken(false)))
  const kept = forceRefresh ? undefined : await cache.load(connectorId, options)
  signal.throwIfAborted()
  if (kept) return kept
  const refreshed = forceRefresh || cache.knows(connectorId, options)
  const before = cache.generation
  try {
    const credentials = await readCredentials(call, connectorId, options)
    signal.throwIfAborted()
    const unchanged = before === cache.generation
    // Some authorization servers end the old token with the refresh: no other record of it may stay.
    if (unchanged && refreshed) cache.forget(connectorId)
    if (refreshed) emit({ type: 'token_refreshed', connectorId, connectionId: credentials.connectionId })
    return cache.keep(connectorId, options, credentials, unchanged)
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === 'needs_reconnect' || reason === 'not_connected') cache.forget(connectorId)
    if (reason === 'needs_reconnect') emit({ type: 'needs_reconnect', connectorId, connectionId })
    throw error
  }
}
