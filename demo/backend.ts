/** The demo's backend, which can be stopped and started again while the app runs. */

import type { Context } from 'hono'
import { type Backend, type MintOptions, honoHandler } from '../src/server/index.ts'

/** A backend behind the app's server. */
export interface DemoBackend {
  /** The one that runs now, or ran last. */
  readonly current: Backend
  readonly running: boolean
  readonly handler: (context: Context) => Promise<Response>
  /** What `createMint` needs, whichever backend runs. */
  readonly minting: Extract<MintOptions, { readonly backend: unknown }>['backend']
  stop(): Promise<void>
  start(): Promise<void>
}

/** Starts the backend that `make` makes; a second start makes another, on the same store. */
export async function startDemoBackend(make: () => Backend): Promise<DemoBackend> {
  let current = make()
  let running = true
  let starting: Promise<void> | undefined
  await current.ready()
  const begin = async () => {
    current = make()
    await current.ready()
    running = true
  }
  return {
    get current() {
      return current
    },
    get running() {
      return running
    },
    // What a proxy says while the process behind it is away.
    handler: async (context) => (running ? honoHandler(current)(context) : context.text('Bad gateway', 502)),
    minting: {
      mintConnectToken: (request) => current.mintConnectToken(request),
      allowedOrigins: current.allowedOrigins,
    },
    async stop() {
      running = false
      await current.close()
    },
    async start() {
      if (running) return
      // Two that ask at once get one backend.
      starting ??= begin().finally(() => {
        starting = undefined
      })
      await starting
    },
  }
}
