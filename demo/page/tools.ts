/** What a host does with a connection, one button each; every result is text to show. */

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

/** The connector's own API: direct where a page may hold the token, else through the backend's proxy. */
async function callApi(): Promise<string> {
  const { connectorId } = element()
  const path = connectorId === 'acme' || !connectorId ? '/api/me' : `/services/${connectorId}/account`
  const answer = await element().connectorFetch(path)
  return `${answer.status} ${await answer.text()}`
}

async function showStatus(): Promise<string> {
  return JSON.stringify(await element().getStatus(), null, 2)
}

/** By the test id of the button. */
export const tools: Readonly<Record<string, () => Promise<string>>> = {
  'read-token': () => token(),
  'refresh-token': () => token(true),
  'call-api': callApi,
  'show-status': showStatus,
}
