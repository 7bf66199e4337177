/** Keeps credentials in a store of the host's own. It gets them as plain text: sealing them is the host's. */

import { createGuard } from './guard.ts'
import { rangeOf } from './names.ts'
import type { CredentialStore } from './options.ts'
import type { Vault } from './vault.ts'

/** Under this key stands which other keys there are: a store can tell one key's value and no more. */
const indexKey = 'connector-auth'

/** Opens a host's store; `onFault` hears of the first fault, after which memory takes over. */
export function openHostStore(store: CredentialStore, onFault: (cause: unknown) => void): Vault {
  const guard = createGuard(onFault)
  const read = async (name: string) => parsed(await store.load(name))
  const index = async () => {
    const names = await read(indexKey)
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []
  }
  const save = async (name: string, value: unknown) => store.save(name, JSON.stringify(value))
  /** Removes those, and tells the index which stay. */
  const prune = async (names: readonly string[], goes: (name: string) => boolean, added: readonly string[] = []) => {
    for (const name of names) if (goes(name)) await store.remove(name)
    const stay = [...new Set([...names.filter((name) => !goes(name)), ...added])]
    if (String(stay) !== String(names)) await save(indexKey, stay)
  }

  const remove: Vault['remove'] = (from, to, which = () => true) =>
    guard.attempt(() => alone(async () => prune(await index(), (name) => name >= from && name <= to && which(name))))
  return {
    read: (name) => guard.run(() => read(name)),
    find: (alias, nameOf) =>
      guard.run(async () => {
        const target = await read(alias)
        const name = typeof target === 'string' ? nameOf(target) : ''
        return { name, value: name ? await read(name) : undefined }
      }),
    async write(name, value, wanted, { alias, instead } = {}) {
      const done = await guard.run(() =>
        alone(async () => {
          if (!wanted()) return false
          const [from, to] = instead ? rangeOf(instead) : ['', '']
          // The index first: what it does not name would never be removed.
          await prune(await index(), (one) => one >= from && one <= to && one !== name, [
            name,
            ...(alias ? [alias[0]] : []),
          ])
          if (alias) await save(alias[0], alias[1])
          await save(name, value)
          return true
        }),
      )
      if (done && !wanted()) await remove(name, name)
      return done === true
    },
    remove,
    names: async ([from, to]) =>
      (await guard.run(async () => (await index()).filter((name) => name >= from && name <= to))) ?? [],
    get works() {
      return guard.works
    },
  }
}

/** One tab at a time: the index is read and written again. Without locks, a lost entry is a token that stays to its end. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as Partial<Navigator>
  return locks ? locks.request('connector-auth store', work) : work()
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
