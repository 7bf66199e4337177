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
  wipe(): Promise<unknown>
  /** Counts what was forgotten: who began to read before may not keep what it got. */
  readonly generation: number
}

/** Names compare in the order of their parts, so that what belongs to a backend, a tag or a connector is one range. */
export function createCache({ vault, backend, sessionKey = '', now }: CacheOptions): CredentialCache {
  const memory = new Map<string, Kept>()
  let generation = 0
  let tag = ''

  const prefix = (...parts: readonly string[]) => JSON.stringify(parts).slice(0, -1)
  const nameOf = (connectorId: string, { connectionId = '', scopes = [] }: CredentialsOptions = {}) =>
    JSON.stringify([backend, tag, connectorId, connectionId, [...scopes].sort().join(' '), sessionKey])
  // A memory belongs to one tag, so the usual read needs no more than the connector's id.
  const keyOf = (connectorId: string, options?: CredentialsOptions) =>
    options?.connectionId || options?.scopes ? nameOf(connectorId, options) : connectorId
  const isGood = (kept: Kept | undefined) => {
    if (!kept) return false
    const age = now() - kept.receivedAt
    return age >= 0 && age < kept.usableMilliseconds && performance.now() < kept.deadline
  }
  const clear = () => {
    generation++
    memory.clear()
  }
  const hit = (connectorId: string, options?: CredentialsOptions) => {
    const kept = memory.get(keyOf(connectorId, options))
    return isGood(kept) ? kept : undefined
  }
  const past = (text: string) => `${text}\uffff`

  return {
    hit,
    async load(connectorId, options) {
      const name = nameOf(connectorId, options)
      const before = generation
      const present = hit(connectorId, options)
      if (present) return present
      try {
        const read = fit(stored, await vault?.read(name))
        const kept = { ...read, deadline: performance.now() + read.usableMilliseconds - (now() - read.receivedAt) }
        if (before !== generation) return undefined
        memory.set(keyOf(connectorId, options), kept)
        return isGood(kept) ? kept : undefined
      } catch {
        return undefined
      }
    },
    knows: (connectorId, options) => memory.has(keyOf(connectorId, options)),
    keep(connectorId, options, value, wanted = true) {
      const seconds = Math.min(value.expiresInSeconds ?? longestSeconds, longestSeconds) - leewaySeconds - Math.random() * 10
      const usableMilliseconds = Math.floor(seconds * 1_000)
      const kept = { credentials: value, receivedAt: now(), usableMilliseconds, deadline: performance.now() + usableMilliseconds }
      const before = generation
      if (wanted) {
        memory.set(keyOf(connectorId, options), kept)
        vault?.write(nameOf(connectorId, options), kept, () => before === generation)
      }
      return kept
    },
    forget(connectorId) {
      clear()
      const from = prefix(backend, tag, connectorId)
      void vault?.remove(from, past(from))
    },
    belong(next) {
      if (tag === next) return
      if (tag) clear()
      tag = next
      // After the first read: the way to a token that is in the vault stays free.
      setTimeout(() => {
        const [own, all] = [prefix(backend, next), prefix(backend)]
        void vault?.remove(all, own)
        void vault?.remove(past(own), past(all))
      })
    },
    clear,
    wipe() {
      clear()
      return Promise.resolve(vault?.remove(prefix(backend), past(prefix(backend))))
    },
    get generation() {
      return generation
    },
  }
}
