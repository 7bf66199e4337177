/** Click to token: written by hand for the same backend and the same shape, with nothing checked and nothing kept safe. */

import { openFloor, writeFloor } from './floor-store.ts'

const base64url = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const hash = async (text: string): Promise<string> =>
  base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

async function call(path: string, body: unknown): Promise<Record<string, string>> {
  const headers = {
    authorization: `Bearer ${String(Reflect.get(globalThis, 'connectToken'))}`,
    'content-type': 'application/json',
  }
  const answer = await fetch(`/connector-auth/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return Object(await answer.json())
}

const database = await openFloor()
const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
const {
  id,
  redirectUrl,
  stateKey = '',
} = await call('/auth-sessions', {
  connectorId: 'acme',
  codeChallenge: await hash(verifier),
})
const channel = new BroadcastChannel(`ca:${await hash(stateKey)}`)
document.querySelector('button')?.addEventListener('click', ({ timeStamp }) => {
  open(redirectUrl, '_blank', 'popup,width=500,height=650')
  channel.onmessage = async ({ data }) => {
    if (data.type !== 'callback') return
    channel.postMessage({ type: 'received' })
    const { query: callback, uri: redirectUri } = data
    const redeemed = await call(`/auth-sessions/${id}/redeem`, { verifier, redirectUri, callback })
    Object.assign(globalThis, { took: performance.now() - timeStamp })
    void writeFloor(database, JSON.stringify(redeemed))
  }
})
Object.assign(globalThis, { prepared: true })
