/** The floors' own database: one token in plain text, by nothing but the browser's API. */

const wait = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** Opens it. */
export function openFloor(): Promise<IDBDatabase> {
  const request = indexedDB.open('floor', 1)
  request.onupgradeneeded = () => request.result.createObjectStore('tokens')
  return wait(request)
}

/** Reads the token. */
export const readFloor = (database: IDBDatabase): Promise<unknown> =>
  wait(database.transaction('tokens').objectStore('tokens').get('token'))

/** Writes it. */
export const writeFloor = (database: IDBDatabase, token: string): Promise<unknown> =>
  wait(database.transaction('tokens', 'readwrite').objectStore('tokens').put(token, 'token'))
