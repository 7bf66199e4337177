/** Looks into the browser's database from outside; whoever imports this has a database of their own, because test files
 * run side by side and some of them destroy it. */

const own = `connector-auth ${crypto.randomUUID()}`
const { open, deleteDatabase } = IDBFactory.prototype
/** What opens the test's own database, to be put back by who replaces it. */
export const openOwn: typeof open = function (this: IDBFactory, name, version) {
  return open.call(this, name === 'connector-auth' ? own : name, version)
}
IDBFactory.prototype.open = openOwn
IDBFactory.prototype.deleteDatabase = function (this: IDBFactory, name) {
  return deleteDatabase.call(this, name === 'connector-auth' ? own : name)
}

export const done = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Whether the database was ever opened. */
export const exists = async () => (await indexedDB.databases()).some(({ name }) => name === own)

export const openDatabase = () => done(indexedDB.open('connector-auth'))

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
