/** Holds the credentials of one tag in memory: the usual read is one look into a map. */

import { type Kept, isWithin } from './lifetime.ts'
import type { CredentialsOptions } from './options.ts'

/** Which credentials are meant. */
export type Wanted = Pick<CredentialsOptions, 'connectionId' | 'scopes'>

export interface CredentialMemory {
  /** What is there, however old. */
  last(connectorId: string, wanted?: Wanted): Kept | undefined
  /** What is there and fresh. */
  hit(connectorId: string, wanted?: Wanted): Kept | undefined
  /** Takes credentials in, for who asks like this and for who names the connection. */
  remember(connectorId: string, wanted: Wanted | undefined, kept: Kept): void
  has(kept: Kept): boolean
  /** The names of all that is held. */
  names(): readonly string[]
  /** Drops what begins so and was received before. */
  drop(prefix: string, before?: number): void
  /** Drops all knowledge of which connection is meant without an id. */
  dropAliases(): void
  clear(): void
  /** Rises when anything is dropped of all that begins so: who began to read before may not keep what it got. */
  generationOf(prefix: string): number
}

/** Makes an empty memory; `nameOf` gives the cache key. */
export function createMemory(
  nameOf: (connectorId: string, wanted: Wanted) => string,
  now: () => number,
): CredentialMemory {
  const held = new Map<string, Kept>()
  /** Which connection is meant without an id. */
  const aliases = new Map<string, string>()
  /** When each was dropped last, in one count of all: no two drops are ever the same, whosever they are. */
  const drops = new Map<string, number>()
  let latest = 0
  const count = (prefix: string) => drops.set(prefix, ++latest)
  // A memory belongs to one tag, so the usual read needs no more than the connector's id.
  const placeOf = (connectorId: string, wanted?: Wanted) =>
    wanted?.connectionId || wanted?.scopes?.length ? nameOf(connectorId, wanted) : connectorId
  const last = (connectorId: string, wanted?: Wanted) => held.get(placeOf(connectorId, wanted))

  return {
    last,
    hit(connectorId, wanted) {
      const kept = last(connectorId, wanted)
      return kept && isWithin(kept, kept.freshMilliseconds, now()) ? kept : undefined
    },
    remember(connectorId, wanted, kept) {
      const { connectionId } = kept.credentials
      if (!wanted?.connectionId) aliases.set(connectorId, connectionId)
      held.set(kept.name, kept)
      if (aliases.get(connectorId) === connectionId)
        held.set(placeOf(connectorId, { scopes: wanted?.scopes ?? [] }), kept)
    },
    has: (kept) => held.get(kept.name) === kept,
    names: () => [...held.values()].map(({ name }) => name),
    drop(prefix, before = Infinity) {
      count(prefix)
      for (const [place, { name, receivedAt }] of held)
        if (name.startsWith(prefix) && receivedAt < before) held.delete(place)
    },
    dropAliases() {
      aliases.clear()
      for (const [place, { name }] of held) if (place !== name) held.delete(place)
    },
    clear() {
      count('')
      held.clear()
      aliases.clear()
    },
    generationOf(prefix) {
      let generation = 0
      for (const [dropped, when] of drops)
        if (prefix.startsWith(dropped) || dropped.startsWith(prefix)) generation = Math.max(generation, when)
      return generation
    },
  }
}
