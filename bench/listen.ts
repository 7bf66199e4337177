/** Lets a server listen on a free port of this machine. */

import type { Server } from 'node:http'

/** @returns the port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 16_384 }, resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
