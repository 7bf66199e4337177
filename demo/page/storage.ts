/** The browser's own storage: what is cached in it, how it is emptied, and how it is broken. */

const name = 'connector-auth'

/** Everything that this origin keeps in IndexedDB, as it lies there. */
export async function cachedRecords(): Promise<readonly string[]> {
  const lines: string[] = []
  // Never opened by guess: that would make it.
  const all = await indexedDB.databases()
  if (!all.some((database) => database.name === name)) return lines
  const database = await settled(indexedDB.open(name))
  database.onversionchange = () => database.close()
  for (const store of database.objectStoreNames) {
    const area = database.transaction(store).objectStore(store)
    const keys = settled(area.getAllKeys())
    const values: readonly unknown[] = await settled(area.getAll())
    for (const [index, key] of (await keys).entries()) lines.push(`${keyText(key)}\n    ${describe(values[index])}`)
  }
  database.close()
  return lines
}

/** Removes the database and what tabs keep. */
export async function emptyStorage(): Promise<void> {
  // In a frame of another site the browser may refuse all storage; then nothing was kept.
  if (!allowed()) return
  sessionStorage.clear()
  // A tab that holds on to it must not hold this page up.
  const limit = new Promise((resolve) => setTimeout(resolve, 1_000))
  await Promise.race([settled(indexedDB.deleteDatabase(name)).catch(() => undefined), limit])
}

/** Leaves a database of a version that no client can open. */
export async function breakStorage(): Promise<void> {
  await emptyStorage()
  const database = await settled(indexedDB.open(name, 999))
  database.close()
}

function allowed(): boolean {
  try {
    return sessionStorage.length >= 0
  } catch {
    return false
  }
}

function keyText(key: IDBValidKey): string {
  return typeof key === 'string' ? key.replaceAll('"', '') : JSON.stringify(key)
}

function describe(value: unknown): string {
  if (value instanceof CryptoKey) return `key, ${value.extractable ? 'exportable' : 'not exportable'}`
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `${value.byteLength} sealed bytes`
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
