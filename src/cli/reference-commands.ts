/** `account oauth` and `app oauth`: the same acts under the names that users of other command lines know. */

import type { Command } from 'commander'
import { addAuthCommand } from './auth-commands.ts'
import { type OwnedOptions, type RevokeOptions, listAll, revoke } from './connections-commands.ts'
import type { ImportOptions } from './connectors-import.ts'
import { listConfigured, removeAdded } from './connectors-remote.ts'
import { type Format, type Print, formatOption, list } from './output.ts'
import type { ProviderOptions } from './provider.ts'
import { type RemoteOptions, withOwner, withRemote } from './remote.ts'
import { sources } from './secret-source.ts'

type Listed = RemoteOptions & { readonly format: Format }

/** Adds `account oauth configure | list-providers | auth | list-connections | revoke`. */
export function addAccountCommands(program: Command, print: Print): void {
  const account = program.command('account').description('connectors and connections, in the reference grammar')
  const oauth = account.command('oauth').description('the same as connectors, auth and connections')
  withRemote(oauth.command('configure').description('saves a client registration, like connectors add'))
    .argument('<connector>')
    .requiredOption('--client-id <id>', 'the client id of your registration')
    .option('--client-secret <source>', `its secret: ${sources}`)
    .option('--redirect-uri <uri>', 'is compared with the one to register: the backend sets it')
    .option('--scopes <scopes>', 'scopes to ask for, joined by commas', list)
    .option('--move', moveHelp)
    .addOption(formatOption())
    .action(async (connector: string, options: ProviderOptions) =>
      (await import('./provider.ts')).configureProvider(connector, options, print),
    )
  addListProviders(oauth, print)
  addAuthCommand(oauth, print)
  withOwner(withRemote(oauth.command('list-connections').description('the same as connections list')))
    .addOption(formatOption())
    .action((options: OwnedOptions) => listAll(options, print))
  withOwner(withRemote(oauth.command('revoke').description('the same as connections revoke')))
    .argument('<connector>')
    .option('--connection <id>', 'which one, where there are several')
    .option('--yes', 'does not ask first')
    .addOption(formatOption())
    .action((connector: string, options: RevokeOptions) => revoke(connector, options, print))
}

/** Adds `app oauth register | import | list-providers | delete-provider`. */
export function addAppCommands(program: Command, print: Print): void {
  const app = program.command('app').description('connectors of a running backend, in the reference grammar')
  const oauth = app.command('oauth').description('the same as connectors import, list and remove')
  withImport(oauth.command('register').description('saves the connectors of a provider file'))
    .requiredOption('--provider-config <file>', 'JSON or YAML, as another system wrote it')
    .action((options: ImportOptions & { providerConfig: string }) => importFile(options.providerConfig, options, print))
  withImport(oauth.command('import').description('saves the connectors of a provider file'))
    .argument('<file>', 'JSON or YAML, as another system wrote it')
    .action((file: string, options: ImportOptions) => importFile(file, options, print))
  addListProviders(oauth, print)
  withRemote(oauth.command('delete-provider').description('the same as connectors remove'))
    .argument('<id>')
    .option('--yes', 'does not ask first')
    .action((id: string, options: RemoteOptions & { yes?: boolean }) => removeAdded(id, options, print))
}

/** What `--move` permits. */
export const moveHelp = 'lets a record send credentials that the backend keeps to another host'

/** What every command that reads a provider file takes. */
export function withImport(command: Command): Command {
  return withRemote(command)
    .option('--dry-run', 'shows what would be saved, and sends nothing')
    .option('--move', moveHelp)
    .option('--yes', 'does not ask first')
    .addOption(formatOption())
}

/** Reads a provider file and saves what it holds. */
export async function importFile(file: string, options: ImportOptions, print: Print): Promise<void> {
  await (await import('./connectors-import.ts')).importConnectors(file, options, print)
}

function addListProviders(parent: Command, print: Print): void {
  withRemote(parent.command('list-providers').description('the same as connectors list --configured'))
    .addOption(formatOption())
    .action((options: Listed) => listConfigured(options, print))
}
