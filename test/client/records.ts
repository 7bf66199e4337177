/** Looks into the browser's database from outside. */

const openDatabase = () =>
  new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('connector-auth')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

export const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Everything whose name holds the text. */
export async function everything(holding: string): Promise<[string, unknown][]> {
  const database = await openDatabase()
  const store = database.transaction('records').objectStore('records')
  const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())])
  database.close()
  return keys
    .map((key, index): [string, unknown] => [typeof key === 'string' ? key : '', values[index]])
    .filter(([key]) => key.includes(holding))
}

/** Every sealed record whose name holds the text; without the notes which connection is meant. */
export async function records(holding: string): Promise<[string, unknown][]> {
  return (await everything(holding)).filter(([, value]) => typeof value !== 'string')
}

export async function put(name: string, value: unknown): Promise<void> {
  const database = await openDatabase()
  await done(database.transaction('records', 'readwrite').objectStore('records').put(value, name))
  database.close()
}

export const show = (value: unknown): string =>
  value instanceof Uint8Array ? String.fromCharCode(...value) : String(JSON.stringify(value))
