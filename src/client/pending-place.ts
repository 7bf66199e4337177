/** Where attempts under way outlive the page: sealed beside the credentials, else in this tab's own storage. */

import { prefixOf, rangeOf } from './names.ts'
import type { Vault } from './vault.ts'

/** A place for records of one person; nothing here rejects. */
export interface PendingPlace {
  names(): Promise<readonly string[]>
  read(name: string): Promise<unknown>
  /** Stores a record under an attempt's id; false where no storage takes it. */
  write(id: string, value: unknown, wanted: () => boolean): Promise<boolean>
  remove(id: string): void
  /** Forgets whoever used this tab; what is sealed goes with the credentials. */
  wipe(): void
}

export interface PendingPlaceOptions {
  readonly vault: Vault | undefined
  readonly backend: string
  /** Whose records: the connect token's tag. */
  readonly tag: () => string
}

/** No credential: a verifier and a secret are of no use without the browser's own cookie or the answer. */
const prefix = 'ca:pending:'

/** Makes the place. */
export function createPendingPlace({ vault, backend, tag }: PendingPlaceOptions): PendingPlace {
  // No connector has such a name: these lie apart from the credentials, and are wiped with them.
  const begin = () => prefixOf(backend, tag(), 'pending:')
  const nameOf = (id: string) => JSON.stringify([backend, tag(), 'pending:', id])
  return {
    async names() {
      const sealed = await vault?.names(rangeOf(begin()))
      return [...(sealed ?? []), ...namesOfTab(prefixOf(backend), begin())]
    },
    async read(name) {
      return (await vault?.read(name)) ?? attempt(() => JSON.parse(sessionStorage.getItem(prefix + name) ?? 'null'))
    },
    async write(id, value, wanted) {
      const name = nameOf(id)
      if (await vault?.write(name, value, wanted)) return true
      return !wanted() || !!attempt(() => (sessionStorage.setItem(prefix + name, JSON.stringify(value)), true))
    },
    remove(id) {
      const name = nameOf(id)
      void vault?.remove(name, name)
      attempt(() => sessionStorage.removeItem(prefix + name))
    },
    wipe() {
      const all = attempt(() => Object.keys(sessionStorage)) ?? []
      const left = all.filter((key) => key.startsWith(prefix + prefixOf(backend)) || /^ca:(redirect|uri):/.test(key))
      for (const key of left) attempt(() => sessionStorage.removeItem(key))
    },
  }
}

/** The names in this tab's storage; what belongs to somebody else who used it before goes. */
function namesOfTab(ofBackend: string, ofPerson: string): readonly string[] {
  const all = attempt(() => Object.keys(sessionStorage)) ?? []
  const ours = all.filter((key) => key.startsWith(prefix + ofBackend))
  for (const key of ours) if (!key.startsWith(prefix + ofPerson)) attempt(() => sessionStorage.removeItem(key))
  return ours.filter((key) => key.startsWith(prefix + ofPerson)).map((key) => key.slice(prefix.length))
}

/** Storage that is full, or forbidden, is as if it were not there. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
