/** The two views of what is kept: sealed records in the browser, connections in the backend. */

import { type Holdings, readHoldings } from './control.ts'
import { cachedRecords } from './storage.ts'

/** Shows both in their places, and shows them anew whenever it is called. */
export function createViews(cache: HTMLElement, backend: HTMLElement): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const show = async () => {
    // Neither may hold the other up, and a page that is being left has no use for either.
    await Promise.all([
      cachedRecords().then(
        (records) => {
          cache.textContent = records.join('\n') || 'Nothing is cached.'
        },
        (error: unknown) => {
          cache.textContent = `The database cannot be read: ${String(error)}`
        },
      ),
      readHoldings().then(
        (holdings) => {
          backend.textContent = inWords(holdings)
        },
        () => {
          backend.textContent = 'The demo’s server cannot be reached.'
        },
      ),
    ])
  }
  return () => {
    clearTimeout(timer)
    timer = setTimeout(() => void show(), 150)
  }
}

function inWords({ running, people, tokenCalls }: Holdings): string {
  const connections = people.flatMap(({ name, connections: own }) => [
    `${name}: ${own.length === 0 ? 'no connection' : ''}`,
    ...own.map(
      ({ connectorId, connectionId, status, reason, account, scopes }) =>
        `    ${connectorId} / ${connectionId.slice(0, 12)}  ${status}${reason ? ` (${reason})` : ''}  ${account?.name ?? ''}\n        ${scopes.granted.join(' ')}`,
    ),
  ])
  const calls = tokenCalls.map(({ grantType, outcome }) => `    ${grantType} → ${outcome}`)
  return [
    ...(running ? connections : ['The backend is stopped.']),
    'Last calls of Acme Cloud’s token endpoint:',
    ...(calls.length > 0 ? calls : ['    none']),
  ].join('\n')
}
