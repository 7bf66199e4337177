/** The gates behind `npm run check`: types, build, format, lint, unused code, generated files, package shape, reach, bytes. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { execute } from './execute.ts'
import type { Command } from './execute.ts'
import { npmRun } from './npm-run.ts'

type Gate = {
  readonly name: string
  readonly run: (root: string) => { readonly ok: boolean; readonly output: string }
  /** The output is worth reading when all is well too. */
  readonly talks?: boolean
}

const GATES: readonly Gate[] = [
  { name: 'types', run: installed('tsc', '-b') },
  { name: 'build', run: (root) => npmRun({ root, script: 'build', capture: true }) },
  { name: 'format', run: installed('biome', 'format', '--max-diagnostics=5', '.') },
  { name: 'lint', run: installed('oxlint', '--type-aware', '--deny-warnings', '.') },
  { name: 'unused', run: installed('knip') },
  { name: 'callback page', run: own('callback.ts', '--check') },
  { name: 'error page', run: own('error-docs.ts', 'check') },
  { name: 'connector page', run: own('connector-docs.ts', 'check') },
  { name: 'demo page', run: own('scenario-docs.ts', 'check') },
  { name: 'manifest', run: own('manifest.ts', 'check') },
  { name: 'package', run: installed('publint', '--strict') },
  {
    name: 'package types',
    run: installed(
      'attw',
      '--pack',
      '.',
      '--profile',
      'esm-only',
      '--no-color',
      '--exclude-entrypoints',
      './custom-elements.json',
      './connector-auth.sri.json',
      './vscode.html-custom-data.json',
      './web-types.json',
    ),
  },
  { name: 'reach', run: own('reach.ts') },
  { name: 'bytes', run: own('bytes.ts'), talks: true },
]

function installed(bin: string, ...parameters: string[]): Gate['run'] {
  return (root) => capture(root, execute(bin, parameters))
}

function own(file: string, ...parameters: string[]): Gate['run'] {
  return (root) =>
    capture(root, { file: process.execPath, parameters: [join(import.meta.dirname, file), ...parameters] })
}

function capture(root: string, command: Command): ReturnType<Gate['run']> {
  const { status, stdout, stderr } = spawnSync(command.file, command.parameters, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return { ok: status === 0, output: stdout + stderr }
}

/** Runs every gate, or the ones named, and says which do not hold. */
function main(root: string, wanted: readonly string[]): boolean {
  const unknown = wanted.find((name) => !GATES.some((gate) => gate.name === name))
  if (unknown) throw new Error(`There is no gate "${unknown}"; there are ${GATES.map((gate) => gate.name).join(', ')}.`)
  const broken: string[] = []
  for (const gate of GATES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = Date.now()
    const { ok, output } = gate.run(root)
    console.log(`${ok ? '✓' : '✗'} ${gate.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    if (!ok || gate.talks) console.log(output.trimEnd())
    if (!ok) broken.push(gate.name)
  }
  console.log(broken.length === 0 ? 'check: every gate holds' : `check: broken: ${broken.join(', ')}`)
  return broken.length === 0
}

process.exitCode = main(process.cwd(), process.argv.slice(2)) ? 0 : 1
