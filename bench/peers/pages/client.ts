/** The client as a host makes it, with the connect token that came with the page. */

import { createClient } from '../../../src/client/index.ts'

export const client = createClient({
  baseUrl: '/connector-auth',
  tokenUrl: '/connect-token',
  authToken: String(Reflect.get(globalThis, 'connectToken')),
})

/** Connects, and gives the token. */
export const connect = (): Promise<unknown> =>
  client.connect({ connectorId: 'acme' }).then(() => client.getAccessToken('acme'))
