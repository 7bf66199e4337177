/** Declares `serve` and `dev`. */

import type { Command } from 'commander'
import type { DevOptions } from './dev.ts'
import { type Print, list, whole } from './output.ts'
import type { ServeOptions } from './serve.ts'
import { endOnSignals, surviveClosedOutput } from './signals.ts'

/** Adds `serve` and `dev`. */
export function addServeCommands(program: Command, print: Print): void {
  program
    .command('serve')
    .description('runs the backend')
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .option('--port <number>', 'the port', whole)
    .option('--host <name>', 'the address to listen on')
    .option('--dev', 'plain http on loopback, and POST /dev/connect-token')
    .option('--metrics-port <number>', 'serves GET /metrics on this port of 127.0.0.1, without a token', whole)
    .option('--drain-seconds <number>', 'after SIGTERM, how long requests are accepted while /readyz is red; 0', Number)
    .action(async (options: ServeOptions) => {
      surviveClosedOutput()
      // What a command needs is loaded by it: the others start in a third of the time.
      const starting = import('./serve.ts').then(({ serve }) => serve(options, print))
      endOnSignals(async () => (await starting).close())
      await starting
    })

  program
    .command('dev')
    .description('runs a backend on loopback for development')
    .option('--fakes', 'with a fake of each service: nothing to register, nothing is kept')
    .option('--connectors <ids>', 'which connectors to fake, joined by commas', list)
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .option('--port <number>', 'the port', whole, 4_180)
    .option('--origin <origins>', 'origins of pages that may call, joined by commas', list)
    .action(async (options: DevOptions) => {
      surviveClosedOutput()
      const starting = import('./dev.ts').then(({ dev }) => dev(options, print))
      endOnSignals(async () => (await starting).close())
      await starting
    })
}
