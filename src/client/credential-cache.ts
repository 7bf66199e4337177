/** Keeps credentials for their lifetime: a memory in front, the vault behind. */

import { type Credentials, credentials } from '../protocol/credentials.ts'
import { fit } from '../protocol/fit.ts'
import { type Infer, object, whole } from '../protocol/schema.ts'
import type { CredentialsOptions } from './options.ts'
import type { Vault } from './vault.ts'

/** Kept for an hour at most, and not in the last half minute: a token must outlive the call it is for. */
const longestSeconds = 3_600
const leewaySeconds = 30

const stored = object({ credentials, receivedAt: whole(), usableMilliseconds: whole() })

/** Credentials with the time they may be used, on the wall clock and on one that nobody sets. */
export interface Kept extends Infer<typeof stored> {
  readonly deadline: number
}

export interface CacheOptions {
  readonly vault: Vault | undefined
  readonly backend: string
  readonly sessionKey: string | undefined
  readonly now: () => number
}

export interface CredentialCache {
  /** What is in memory and still good. */
  hit(connectorId: string, options?: CredentialsOptions): Kept | undefined
  /** What is in memory or in the vault and still good; the connect token's tag must be known. */
  load(connectorId: string, options?: CredentialsOptions): Promise<Kept | undefined>
  /** Whether there was something, however old. */
  knows(connectorId: string, options?: CredentialsOptions): boolean
  /** Gives credentials that have just been received their time, and keeps them where they are `wanted`. */
  keep(connectorId: string, options: CredentialsOptions | undefined, value: Credentials, wanted?: boolean): Kept
  /** Drops what is kept of a connector, for this tag. */
  forget(connectorId: string): void
  /** Says whose credentials these are from now on; another's are wiped. */
  belong(tag: string): void
  /** Forgets what is in memory. */
  clear(): void
  /** Wipes everything of this backend. */
  wipe(): Promise<void>
  /** Whose credentials these are. */
  readonly tag: string
  /** Counts what was forgotten: who began to read before may not keep what it got. */
  readonly generation: number
}

/** Makes the cache of one person. */
export function createCache({ vault, backend, sessionKey = '', now }: CacheOptions): CredentialCache {
  const memory = new Map<string, Kept>()
  let generation = 0
  let tag = ''
  const nameOf = (connectorId: string, { connectionId = '', scopes = [] }: CredentialsOptions = {}) =>
    JSON.stringify([backend, tag, connectorId, connectionId, [...scopes].sort().join(' '), sessionKey])
  // A memory belongs to one tag, so the usual read needs no more than the connector's id.
  const keyOf = (connectorId: string, options?: CredentialsOptions) =>
    options?.connectionId || options?.scopes ? nameOf(connectorId, options) : connectorId
  const clear = () => {
    generation++
    memory.clear()
  }
  const hit = (connectorId: string, options?: CredentialsOptions) =>
    good(memory.get(keyOf(connectorId, options)), now())

  return {
    hit,
    async load(connectorId, options) {
      const before = generation
      const present = hit(connectorId, options)
      const kept = present ?? (await readStored(vault, nameOf(connectorId, options), now))
      if (!kept || before !== generation) return undefined
      memory.set(keyOf(connectorId, options), kept)
      return good(kept, now())
    },
    knows: (connectorId, options) => memory.has(keyOf(connectorId, options)),
    keep(connectorId, options, value, wanted = true) {
      const kept = receive(value, now())
      const before = generation
      if (wanted) {
        memory.set(keyOf(connectorId, options), kept)
        void vault?.write(nameOf(connectorId, options), kept, () => before === generation)
      }
      return kept
    },
    forget(connectorId) {
      clear()
      void vault?.remove(...range(backend, tag, connectorId))
    },
    belong(next) {
      if (tag === next) return
      if (tag) clear()
      tag = next
      // After the first read: the way to a token that is in the vault stays free.
      setTimeout(removeOthers, 0, vault, backend, next)
    },
    clear,
    async wipe() {
      clear()
      await vault?.remove(...range(backend))
    },
    get tag() {
      return tag
    },
    get generation() {
      return generation
    },
  }
}

function removeOthers(vault: Vault | undefined, backend: string, tag: string): void {
  const [from, to] = range(backend)
  const [ownFrom, ownTo] = range(backend, tag)
  void vault?.remove(from, ownFrom)
  void vault?.remove(ownTo, to)
}

/** The names that begin with these parts: what belongs to a backend, a tag or a connector lies together. */
function range(...parts: readonly string[]): [from: string, to: string] {
  const from = JSON.stringify(parts).slice(0, -1)
  return [from, `${from}\uffff`]
}

function good(kept: Kept | undefined, now: number): Kept | undefined {
  const age = kept ? now - kept.receivedAt : -1
  // Two clocks, the safer one counts: the wall clock can be set, the other may stand still while a computer sleeps.
  return kept && age >= 0 && age < kept.usableMilliseconds && performance.now() < kept.deadline ? kept : undefined
}

function receive(credentials: Credentials, receivedAt: number): Kept {
  const seconds = Math.min(credentials.expiresInSeconds ?? longestSeconds, longestSeconds)
  // Not all at once, where many pages received theirs together.
  const usableMilliseconds = Math.floor((seconds - leewaySeconds - Math.random() * 10) * 1_000)
  return { credentials, receivedAt, usableMilliseconds, deadline: performance.now() + usableMilliseconds }
}

async function readStored(vault: Vault | undefined, name: string, now: () => number): Promise<Kept | undefined> {
  try {
    const read = fit(stored, await vault?.read(name))
    return { ...read, deadline: performance.now() + read.usableMilliseconds - (now() - read.receivedAt) }
  } catch {
    return undefined
  }
}
