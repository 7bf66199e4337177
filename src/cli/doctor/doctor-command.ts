/** Declares `doctor`, and prints what it finds. */

import { styleText } from 'node:util'
import type { Command } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { type Format, type Print, formatOption, plain } from '../output.ts'
import { withProgress } from '../progress.ts'
import type { Finding } from './finding.ts'

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, print: Print): void {
  program
    .command('doctor')
    .description(
      'checks configuration, keys, store, clock, redirect URIs and authorization servers, each with its mend',
    )
    .option('--config <path>', 'the configuration file', 'connector-auth.json')
    .addOption(formatOption())
    .action(async ({ config, format }: { config: string; format: Format }) => {
      const findings = await withProgress('Looking', async () => (await import('./doctor.ts')).examine(config))
      if (format === 'json') print(JSON.stringify(findings, null, 2))
      else show(findings, print)
      if (findings.some(({ level }) => level === 'fault')) process.exitCode = exitCodes.failed
    })
}

const colours = { ok: 'green', warning: 'yellow', fault: 'red' } as const

function show(findings: readonly Finding[], print: Print): void {
  for (const { level, check, found, mend } of findings) {
    // Colour only where a terminal shows it, and the person has not said no.
    print(`${styleText(colours[level], level.padEnd(8), { stream: process.stdout })}${plain(`${check}: ${found}`)}`)
    if (mend !== '') print(`        ${plain(mend)}`)
  }
  const count = (wanted: Finding['level']) => findings.filter(({ level }) => level === wanted).length
  print(`${count('ok')} ok, ${count('warning')} warnings, ${count('fault')} faults`)
}
