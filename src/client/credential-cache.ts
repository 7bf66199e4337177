/** Keeps credentials for their lifetime: a memory in front, the vault behind. */

import type { Credentials } from '../protocol/credentials.ts'
import { fit } from '../protocol/fit.ts'
import { type CredentialMemory, type Wanted, createMemory } from './credential-memory.ts'
import { type Kept, isWithin, keptOf, receive, received } from './lifetime.ts'
import { aliasOf, changeOf, keyOf, prefixOf, rangeOf } from './names.ts'
import type { Announce } from './tabs.ts'
import type { Vault, WriteOptions } from './vault.ts'

export interface CacheOptions {
  readonly vault: Vault | undefined
  readonly backend: string
  readonly sessionKey: string | undefined
  readonly now: () => number
  /** Tells the other tabs that what begins with this prefix is no longer what it was. */
  readonly announce: Announce
}

export interface CredentialCache extends Pick<CredentialMemory, 'hit' | 'last' | 'clear'> {
  /** What is in memory or in the vault and can still be used; the connect token's tag must be known.
   *
   * @param anew - Whether the vault is asked although there is something in memory.
   */
  load(connectorId: string, wanted: Wanted, anew?: boolean): Promise<Kept | undefined>
  /** Gives credentials that have just been received their time, and keeps them. */
  keep(connectorId: string, wanted: Wanted | undefined, value: Credentials, options?: KeepOptions): KeptNow
  /** Drops what is kept of a connector, for this tag, here and in other tabs. */
  forget(connectorId: string): void
  /** Tells the other clients of this browser that a connector was connected or disconnected here. */
  tell(connectorId: string): void
  /** Drops what has these names, here and in other tabs. */
  forgetNames(names: readonly string[]): Promise<void>
  /** The names of all that is kept for this tag. */
  names(): Promise<readonly string[]>
  /** Drops from memory what another tab has changed. */
  drop(prefix: string, generation: number): void
  /** Says whose credentials these are from now on; another's are wiped. */
  belong(tag: string): void
  /** Wipes everything of this backend, and tells the other tabs unless they know; false where the storage does not let go of it. */
  wipe(told: boolean): Promise<boolean>
  /** Whose credentials these are. */
  readonly tag: string
  /** Counts what was dropped of a connector: who began to read before may not keep what it got. */
  generationOf(connectorId: string): number
}

export interface KeepOptions {
  /** Whether to keep them at all; they are given their time anyway. */
  readonly wanted?: boolean
  /** Whether other tokens of the connection are no longer good. */
  readonly renewed?: boolean
}

export interface KeptNow {
  readonly kept: Kept
  /** Fulfilled when other tabs can see them, or when it is known that they cannot. */
  readonly committed: Promise<unknown>
}

/** Makes the cache of one person. */
export function createCache(options: CacheOptions): CredentialCache {
  const { vault, backend, sessionKey = '', now, announce } = options
  let tag = ''
  const nameOf = (connectorId: string, { connectionId = '', scopes = [] }: Wanted) =>
    keyOf({ backend, tag, connectorId, connectionId, scopes, sessionKey })
  const memory = createMemory(nameOf, now)
  const drop = (prefix: string, before?: number) => {
    memory.drop(prefix, before)
    if (prefix === prefixOf(backend, tag, '')) memory.dropAliases()
  }

  const forgetNames = (names: readonly string[]) => {
    for (const name of names) drop(name)
    return remove(options, tag, names)
  }

  return {
    ...memory,
    load: (connectorId, wanted, anew = false) =>
      load(memory, { ...options, connectorId, wanted, nameOf, anew, tag: () => tag }),
    keep(connectorId, wanted, value, { wanted: keep = true, renewed } = {}) {
      const { connectionId } = value
      const kept = keptOf(nameOf(connectorId, { ...wanted, connectionId }), receive(value, now()), now())
      if (!keep) return { kept, committed: Promise.resolve() }
      const prefix = prefixOf(backend, tag, connectorId, connectionId)
      if (renewed) drop(prefix)
      memory.remember(connectorId, wanted, kept)
      const alias = wanted?.connectionId ? undefined : ([aliasOf(backend, tag, connectorId), connectionId] as const)
      const written = write(vault, kept, () => memory.has(kept), { alias, instead: renewed ? prefix : undefined })
      const told = { tag, key: prefix, generation: kept.receivedAt }
      // Nothing to tell where nobody else can see the new one: they would drop what they have for nothing.
      return { kept, committed: written.then((done) => done && renewed && announce(told)) }
    },
    forget: (connectorId) => void forgetNames([prefixOf(backend, tag, connectorId), prefixOf(backend, tag, '')]),
    tell: (connectorId) => announce({ tag, key: changeOf(backend, tag, connectorId), generation: now() }),
    forgetNames,
    names: async () => [...memory.names(), ...((await vault?.names(rangeOf(prefixOf(backend, tag)))) ?? [])],
    drop,
    belong(next) {
      if (tag === next) return
      if (tag) memory.clear()
      tag = next
      // After the first read: the way to a token that is in the vault stays free.
      setTimeout(removeOthers, 0, vault, backend, next)
    },
    async wipe(told) {
      memory.clear()
      // Whoever it is, where this page never knew: all of this backend is wiped.
      const whose = tag ? prefixOf(backend, tag) : prefixOf(backend)
      if (!told) announce({ tag, key: whose, generation: now() + 1 })
      return (await vault?.remove(...rangeOf(prefixOf(backend)))) ?? true
    },
    get tag() {
      return tag
    },
    generationOf: (connectorId) => memory.generationOf(prefixOf(backend, tag, connectorId)),
  }
}

const isUsable = (kept: Kept, now: number) => isWithin(kept, kept.usableMilliseconds, now)

interface Load extends CacheOptions {
  readonly connectorId: string
  readonly wanted: Wanted
  readonly anew: boolean
  readonly tag: () => string
  readonly nameOf: (connectorId: string, wanted: Wanted) => string
}

async function load(memory: CredentialMemory, options: Load): Promise<Kept | undefined> {
  const { connectorId, wanted, now } = options
  const present = options.anew ? undefined : memory.last(connectorId, wanted)
  if (present && isUsable(present, now())) return present
  const generation = () => memory.generationOf(prefixOf(options.backend, options.tag(), connectorId))
  const before = generation()
  const kept = await readVault(options)
  // Dropped meanwhile.
  if (before !== generation()) return load(memory, options)
  if (!kept) return undefined
  // The old one too, so that a new one is known to be a renewal.
  memory.remember(connectorId, wanted, kept)
  return isUsable(kept, now()) ? kept : undefined
}

async function readVault({ vault, backend, now, connectorId, wanted, tag, nameOf }: Load): Promise<Kept | undefined> {
  const { connectionId } = wanted
  const of = (id: string) => nameOf(connectorId, { ...wanted, connectionId: id })
  const found = connectionId
    ? { name: of(connectionId), value: await vault?.read(of(connectionId)) }
    : await vault?.find(aliasOf(backend, tag(), connectorId), of)
  try {
    return found && keptOf(found.name, fit(received, found.value), now())
  } catch {
    return undefined
  }
}

async function write(
  vault: Vault | undefined,
  kept: Kept,
  ...rest: [wanted: () => boolean, options: WriteOptions]
): Promise<boolean> {
  return (await vault?.write(kept.name, fit(received, kept), ...rest)) ?? false
}

/** Removes what begins so, and tells other tabs when it is gone, or they would find it once more. */
async function remove({ vault, announce, now }: CacheOptions, tag: string, keys: readonly string[]): Promise<void> {
  const generation = now() + 1
  await Promise.all(keys.map(async (key) => vault?.remove(...rangeOf(key))))
  if (tag) for (const key of keys) announce({ tag, key, generation })
}

function removeOthers(vault: Vault | undefined, backend: string, tag: string): void {
  const [from, to] = rangeOf(prefixOf(backend))
  const [ownFrom, ownTo] = rangeOf(prefixOf(backend, tag))
  void vault?.remove(from, ownFrom)
  void vault?.remove(ownTo, to)
}
