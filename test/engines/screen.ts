/** A screen of its own with a window manager, so that windows have focus as on a person's desk and no other program takes it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { findProgram } from '../../tools/engines.ts'

export interface Screen {
  /** What programs on this screen are started with. */
  readonly environment: Readonly<Record<string, string | undefined>>
  close(): Promise<void>
}

/** Starts Xvfb and Openbox; where there is no X (macOS, Windows) it is the desk of whoever runs the tests. */
export async function startScreen(): Promise<Screen> {
  if (process.platform !== 'linux') return { environment: process.env, close: async () => undefined }
  const size = ['-screen', '0', '1400x1000x24', '-nolisten', 'tcp']
  const server = spawn(findProgram('xvfb'), ['-displayfd', '3', ...size], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  // A desk's own Wayland screen would draw windows elsewhere.
  const environment = { ...process.env, DISPLAY: await readDisplay(server), WAYLAND_DISPLAY: undefined }
  const manager = spawn(findProgram('openbox'), [], { env: environment, stdio: 'ignore' })
  // Until it manages windows they have no focus; it has nothing to say when it is ready.
  await delay(300)
  // A test that crashes leaves no screen behind.
  const end = () => [manager, server].map((child) => child.kill())
  process.once('exit', end)
  return {
    environment,
    async close() {
      process.off('exit', end)
      await endProcess(manager)
      await endProcess(server)
    },
  }
}

/** Ends a program that this test started. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  const stubborn = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(stubborn)
}

async function readDisplay(server: ChildProcess): Promise<string> {
  const told = server.stdio[3]
  if (!told) throw new Error('Xvfb has no pipe to tell its display.')
  const [number] = await Promise.race([
    once(told, 'data'),
    once(server, 'exit').then(() => Promise.reject(new Error('Xvfb ended at once.'))),
  ])
  return `:${String(number).trim()}`
}
