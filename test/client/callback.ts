/** What the callback page does, from a test. */

import { pause } from './backend.ts'

/** base64url(SHA-256(text)): a state's channel, a verifier's challenge. */
export async function hash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Posts an answer and tells whether somebody took it. */
export async function callBack(state: string, query: string, name = state): Promise<boolean> {
  const channel = new BroadcastChannel(`ca:${await hash(name)}`)
  const received = new Promise<boolean>((resolve) => {
    channel.onmessage = ({ data }) => resolve(data.type === 'received')
  })
  const send = () =>
    channel.postMessage({ type: 'callback', query: `state=${state}&${query}`, uri: `${origin}/callback` })
  send()
  const timer = setInterval(send, 100)
  const answer = await Promise.race([received, pause(1_000).then(() => false)])
  clearInterval(timer)
  channel.close()
  return answer
}
