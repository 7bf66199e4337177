/** Declares `migrate` and the commands of `store`. */

import type { Command } from 'commander'
import type { Print } from './output.ts'

/** Adds `migrate` and `store export | import`. */
export function addStoreCommands(program: Command, print: Print): void {
  program
    .command('migrate')
    .description("brings the store's schema up to date, and says from which version to which")
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .action(async (options: { config: string }) => (await import('./store.ts')).migrate(options.config, print))

  const store = program.command('store').description('copies the store')
  store
    .command('export')
    .description('writes all rows, sealed as they are, to a new file that only you can read')
    .argument('<file>')
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .action(async (file: string, options: { config: string }) =>
      (await import('./store.ts')).exportTo(file, options.config, print),
    )
  store
    .command('import')
    .description('fills an empty store from an exported file; needs the same sealing keys')
    .argument('<file>')
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .action(async (file: string, options: { config: string }) =>
      (await import('./store.ts')).importFrom(file, options.config, print),
    )
}
