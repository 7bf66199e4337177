/** One of many tabs: connects at a click, and reads a token at a time that all tabs share. */

import { createClient } from '../../../src/client/index.ts'

/** So far the clock is ahead: a token is expired without a wait. */
const clock = { ahead: 0 }
const client = createClient({
  baseUrl: '/connector-auth',
  tokenUrl: '/connect-token',
  now: () => Date.now() + clock.ahead,
})
const connectorId = 'fake'

/** Reads at that time of the wall clock; what took how long, in milliseconds. */
async function read(at: number): Promise<{ readonly token: string; readonly milliseconds: number }> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))
  const begin = performance.now()
  const token = await client.getAccessToken(connectorId).catch(({ reason }: { reason?: string }) => `error: ${reason}`)
  return { token, milliseconds: performance.now() - begin }
}

document.querySelector('button')?.addEventListener('click', () => {
  void client.connect({ connectorId }).then(({ status }) => Object.assign(globalThis, { ended: status }))
})
Object.assign(globalThis, { read, clock, prepared: true })
