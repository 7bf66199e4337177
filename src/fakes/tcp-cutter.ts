/** A TCP proxy in front of a database or server that fails as networks do: cut, silent, or cut at a chosen word. */

import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface TcpCutterOptions {
  readonly target: { readonly host?: string; readonly port: number } | { readonly path: string }
}

export interface TcpCutter {
  /** On 127.0.0.1. */
  readonly port: number
  /** How many connections are open now. */
  readonly open: number
  /** Resets every open connection; new ones are let through. */
  cut(): void
  /**
   * Resets the connection on which these bytes are sent next, once.
   *
   * @param when - `before`: they do not arrive. `after`: they arrive, and the answer is lost.
   */
  cutAt(text: string, when: 'before' | 'after'): void
  /** Lets nothing through from now on and says nothing: connections stay open, and are accepted. */
  pause(): void
  /** Lets through what waited, and all that comes. */
  resume(): void
  close(): Promise<void>
}

/** How long the target has to receive what it gets as the last thing before a cut. */
const arrivalMs = 50

/** Starts it on a free port of loopback. */
export async function startTcpCutter({ target }: TcpCutterOptions): Promise<TcpCutter> {
  const pairs = new Set<Pair>()
  const state: State = { paused: false, trap: undefined }
  const server = createServer((near) => {
    const pair: Pair = { near, far: connect({ host: '127.0.0.1', ...target }) }
    pairs.add(pair)
    join(pair, state)
    near.once('close', () => pairs.delete(pair))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    for (const pair of pairs) reset(pair)
  }
  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size
    },
    cut,
    cutAt: (text, when) => void (state.trap = { bytes: Buffer.from(text), when }),
    pause() {
      state.paused = true
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.pause()
    },
    resume() {
      state.paused = false
      for (const { near, far } of pairs) for (const socket of [near, far]) socket.resume()
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
  }
}

interface Pair {
  /** To who connects. */
  readonly near: Socket
  /** To the target. */
  readonly far: Socket
}

interface State {
  paused: boolean
  trap: { readonly bytes: Buffer; readonly when: 'before' | 'after' } | undefined
}

function join(pair: Pair, state: State): void {
  const { near, far } = pair
  near.on('data', (chunk) => {
    const { trap } = state
    if (!trap || !chunk.includes(trap.bytes)) return void far.write(chunk)
    state.trap = undefined
    if (trap.when === 'before') return reset(pair)
    far.write(chunk)
    // Nothing comes back from here on; a reset at once could overtake the bytes.
    far.removeAllListeners('data')
    setTimeout(() => reset(pair), arrivalMs)
  })
  far.on('data', (chunk) => void near.write(chunk))
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('end', () => other.end())
    one.on('error', () => other.destroy())
    one.on('close', () => other.destroy())
    if (state.paused) one.pause()
  }
}

function reset({ near, far }: Pair): void {
  near.resetAndDestroy()
  far.destroy()
}
