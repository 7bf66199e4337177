/** Declares `auth`, also where the reference grammar has it. */

import type { Command } from 'commander'
import type { AuthOptions } from './auth.ts'
import { type Print, formatOption, list, whole } from './output.ts'
import { withOwner, withRemote } from './remote.ts'
import { sources } from './secret-source.ts'

const collect = (value: string, before: readonly string[] = []) => [...before, value]

/** Adds `auth <connector>` to a command. */
export function addAuthCommand(parent: Command, print: Print): void {
  withOwner(withRemote(parent.command('auth').description('connects an account: a person authorizes at this machine')))
    .argument('<connector>')
    .option('--device', 'the person enters a code at the service, where the backend allows it (RFC 8628)')
    .option(
      '--port <number>',
      'the port of the redirect URI on 127.0.0.1, where the service wants a registered one',
      whole,
    )
    .option('--no-browser', 'prints the URL and opens nothing')
    .option('--scopes <scopes>', 'scopes to ask for, joined by commas', list)
    .option('--connection <id>', 'authorizes this connection again')
    .option('--new', 'another account beside those that are connected')
    .option('--force', 'the person signs in again, whatever the service remembers')
    .option(
      '--input <name=value>',
      'what the connector asks for before: a subdomain, a region; again for each',
      collect,
    )
    .option('--value <name=source>', `a key or password instead of a consent page: ${sources}; again for each`, collect)
    .option('--timeout <seconds>', 'how long to wait', whole, 300)
    .addOption(formatOption())
    .action(async (connector: string, options: AuthOptions) => {
      const { authorize } = await import('./auth.ts')
      await authorize(connector, options, print)
    })
}
