/** The whole command line, declared and not yet run. */

import { Command } from 'commander'
import { addApiKeyCommands } from './api-keys-commands.ts'
import { addAuthCommand } from './auth-commands.ts'
import { writeCallbackFiles } from './callback.ts'
import { addCompletionCommand } from './completion.ts'
import { addConnectionCommands } from './connections-commands.ts'
import { addConnectorCommands } from './connectors-commands.ts'
import { addDoctorCommand } from './doctor/doctor-command.ts'
import { initialize } from './init.ts'
import { addKeyCommands } from './keys-commands.ts'
import { type Print, list } from './output.ts'
import { addAccountCommands, addAppCommands } from './reference-commands.ts'
import { addServeCommands } from './serve-commands.ts'
import { addStoreCommands } from './store-commands.ts'
import { addTokenCommands } from './tokens-commands.ts'

/** Declares every command; an error in what was typed is thrown, not ended with. */
export function createProgram(print: Print): Command {
  const program = new Command('connector-auth')
    .description('The backend of <connector-auth>, and what belongs to it.')
    .version('0.1.0')
    .showHelpAfterError()
    .exitOverride()
  addFirstCommands(program, print)
  addServeCommands(program, print)
  addDoctorCommand(program, print)
  addConnectorCommands(program, print)
  addAuthCommand(program, print)
  addConnectionCommands(program, print)
  addTokenCommands(program, print)
  addApiKeyCommands(program, print)
  addKeyCommands(program, print)
  addStoreCommands(program, print)
  addAccountCommands(program, print)
  addAppCommands(program, print)
  addCompletionCommand(program, print)
  return program
}

/** What an installation begins with. */
function addFirstCommands(program: Command, print: Print): void {
  program
    .command('init')
    .description('writes a sealing key and a first API key to a file that only you can read')
    .option('--file <path>', 'the file', '.env')
    .action((options: { file: string }) => initialize(options.file, print))

  program
    .command('callback')
    .description('writes the static callback pages, one a connector, for an app on another origin than the backend')
    .argument('<folder>', 'where, such as public/connector-auth/callback')
    .requiredOption('--connectors <ids>', 'connector ids, joined by commas', list)
    .action((folder: string, options: { connectors: string[] }) =>
      writeCallbackFiles(folder, options.connectors, print),
    )
}
