/** Takes the app's port away for a while: every connection is refused, as when a network is gone. */

import { type Listening, listen } from '../src/node/index.ts'

type Handler = Parameters<typeof listen>[0]

/** A port that can go away and come back. */
export interface Port {
  readonly number: number
  /** Goes away in a moment, so that the request that asked for it is answered, and comes back by itself. */
  leave(seconds: number): void
  /** Comes back before the time is up. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Listens on localhost.
 *
 * @param onChange - Hears when the port goes away and when it is back.
 */
export async function openPort(handler: Handler, port: number, onChange: (away: boolean) => void): Promise<Port> {
  let listening: Listening | undefined = await listen(handler, { port, hostname: 'localhost' })
  const number = listening.port
  let timer: ReturnType<typeof setTimeout> | undefined
  const leave = async () => {
    const leaving = listening
    listening = undefined
    onChange(true)
    await leaving?.close()
  }
  const comeBack = async () => {
    clearTimeout(timer)
    listening ??= await listen(handler, { port: number, hostname: 'localhost' })
    onChange(false)
  }
  return {
    number,
    leave(seconds) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        void leave()
        timer = setTimeout(() => void comeBack(), seconds * 1_000)
      }, 100)
    },
    comeBack,
    async close() {
      clearTimeout(timer)
      await listening?.close()
    },
  }
}
