/** `POST /dev/connect-token`: a token for a made-up person, on loopback only, while there is no host yet. */

import { type Backend, createMint } from '../server/index.ts'

/** Adds the route to a backend in dev mode; a Host that is not this machine is refused, so no other site reaches it by DNS. */
export function withDevToken(backend: Backend, publicUrl: string): Pick<Backend, 'fetch'> {
  const mint = createMint({ backend })
  const { host } = new URL(publicUrl)
  return {
    async fetch(request, info) {
      if (request.headers.get('host') !== host)
        return new Response('Dev mode answers on its own host only.\n', { status: 421 })
      const isMint = request.method === 'POST' && new URL(request.url).pathname.endsWith('/dev/connect-token')
      return isMint ? mint(request, { subject: 'dev-user' }) : backend.fetch(request, info)
    },
  }
}
