/** Keeps sealed records in IndexedDB: AES-GCM under a key that no script can export, each bound to its own name. */

import { type UseStore, promisifyRequest } from 'idb-keyval'
import { openDatabase, storeName } from './database.ts'
import { createGuard } from './guard.ts'
import { type Range, rangeOf } from './names.ts'

/** What goes with a record when it is written. */
export interface WriteOptions {
  /** Another name under which the record is found; its target is the one variable part of the record's name. */
  readonly alias?: readonly [name: string, target: string] | undefined
  /** Records with this prefix go, in the same step. */
  readonly instead?: string | undefined
}

/** Where records outlive the page. Nothing here rejects: the first fault is told, and from then on nothing is kept. */
export interface Vault {
  /** A record's value, or undefined: also where someone changed it. */
  read(name: string): Promise<unknown>
  /** What an alias stands for: the name that its target makes, and the value there. */
  find(
    alias: string,
    nameOf: (target: string) => string,
  ): Promise<{ readonly name: string; readonly value: unknown } | undefined>
  /** Seals and stores a value, unless it is no longer wanted when that could be done; true once it is committed. */
  write(name: string, value: unknown, wanted: () => boolean, options?: WriteOptions): Promise<boolean>
  /** Removes the records whose names lie between two, in the order of their characters; only some of them, if told which.
   * False where that could not be done. */
  remove(from: string, to: string, which?: (name: string) => boolean): Promise<boolean>
  /** The names that lie between two. */
  names(range: Range): Promise<readonly string[]>
  /** Whether other tabs see what is written. */
  readonly works: boolean
}

const keyName = 'key'

/** Opens the vault in a database that is being opened; `onFault` hears of the first fault. */
export function openVault(opening: Promise<IDBDatabase>, onFault: (cause: unknown) => void): Vault {
  const guard = createGuard(onFault)
  const use = createUse(opening)
  void guard.run(() => opening)

  const remove: Vault['remove'] = (from, to, which) =>
    guard.attempt(() =>
      use('readwrite', async (store) => {
        for (const name of which ? await namesIn(store, [from, to]) : []) if (which?.(name)) store.delete(name)
        if (!which) store.delete(IDBKeyRange.bound(from, to))
        await committed(store)
      }),
    )
  return {
    async read(name) {
      const found = await guard.run(() => use('readonly', (store) => Promise.all([keyName, name].map(getFrom(store)))))
      return found && open(name, found)
    },
    async find(alias, nameOf) {
      // One transaction: each one more costs as much as a read.
      const found = await guard.run(() =>
        use('readonly', async (store) => {
          const [key, target] = await Promise.all([keyName, alias].map(getFrom(store)))
          const name = typeof target === 'string' ? nameOf(target) : ''
          return { name, sealed: [key, name && (await getFrom(store)(name))] }
        }),
      )
      return found && { name: found.name, value: await open(found.name, found.sealed) }
    },
    async write(name, value, wanted, { alias, instead } = {}) {
      const done = await guard.run(async () => {
        const record = await seal(name, value, await sharedKey(use))
        return use('readwrite', async (store) => {
          if (!wanted()) return false
          if (instead) store.delete(IDBKeyRange.bound(...rangeOf(instead)))
          if (alias) store.put(alias[1], alias[0])
          store.put(record, name)
          await committed(store)
          return true
        })
      })
      // Forgotten while it was being committed.
      if (done && !wanted()) await remove(name, name)
      return done === true
    },
    remove,
    async names(range) {
      return (await guard.run(() => use('readonly', (store) => namesIn(store, range)))) ?? []
    },
    get works() {
      return guard.works
    },
  }
}

/** Runs transactions in a database that may go away under the page. */
function createUse(opening: Promise<IDBDatabase>): UseStore {
  let database = opening
  const begin = async (mode: IDBTransactionMode) => (await database).transaction(storeName, mode).objectStore(storeName)
  const reopen = async (mode: IDBTransactionMode, cause: unknown) => {
    const gone = await database.catch(() => undefined)
    gone?.close()
    // Somebody made the database without the place in it.
    if (gone && cause instanceof DOMException && cause.name === 'NotFoundError')
      await promisifyRequest(indexedDB.deleteDatabase(gone.name))
    database = openDatabase()
    return begin(mode)
  }
  return async (mode, act) =>
    // Closed meanwhile: by another tab that deletes the database, or by the browser.
    act(await begin(mode).catch((cause: unknown) => reopen(mode, cause)))
}

/** Waits for the commit: a full disk is told only there. */
function committed({ transaction }: IDBObjectStore): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted'))
  })
}

const getFrom = (store: IDBObjectStore) => (name: string) => promisifyRequest<unknown>(store.get(name))

async function namesIn(store: IDBObjectStore, [from, to]: Range): Promise<readonly string[]> {
  const keys = await promisifyRequest(store.getAllKeys(IDBKeyRange.bound(from, to)))
  return keys.filter((key) => typeof key === 'string')
}

/** The key of this browser; two tabs that need the first one at once agree in a transaction. */
async function sharedKey(use: UseStore): Promise<CryptoKey> {
  const kept = await use('readonly', (store) => getFrom(store)(keyName))
  if (kept instanceof CryptoKey) return kept
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return use('readwrite', async (store) => {
    const present = await getFrom(store)(keyName)
    if (present instanceof CryptoKey) return present
    store.put(made, keyName)
    await committed(store)
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
