#!/usr/bin/env node
/** `connector-auth`: the command line. */

import { Command } from 'commander'
import { ConnectorAuthError } from '../protocol/errors.ts'
import { writeCallbackFiles } from './callback.ts'
import { lintRecord, listConnectors, showConnector } from './connectors.ts'
import { type DevOptions, dev } from './dev.ts'
import { initialize } from './init.ts'
import { addKeyCommands } from './keys-commands.ts'
import { type ServeOptions, serve } from './serve.ts'
import { endOnSignals, surviveClosedOutput } from './signals.ts'
import { exportTo, importFrom, migrate } from './store.ts'

const print = (line: string) => void process.stdout.write(`${line}\n`)
const list = (text: string) => text.split(',').filter((item) => item !== '')

const program = new Command('connector-auth')
  .description('The backend of <connector-auth>, and what belongs to it.')
  .version('0.1.0')
  .showHelpAfterError()

program
  .command('init')
  .description('writes a sealing key and a first API key to a file that only you can read')
  .option('--file <path>', 'the file', '.env')
  .action((options: { file: string }) => initialize(options.file, print))

program
  .command('serve')
  .description('runs the backend')
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .option('--port <number>', 'the port', Number)
  .option('--host <name>', 'the address to listen on')
  .option('--dev', 'plain http on loopback, and POST /dev/connect-token')
  .option('--metrics-port <number>', 'serves GET /metrics on this port of 127.0.0.1, without a token', Number)
  .option('--drain-seconds <number>', 'after SIGTERM, how long requests are accepted while /readyz is red; 0', Number)
  .action(async (options: ServeOptions) => {
    surviveClosedOutput()
    const starting = serve(options, print)
    endOnSignals(async () => (await starting).close())
    await starting
  })

program
  .command('dev')
  .description('runs a backend on loopback for development')
  .option('--fakes', 'with a fake of each service: nothing to register, nothing is kept')
  .option('--connectors <ids>', 'which connectors to fake, joined by commas', list)
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .option('--port <number>', 'the port', Number, 4_180)
  .option('--origin <origins>', 'origins of pages that may call, joined by commas', list)
  .action(async (options: DevOptions) => {
    surviveClosedOutput()
    const starting = dev(options, print)
    endOnSignals(async () => (await starting).close())
    await starting
  })

program
  .command('callback')
  .description('writes the static callback pages, one a connector, for an app on another origin than the backend')
  .argument('<folder>', 'where, such as public/connector-auth/callback')
  .requiredOption('--connectors <ids>', 'connector ids, joined by commas', list)
  .action((folder: string, options: { connectors: string[] }) => writeCallbackFiles(folder, options.connectors, print))

const connectors = program.command('connectors').description('tells about connectors')
connectors
  .command('list')
  .description('lists the catalogue')
  .action(() => listConnectors(print))
connectors
  .command('lint')
  .description('checks a record in a JSON file: names each field and its mend')
  .argument('<file>')
  .action((file: string) => lintRecord(file, print))
connectors
  .command('show')
  .description('shows a connector and the redirect URI to register')
  .argument('<id>')
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .option('--public-url <url>', "the backend's public URL, instead of the configuration's")
  .action((id: string, options: { config: string; publicUrl?: string }) => showConnector(id, options, print))

program
  .command('migrate')
  .description("brings the store's schema up to date, and says from which version to which")
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .action((options: { config: string }) => migrate(options.config, print))

const store = program.command('store').description('copies the store')
store
  .command('export')
  .description('writes all rows, sealed as they are, to a new file that only you can read')
  .argument('<file>')
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .action((file: string, options: { config: string }) => exportTo(file, options.config, print))
store
  .command('import')
  .description('fills an empty store from an exported file; needs the same sealing keys')
  .argument('<file>')
  .option('--config <path>', 'the configuration file', 'connector-auth.json')
  .action((file: string, options: { config: string }) => importFrom(file, options.config, print))

addKeyCommands(program, print)

try {
  await program.parseAsync()
} catch (error) {
  // 2: the caller can mend it. 1: we cannot go on.
  const known = error instanceof ConnectorAuthError
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = known && error.code === 'INVALID_REQUEST' ? 2 : 1
}
