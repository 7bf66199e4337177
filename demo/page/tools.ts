/** What a host does with a connection, one button each; every result is text to show. */

import { apiUrl } from './host.ts'

/** A token's ends are enough to tell one from another. */
const mask = (token: string) => `${token.slice(0, 6)}…${token.slice(-4)} (${token.length} characters)`

function element() {
  const found = document.querySelector('connector-auth')
  if (!found) throw new Error('Sign in first.')
  return found
}

async function token(forceRefresh = false): Promise<string> {
  const before = performance.now()
  const requests = () =>
    performance.getEntriesByType('resource').filter(({ name }) => name.includes('/credentials')).length
  const asked = requests()
  const credentials = await element().getCredentials({ forceRefresh })
  if (!credentials) return 'Not connected: there is no token.'
  const from = requests() > asked ? 'from the backend' : 'from the cache'
  const took = (performance.now() - before).toFixed(1)
  return `${mask(credentials.accessToken)}\n${from}, ${took} ms, ${credentials.expiresInSeconds ?? 'unknown'} s left\nscopes: ${credentials.scopes.join(' ')}`
}

async function callApi(): Promise<string> {
  const accessToken = await element().getAccessToken()
  const answer = await fetch(await apiUrl(), { headers: { authorization: `Bearer ${accessToken}` } })
  return `${answer.status} ${await answer.text()}`
}

async function listConnections(): Promise<string> {
  const status = await element().getStatus()
  return JSON.stringify(status, null, 2)
}

/** Everything that this origin keeps in IndexedDB, as it lies there. */
async function showCache(): Promise<string> {
  const lines: string[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await settled(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const area = database.transaction(store).objectStore(store)
      const keys = settled(area.getAllKeys())
      const values = settled(area.getAll())
      const all: unknown[] = await values
      for (const [index, key] of (await keys).entries())
        lines.push(`${name}/${store}  ${JSON.stringify(key).slice(0, 90)}\n    ${describe(all[index])}`)
    }
    database.close()
  }
  return lines.join('\n') || 'Nothing is cached.'
}

function describe(value: unknown): string {
  if (value instanceof CryptoKey) return `key, ${value.extractable ? 'exportable' : 'not exportable'}`
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return `${value.byteLength} sealed bytes`
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, field]) => `${name}: ${describe(field)}`)
      .join(', ')
  }
  return String(value)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}

/** By the test id of the button. */
export const tools: Readonly<Record<string, () => Promise<string>>> = {
  'read-token': () => token(),
  'refresh-token': () => token(true),
  'call-api': callApi,
  'list-connections': listConnections,
  'show-cache': showCache,
}
