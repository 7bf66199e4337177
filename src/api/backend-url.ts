/** Where a credential may be sent that is worth more than one request: a backend's URL that nobody on the way can read. */

/** What is wrong with a backend's URL, as the end of a sentence; undefined where nothing is. */
export function faultOfBackendUrl(text: string, { allowHttp = false } = {}): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL.'
  const { protocol, search, hash, username, password } = new URL(text)
  const isClear = protocol === 'http:' && (isLocalUrl(text) || allowHttp)
  if (protocol !== 'https:' && !isClear) return 'is not https. The API key would travel in the clear.'
  return search || hash || username || password ? 'must have no query, fragment or user.' : undefined
}

/** Whether what is sent there stays on this machine. */
function isLocalUrl(text: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(text).hostname)
}
