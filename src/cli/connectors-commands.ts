/** Declares the commands of `connectors`. */

import type { Command } from 'commander'
import { type AddOptions, addConnector, listConfigured, removeAdded } from './connectors-remote.ts'
import { type Format, type Print, formatOption } from './output.ts'
import { importFile, moveHelp, withImport } from './reference-commands.ts'
import type { ImportOptions } from './connectors-import.ts'
import { type RemoteOptions, withRemote } from './remote.ts'
import { sources } from './secret-source.ts'

/** Adds `connectors list | show | lint | add | import | remove`. */
export function addConnectorCommands(program: Command, print: Print): void {
  const connectors = program.command('connectors').description('the catalogue, and the connectors of a running backend')
  withRemote(connectors.command('list').description('lists the catalogue'))
    .option('--configured', 'lists what can be connected at a running backend instead')
    .addOption(formatOption())
    .action(async (options: RemoteOptions & { configured?: boolean; format: Format }) =>
      options.configured
        ? listConfigured(options, print)
        : (await import('./connectors.ts')).listConnectors(options.format, print),
    )
  connectors
    .command('lint')
    .description('checks a record in a JSON file: names each field and its mend')
    .argument('<file>')
    .action(async (file: string) => (await import('./connectors.ts')).lintRecord(file, print))
  connectors
    .command('show')
    .description('shows a connector and the redirect URI to register')
    .argument('<id>')
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .option('--public-url <url>', "the backend's public URL, instead of the configuration's")
    .addOption(formatOption())
    .action(async (id: string, options: { config: string; publicUrl?: string; format: Format }) =>
      (await import('./connectors.ts')).showConnector(id, options, print),
    )
  withRemote(connectors.command('add').description('adds or changes a connector at a running backend'))
    .argument('<connector>', 'an id of the catalogue, or a JSON file with a record')
    .option('--client-id <id>', 'the client id of your registration')
    .option('--client-secret <source>', `its secret: ${sources}`)
    .option('--private-key <source>', `its private JWK, for private_key_jwt: ${sources}`)
    .option('--move', moveHelp)
    .addOption(formatOption())
    .action((connector: string, options: AddOptions) => addConnector(connector, options, print))
  withImport(connectors.command('import').description('saves the connectors of a provider file: Google, Azure, or any'))
    .argument('<file>', 'JSON or YAML, as another system wrote it')
    .action((file: string, options: ImportOptions) => importFile(file, options, print))
  withRemote(connectors.command('remove').description('removes what was added for a connector; its connections stay'))
    .argument('<id>')
    .option('--yes', 'does not ask first')
    .action((id: string, options: RemoteOptions & { yes?: boolean }) => removeAdded(id, options, print))
}
