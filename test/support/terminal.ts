/** The command line in a pseudo-terminal, as a person sees and uses it (`script` of util-linux). */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type Place, main } from './cli.ts'

export interface Terminal {
  /** Everything that was shown, with colours and control sequences. */
  shown(): string
  /** Waits until something is shown. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  type(text: string): void
  ended(): Promise<number | null>
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** Starts a command in a terminal. */
export function terminal(t: TestContext, { cwd, env }: Place, ...words: string[]): Terminal {
  const line = [process.execPath, main, ...words].map(quote).join(' ')
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  t.after(() => child.kill('SIGKILL'))
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (shown += chunk))
  return {
    shown: () => shown,
    async until(pattern) {
      for (let round = 0; round < 600; round += 1) {
        const found = pattern.exec(shown)
        if (found) return found
        await wait(50)
      }
      throw new Error(`${pattern} was not shown within 30 s, but: ${shown}`)
    },
    type: (text) => void child.stdin.write(text),
    ended: async () => (await exit)[0],
  }
}
