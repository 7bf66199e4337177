/** Opens the database of sealed records: the first thing a client does, for opening is the whole cost of a cold read. */

import { promisifyRequest } from 'idb-keyval'

/** The only object store. */
export const storeName = 'records'

/** Opens the database, and makes it where there is none. */
export async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open('connector-auth', 1)
  request.onupgradeneeded = () => request.result.createObjectStore(storeName)
  const database = await promisifyRequest(request)
  // Whoever wants to delete or upgrade the database must not wait for this page.
  database.onversionchange = () => database.close()
  return database
}
