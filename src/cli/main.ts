#!/usr/bin/env node
/** `connector-auth`: the command line. */

import { CommanderError } from 'commander'
import { exitCodeOf } from './exit-codes.ts'
import { plainLines } from './output.ts'
import { createProgram } from './program.ts'

try {
  await createProgram((line) => void process.stdout.write(`${line}\n`)).parseAsync()
} catch (error) {
  // What was typed wrongly has been told already.
  if (!(error instanceof CommanderError))
    process.stderr.write(`${plainLines(error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = exitCodeOf(error)
}
