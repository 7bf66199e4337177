/** Keeps sealed records in IndexedDB: AES-GCM under a key that no script can export, each bound to its own name. */

import { type UseStore, promisifyRequest } from 'idb-keyval'
import { openDatabase, storeName } from './database.ts'

/** Where records outlive the page. Nothing here rejects: the first fault is told, and from then on nothing is kept. */
export interface Vault {
  /** A record's value, or undefined: also where someone changed it. */
  read(name: string): Promise<unknown>
  /** Seals and stores a value, unless it is no longer wanted when that could be done; true when it is stored. */
  write(name: string, value: unknown, wanted: () => boolean): Promise<true | undefined>
  /** The names of the records that lie between two, in the order of their characters. */
  names(from: string, to: string): Promise<readonly string[]>
  /** Removes the records whose names lie between two, in the order of their characters. */
  remove(from: string, to: string): Promise<unknown>
}

const limitMilliseconds = 2_000
const keyName = 'key'

/** Opens the vault in a database that is being opened; `onFault` hears of the first fault. */
export function openVault(opening: Promise<IDBDatabase>, onFault: (cause: unknown) => void): Vault {
  let broken = false
  let database = opening
  const use: UseStore = async (mode, act) => {
    const begin = async () => (await database).transaction(storeName, mode).objectStore(storeName)
    return act(
      await begin().catch(() => {
        // Closed meanwhile: by another tab that deletes the database, or by the browser.
        database = openDatabase()
        return begin()
      }),
    )
  }
  const guard = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      if (!broken) return await Promise.race([work(), tooLong()])
    } catch (cause) {
      if (!broken) onFault(cause)
      broken = true
    }
    return undefined
  }
  void guard(() => database)

  return {
    async read(name) {
      const found = await guard(() =>
        use('readonly', (store) =>
          Promise.all([keyName, name].map((one) => promisifyRequest<unknown>(store.get(one)))),
        ),
      )
      return found && open(name, found)
    },
    write: (name, value, wanted) =>
      guard(async () => {
        const record = await seal(name, value, await sharedKey(use))
        if (!wanted()) return undefined
        await use('readwrite', (store) => promisifyRequest(store.put(record, name)))
        return true
      }),
    async names(from, to) {
      const found = await guard(() =>
        use('readonly', (store) => promisifyRequest(store.getAllKeys(IDBKeyRange.bound(from, to)))),
      )
      return (found ?? []).map(String)
    },
    remove: (from, to) =>
      guard(() => use('readwrite', (store) => promisifyRequest(store.delete(IDBKeyRange.bound(from, to))))),
  }
}

async function tooLong(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, limitMilliseconds))
  throw new Error('IndexedDB did not answer')
}

/** The key of this browser; two tabs that need the first one at once agree in a transaction. */
async function sharedKey(use: UseStore): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return use('readwrite', async (store) => {
    const present: unknown = await promisifyRequest(store.get(keyName))
    if (present instanceof CryptoKey) return present
    store.put(made, keyName)
    return made
  })
}

const encode = (text: string) => new TextEncoder().encode(text)
const algorithm = (name: string, iv: Uint8Array<ArrayBuffer>) => ({ name: 'AES-GCM', iv, additionalData: encode(name) })

async function seal(name: string, value: unknown, key: CryptoKey): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(algorithm(name, iv), key, encode(JSON.stringify(value)))
  return new Uint8Array([...iv, ...new Uint8Array(sealed)])
}

async function open(name: string, [key, record]: readonly unknown[]): Promise<unknown> {
  if (!(key instanceof CryptoKey && record instanceof Uint8Array)) return undefined
  const bytes = new Uint8Array(record)
  try {
    return JSON.parse(
      new TextDecoder().decode(
        await crypto.subtle.decrypt(algorithm(name, bytes.subarray(0, 12)), key, bytes.subarray(12)),
      ),
    )
  } catch {
    // Changed, or sealed under a key that is gone: as if it were not there.
    return undefined
  }
}
