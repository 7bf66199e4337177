/** Declares the commands of `keys`. */

import type { Command } from 'commander'
import type { AddKeyOptions, KeysOptions } from './keys.ts'

/** Adds `keys add | rotate | verify | drop`. */
export function addKeyCommands(program: Command, print: (line: string) => void): void {
  const keys = program.command('keys').description('the life of the sealing keys; see docs/operations.md')
  const command = (name: string, description: string) =>
    keys.command(name).description(description).option('--file <path>', 'the file with the keys', '.env')
  const stored = (name: string, description: string) =>
    command(name, description).option('--config <path>', 'the configuration file', 'connector-auth.json')
  command('add', 'makes a key that opens and does not seal yet')
    .option('--print', 'prints the key instead of writing it, for a store of secrets')
    .action(async (options: AddKeyOptions) => (await import('./keys.ts')).addKey(options, print))
  stored('rotate', 'wraps every data key under the first key, while backends run')
    .option('--to <id>', 'makes this key the first one before')
    .option('--data', 'gives every tenant a new data key, and seals its rows anew')
    .action(async (options: KeysOptions & { to?: string; data?: boolean }) =>
      end(await (await import('./keys.ts')).rotate(options, print)),
    )
  stored('verify', 'counts what each key wraps, and proves that a sample opens')
    .option('--all', 'opens every row')
    .action(async (options: KeysOptions & { all?: boolean }) =>
      end(await (await import('./keys.ts')).verify(options, print)),
    )
  stored('drop', 'takes a key out that wraps nothing any more')
    .argument('<id>')
    .action(async (id: string, options: KeysOptions) => (await import('./keys.ts')).dropKey(id, options, print))
}

/** 1: something could not be read. */
function end(good: boolean): void {
  if (!good) process.exitCode = 1
}
