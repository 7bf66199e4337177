/** A process that shows the help of every command, one after the other, as `--help` behind each does. */

import { CommanderError, type Command } from 'commander'
import { createProgram } from '../../src/cli/program.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)

async function show(words: readonly string[], command: Command): Promise<void> {
  await createProgram(print)
    .parseAsync([...words, '--help'], { from: 'user' })
    .catch((error: unknown) => {
      if (!(error instanceof CommanderError && error.exitCode === 0)) throw error
    })
  for (const one of command.commands) await show([...words, one.name()], one)
}

await show([], createProgram(print))
